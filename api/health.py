"""Is what the service stands on there? Every check has a time limit, and a failure has a name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from loguru import logger

from api.schemas import ComponentHealth, Health, QueueHealth
from pdf_parser.errors import EngineUnavailable, PdfParserError, StorageUnavailable
from pdf_parser.storage.base import ObjectStore
from pipelines.client import EngineHealth, WorkflowClient

TIMEOUT_S = 2.0
T = TypeVar("T")


class HealthChecks:
    def __init__(self, client: WorkflowClient, store: ObjectStore, max_q: int, timeout_s: float = TIMEOUT_S) -> None:
        self._client = client
        self._store = store
        self._max_q = max_q
        self._timeout_s = timeout_s
        self._storage_check: asyncio.Task[None] | None = None

    async def check(self) -> Health:
        engine, storage = await asyncio.gather(self.engine(), self.storage())
        parts = (_component(engine), _component(storage))
        return Health(
            status="ok" if all(part.status == "ok" for part in parts) else "degraded",
            engine=parts[0],
            queue=_queue(engine, self._max_q),
            storage=parts[1],
        )

    async def engine(self) -> EngineHealth | PdfParserError:
        return await self._limited(self._client.health(), EngineUnavailable)

    async def storage(self) -> PdfParserError | None:
        """A check that hangs is waited for again, not started again: it would take one thread after the other."""
        if self._storage_check is None or self._storage_check.done():
            self._storage_check = asyncio.create_task(asyncio.to_thread(self._store.check))
        return await self._limited(asyncio.shield(self._storage_check), StorageUnavailable)

    async def _limited(self, check: Awaitable[T], late: type[PdfParserError]) -> T | PdfParserError:
        try:
            return await asyncio.wait_for(check, self._timeout_s)
        except asyncio.TimeoutError:
            return late(f"No answer within {self._timeout_s:g} s.")
        except PdfParserError as exc:
            return exc


def _component(found: EngineHealth | PdfParserError | None) -> ComponentHealth:
    if isinstance(found, PdfParserError):
        logger.warning("health: {} {}", found.code(), found)
        return ComponentHealth(status="down", error=found.code(), message=str(found))
    if found is None:
        return ComponentHealth(status="ok")
    return ComponentHealth(status="ok", name=found.name, detail=dict(found.detail) or None)


def _queue(found: EngineHealth | PdfParserError, max_q: int) -> QueueHealth:
    if isinstance(found, PdfParserError):
        return QueueHealth(max=max_q)
    return QueueHealth(pending=found.pending, unfinished=found.unfinished, max=max_q)
