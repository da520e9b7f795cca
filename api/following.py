"""How a run goes on, without asking again and again: the engine's own watch says when to look."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from api.answers import etag_of
from api.runs import Runs
from pdf_parser.domain.run import RunStatus
from pdf_parser.errors import EngineUnavailable, RunNotFound
from pipelines.client import WorkflowClient

LOOK_AGAIN_S = 2.0  # at a run that the engine does not know, yet or any more


class Follower:
    def __init__(self, client: WorkflowClient, runs: Runs, look_again_s: float = LOOK_AGAIN_S) -> None:
        self._client = client
        self._runs = runs
        self._look_again_s = look_again_s

    async def wait(self, task_id: str, seen: str | None, wait_s: float) -> RunStatus:
        """The status when it is final or its ETag is not `seen` (None: the present one); after `wait_s` as it is.

        Raises what `Runs.status` raises.
        """
        status = await self._runs.status(task_id)
        seen = seen or etag_of(status)
        if wait_s <= 0 or status.state.is_final or etag_of(status) != seen:
            return status
        with suppress(asyncio.TimeoutError):
            return await asyncio.wait_for(self._first_other(task_id, seen), wait_s)
        return await self._runs.status(task_id)

    async def finished(self, task_id: str, wait_s: float) -> RunStatus:
        """The status when it is final; after `wait_s` as it is."""
        with suppress(asyncio.TimeoutError):
            return await asyncio.wait_for(self._first_other(task_id, None), wait_s)
        return await self._runs.status(task_id)

    async def statuses(self, task_id: str) -> AsyncGenerator[RunStatus, None]:
        """The status now and after each change, until it is final. A slow reader gets the newest, not every one."""
        shown = None
        async with aclosing(self._moves(task_id)) as moves:
            async for _ in moves:
                status = await self._runs.status(task_id)
                if status != shown:
                    yield status
                if status.state.is_final:
                    return
                shown = status

    async def _first_other(self, task_id: str, seen: str | None) -> RunStatus:
        """The first status that is final, or with `seen` another one."""
        async with aclosing(self.statuses(task_id)) as statuses:
            async for status in statuses:
                if status.state.is_final or seen not in (None, etag_of(status)):
                    break
        return status

    async def _moves(self, task_id: str) -> AsyncGenerator[None, None]:
        """Yields whenever it is time to look, beginning with now; never ends."""
        while True:
            yield
            with suppress(RunNotFound, EngineUnavailable):
                async for _ in self._client.watch(task_id):
                    yield
            await asyncio.sleep(self._look_again_s)
