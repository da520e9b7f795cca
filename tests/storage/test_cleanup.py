"""The work of runs that are over goes, all else stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.storage.base import ObjectInfo, ObjectStore
from pdf_parser.storage.cleanup import Cleaned, clean_work

NOW = datetime.now(timezone.utc)
LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
KEY = CacheKey(sha256="a" * 64, fingerprint="b" * 16)
OTHER = CacheKey(sha256="c" * 64, fingerprint="b" * 16)
KEPT = (
    layout.source(KEY.sha256),
    layout.manifest(KEY),
    layout.result(KEY, layout.DOCUMENT_MD),
    layout.task("pdf-1"),
    "worksheet",
)
WORK = (layout.plan(KEY), layout.page(KEY, 1), layout.task_pointer("pdf-1"), f"{layout.task_timings('pdf-1')}fetch")


class Aged:
    """A store in which the objects whose key has `old` in it were written long ago."""

    def __init__(self, store: ObjectStore, old: str) -> None:
        self._store, self._old = store, old
        self.delete = store.delete

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        for info in self._store.list(prefix):
            yield replace(info, modified_at=EARLIER - timedelta(days=9)) if self._old in info.key else info


def fill(store: ObjectStore, *keys: str) -> None:
    for key in keys:
        store.put(key, b"12345")


def names(store: ObjectStore) -> list[str]:
    return sorted(info.key for info in store.list(""))


def test_old_work_is_deleted_and_counted(store: ObjectStore) -> None:
    fill(store, *KEPT, *WORK)
    cleaned = clean_work(store, before=LATER)
    assert names(store) == sorted(KEPT)
    assert (cleaned.objects, cleaned.size_bytes) == (4, 20)


def test_work_under_way_is_left_alone(store: ObjectStore) -> None:
    fill(store, *KEPT, *WORK)
    assert clean_work(store, before=EARLIER) == Cleaned()
    assert names(store) == sorted((*KEPT, *WORK))


def test_one_young_object_keeps_its_whole_folder(store: ObjectStore) -> None:
    fill(store, *WORK, layout.plan(OTHER), layout.page(OTHER, 1))
    clean_work(Aged(store, "plan.json"), before=EARLIER)  # type: ignore[arg-type]
    assert set(names(store)) >= {layout.plan(OTHER), layout.plan(KEY)}
    clean_work(Aged(store, OTHER.sha256), before=EARLIER)  # type: ignore[arg-type]
    assert names(store) == sorted(WORK)


def test_a_dry_run_only_tells(store: ObjectStore) -> None:
    fill(store, *WORK)
    assert clean_work(store, before=LATER, dry_run=True).objects == 4
    assert names(store) == sorted(WORK)


def test_an_empty_store_is_no_error(store: ObjectStore) -> None:
    assert clean_work(store, before=LATER) == Cleaned()


def test_what_runs_leave_for_the_counters_goes_run_by_run(store):
    old, new = layout.ended("pdf-old", "0"), layout.ended("pdf-new", "0")
    fill(store, old, new, layout.counted(old), layout.counted(new))
    clean_work(Aged(store, old="pdf-old"), EARLIER)
    assert sorted(info.key for info in store.list("work/")) == [layout.counted(new), new]
