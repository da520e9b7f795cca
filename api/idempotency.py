"""Idempotency-Key: the same key stands for the same run, whichever API process is asked and however often.

The header is that of the IETF draft draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import ValidationError

from api.runs import utc_now
from api.task_id import new_task_id
from pdf_parser.domain import layout
from pdf_parser.domain.base import Model
from pdf_parser.domain.run import RunRequest
from pdf_parser.errors import IdempotencyKeyReused, ObjectNotFound
from pdf_parser.storage.base import ObjectStore


class Claim(Model):
    """Which run a key stands for. It may not have been submitted yet: then whoever comes next does it."""

    request_sha256: str
    task_id: str
    created_at: datetime


class Idempotency:
    """Claims hold for `ttl`, and lie below work/, where the daily cleanup finds the old ones."""

    def __init__(self, store: ObjectStore, ttl: timedelta, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._ttl = ttl
        self._clock = clock

    async def task_id(self, key: str, request: RunRequest) -> str:
        """The id of the run that the key stands for, from now on or since its first use.

        Raises IdempotencyKeyReused when it came with another request.
        """
        wanted = _sha256(request.model_dump_json())
        now = self._clock()
        fresh = Claim(request_sha256=wanted, task_id=new_task_id(now), created_at=now)
        claim = await asyncio.to_thread(self._claim, layout.idempotency(_sha256(key)), fresh)
        if claim.request_sha256 != wanted:
            raise IdempotencyKeyReused
        return claim.task_id

    def _claim(self, name: str, fresh: Claim) -> Claim:
        """One of all that come at once is stored, and all get that one."""
        data = fresh.model_dump_json().encode()
        if self._store.put_if_absent(name, data, "application/json"):
            return fresh
        claim = self._read(name)
        if claim is not None and claim.created_at + self._ttl > fresh.created_at:
            return claim
        self._store.put(name, data, "application/json")
        return fresh

    def _read(self, name: str) -> Claim | None:
        try:
            return Claim.model_validate_json(self._store.get(name))
        except (ObjectNotFound, ValidationError):
            return None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
