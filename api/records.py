"""What the API reads and writes in the store: task records and manifests of results. Blocking calls run in threads."""

from __future__ import annotations

import asyncio

from loguru import logger
from pydantic import ValidationError

from api.remember import Remembered
from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.event import Callback
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import TaskRecord
from pdf_parser.domain.summary import MergeSummary
from pdf_parser.errors import ObjectNotFound
from pdf_parser.storage.base import ObjectStore


class Records:
    """A manifest is remembered for a minute: a forced run may replace it, and pollers ask every second."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._manifests: Remembered[CacheKey, ResultManifest] = Remembered(size=256, ttl_s=60)

    async def write_task(self, record: TaskRecord) -> None:
        data = record.model_dump_json().encode()
        await asyncio.to_thread(self._store.put, layout.task(record.task_id), data, "application/json")

    async def write_callback(self, task_id: str, url: str) -> None:
        """For the steps alone: it is in no record and no parameter of the workflow."""
        data = Callback(url=url).model_dump_json().encode()
        await asyncio.to_thread(self._store.put, layout.callback(task_id), data, "application/json")

    async def delete_task(self, task_id: str) -> None:
        await asyncio.to_thread(self._store.delete, layout.task(task_id))

    async def task(self, task_id: str) -> TaskRecord | None:
        data = await self._read(layout.task(task_id))
        return TaskRecord.model_validate_json(data) if data is not None else None

    async def manifest(self, key: CacheKey) -> ResultManifest | None:
        """None when there is none, or none that this version can read."""
        known = self._manifests.get(key)
        if known is None:
            known = _parse(await self._read(layout.manifest(key)), key)
            if known is not None:
                self._manifests.put(key, known)
        return known

    async def saved(self, key: CacheKey) -> MergeSummary | None:
        """What a run has saved that failed with TooManyFailedPages; None when there is nothing that can be read."""
        data = await self._read(layout.partial(key, layout.SUMMARY))
        try:
            return MergeSummary.model_validate_json(data) if data is not None else None
        except ValidationError:
            return None

    async def source_url(self, sha256: str) -> str | None:
        """Where steps can read the bytes again; None when they are not in the store, or it is a folder of its own."""
        key = layout.source(sha256)
        url = self._store.url(key)
        if not url.startswith("s3://") or await asyncio.to_thread(self._store.head, key) is None:
            return None
        return url

    def url(self, key: str) -> str:
        return self._store.url(key)

    async def _read(self, key: str) -> bytes | None:
        try:
            return await asyncio.to_thread(self._store.get, key)
        except ObjectNotFound:
            return None


def _parse(data: bytes | None, key: CacheKey) -> ResultManifest | None:
    if data is None:
        return None
    try:
        return ResultManifest.model_validate_json(data)
    except ValidationError as exc:
        logger.bind(cache_key=str(key)).error("the manifest cannot be read: {}", exc)
        return None
