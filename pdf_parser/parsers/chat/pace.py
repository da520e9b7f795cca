"""Keeps requests of one process apart, so that a limit per minute holds. For all pods there is the semaphore `vlm`."""

from __future__ import annotations

import asyncio
import time


class Pace:
    def __init__(self, per_minute: int) -> None:
        """0 means no limit."""
        self._gap_s = 60.0 / per_minute if per_minute else 0.0
        self._next = 0.0

    async def turn(self) -> None:
        """Returns when the next request may begin; callers are served in the order in which they came."""
        now = time.monotonic()
        at = max(now, self._next)
        self._next = at + self._gap_s
        await asyncio.sleep(at - now)
