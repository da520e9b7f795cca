"""Back-pressure: no new run while MAX_Q are unfinished. The count is kept for a moment; our own runs are added."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from pdf_parser.errors import QueueFull
from pipelines.client import WorkflowClient

COUNT_TTL_S = 1.0


class Gate:
    """One per process. With several API processes each may overshoot by what the others submit within COUNT_TTL_S."""

    def __init__(self, client: WorkflowClient, max_q: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._max_q = max_q
        self._clock = clock
        self._lock = asyncio.Lock()
        self._counted = 0
        self._counted_at = float("-inf")
        self._submitted = 0  # since the engine was counted
        self._entering = 0  # admitted, not yet submitted

    @asynccontextmanager
    async def admit(self) -> AsyncIterator[None]:
        """Holds a place while the body submits. Raises QueueFull, and what the engine raises when it cannot count."""
        async with self._lock:
            await self._refresh()
            if self._counted + self._submitted + self._entering >= self._max_q:
                raise QueueFull
            self._entering += 1
        try:
            yield
            self._submitted += 1
        finally:
            self._entering -= 1

    async def _refresh(self) -> None:
        if self._clock() - self._counted_at < COUNT_TTL_S:
            return
        certainly_counted = self._submitted
        self._counted = (await self._client.health()).unfinished
        self._submitted -= certainly_counted
        self._counted_at = self._clock()
