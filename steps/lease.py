"""Single flight: of several runs toward one result, one parses and the others wait for it. All of it is in the store,

so that it holds for every profile, on Argo, in the embedded engine and between engines that share a store. (A mutex in
the template cannot: the hash is not known before `fetch`, an express run is one pod, and locks are each engine's own.)

Leases are numbered and never written twice: who creates the next number has the document. Nobody renews or returns
one. It counts as long as its run has neither published nor an outcome, and something is written below the work folders
every `lease_s` seconds: pages as they finish, shards, timings. So a retried run has its lease again, and one whose
engine was killed loses it. A lease that is lost too early does no harm: both runs then write the same pages and skip
each other's.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.lease import Lease
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import TaskRecord
from pdf_parser.errors import ObjectNotFound
from pdf_parser.storage.base import ObjectInfo, ObjectStore
from steps.objects import JSON


def take_lease(store: ObjectStore, key: CacheKey, task_id: str, lease_s: float) -> str | None:
    """None when the document is this run's to parse, else the task id of the run that parses it.

    The clocks of store and steps should differ by much less than `lease_s`.
    """
    last = max(store.list(layout.leases(key)), key=lambda info: info.key, default=None)
    owner = _owner(store, last) if last else None
    if owner == task_id:
        return None
    if last and owner and _is_at_work(store, key, owner, last, timedelta(seconds=lease_s)):
        return owner
    lease = Lease(task_id=task_id, taken_at=datetime.now(timezone.utc))
    number = _number(last) + 1 if last else 1
    won = store.put_if_absent(layout.lease(key, number), lease.model_dump_json().encode(), JSON)
    return None if won else take_lease(store, key, task_id, lease_s)


def _owner(store: ObjectStore, lease: ObjectInfo) -> str | None:
    """None for a lease that cannot be read."""
    try:
        return Lease.model_validate_json(store.get(lease.key)).task_id
    except (ObjectNotFound, ValidationError):
        return None


def _number(lease: ObjectInfo) -> int:
    return int(lease.key.rpartition("/")[2].removesuffix(".json"))


def _is_at_work(store: ObjectStore, key: CacheKey, owner: str, lease: ObjectInfo, patience: timedelta) -> bool:
    if _has_ended(store, owner) or _has_published(store, key, owner):
        return False
    since = datetime.now(timezone.utc) - patience
    return _is_younger(lease, since) or any(_is_younger(info, since) for info in store.list(layout.all_work(key)))


def _is_younger(info: ObjectInfo, since: datetime) -> bool:
    return info.modified_at >= since


def _has_published(store: ObjectStore, key: CacheKey, task_id: str) -> bool:
    """Its result may be no hit all the same: damaged since, or split another way than asked for now."""
    try:
        return ResultManifest.model_validate_json(store.get(layout.manifest(key))).task_id == task_id
    except (ObjectNotFound, ValidationError):
        return False


def _has_ended(store: ObjectStore, task_id: str) -> bool:
    """Written by `finish`, and taken back by a retry; a run that was killed or terminated leaves no outcome."""
    try:
        return TaskRecord.model_validate_json(store.get(layout.task(task_id))).outcome is not None
    except (ObjectNotFound, ValidationError):
        return False
