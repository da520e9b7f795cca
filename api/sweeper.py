"""What one process of the API does for the runs of all of them: sends events that wait, and counts runs that ended.

Both lie in the store, so that a restart loses nothing; a run is counted by the one process that comes first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from loguru import logger
from pydantic import ValidationError

from api.metrics import Metrics
from pdf_parser.domain import layout
from pdf_parser.domain.ending import Ending
from pdf_parser.errors import ObjectNotFound, PdfParserError
from pdf_parser.events.courier import Courier
from pdf_parser.storage.base import ObjectStore


class Sweeper:
    def __init__(self, store: ObjectStore, courier: Courier, metrics: Metrics) -> None:
        self._store = store
        self._courier = courier
        self._metrics = metrics

    @asynccontextmanager
    async def running(self, interval_s: float) -> AsyncIterator[None]:
        """Sweeps every `interval_s` seconds for as long as the body lasts."""
        task = asyncio.create_task(self._run(interval_s))
        try:
            yield
        finally:
            self._courier.close()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def sweep(self) -> None:
        """Raises what the store raises."""
        self._metrics.observe_deliveries(self._courier.deliver())
        for info in list(self._store.list(layout.ENDED)):
            self._count(info.key)

    async def _run(self, interval_s: float) -> None:
        while True:
            try:
                await asyncio.to_thread(self.sweep)
            except PdfParserError as exc:
                logger.warning("cannot sweep: {}", exc)
            await asyncio.sleep(interval_s)

    def _count(self, key: str) -> None:
        """Read before it is claimed: whoever comes second deletes it."""
        try:
            ending = Ending.model_validate_json(self._store.get(key))
        except ObjectNotFound:
            return
        except ValidationError as exc:
            logger.warning("{} cannot be counted: {}", key, exc)
        else:
            if self._store.put_if_absent(layout.counted(key), b"", "text/plain"):
                self._metrics.observe_run(ending)
        self._store.delete(key)
