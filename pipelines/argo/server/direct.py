"""Single questions about a run, for what the watch cannot tell: asked once for all who wait, and not too often."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from pdf_parser.errors import EngineUnavailable
from pipelines.argo.server.cache import Entry

PER_SECOND, BURST, LONGEST_WAIT_S = 50.0, 50.0, 5.0
REMEMBERED, REMEMBERED_S, FINISHED_REMEMBERED_S = 2_000, 1.0, 60.0

Fetch = Callable[[str], Awaitable[Entry | None]]


class Rate:
    """A token bucket; `reserve` gives the seconds to wait for one's turn."""

    def __init__(self, per_s: float, burst: float, clock: Callable[[], float]) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._tokens, self._at = burst, clock()

    def reserve(self) -> float:
        """Raises EngineUnavailable when the queue is too long; then nothing is reserved."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_s)
        self._at = now
        if self._tokens < 1 - LONGEST_WAIT_S * self._per_s:
            raise EngineUnavailable("Too many questions wait for the workflow engine. Try again in a moment.")
        self._tokens -= 1
        return max(0.0, -self._tokens / self._per_s)


class DirectQuestions:
    """An answer is remembered for a second, that of a finished run for a minute."""

    def __init__(
        self, fetch: Fetch, per_s: float = PER_SECOND, burst: float = BURST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._rate = Rate(per_s, burst, clock)
        self._clock = clock
        self._under_way: dict[str, asyncio.Task[Entry | None]] = {}
        self._answers: OrderedDict[str, tuple[float, Entry | None]] = OrderedDict()

    async def ask(self, name: str) -> Entry | None:
        """None when the server does not know the run. Raises EngineUnavailable."""
        good_until, answer = self._answers.get(name, (0.0, None))
        if self._clock() < good_until:
            return answer
        task = self._under_way.get(name)
        if task is None:
            task = self._under_way[name] = asyncio.create_task(self._ask(name, self._rate.reserve()))
            task.add_done_callback(lambda done: self._finish(name, done))
        return await asyncio.shield(task)

    def forget(self, name: str) -> None:
        """After a change of our own."""
        self._answers.pop(name, None)

    async def _ask(self, name: str, wait_s: float) -> Entry | None:
        await asyncio.sleep(wait_s)
        entry = await self._fetch(name)
        kept_s = FINISHED_REMEMBERED_S if entry is not None and entry.is_finished else REMEMBERED_S
        self._answers[name] = (self._clock() + kept_s, entry)
        self._answers.move_to_end(name)
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return entry

    def _finish(self, name: str, task: asyncio.Task[Entry | None]) -> None:
        del self._under_way[name]
        if not task.cancelled():
            task.exception()  # each who waited has got it; nobody may have waited to the end
