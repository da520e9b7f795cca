"""Changes of runs with resource versions, as a Kubernetes API server keeps them: the last ones, to be watched."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pipelines.client import ObservableClient, WorkflowDocument
from pipelines.fake_argo.answers import EXHAUSTED, INTERNAL, INVALID, Refusal
from pipelines.fake_argo.options import Choice

KEPT = 1000


@dataclass(frozen=True)
class Event:
    version: int
    kind: str
    document: WorkflowDocument

    def line(self) -> dict[str, Any]:
        return {"result": {"type": self.kind, "object": self.document}}


class Events:
    """Versions start at the time, so that those of a server before this one have expired."""

    def __init__(self, engine: ObservableClient, kept: int = KEPT) -> None:
        self._engine = engine
        self._kept: deque[Event] = deque(maxlen=kept)
        self._last: dict[str, WorkflowDocument] = {}
        self._hidden: set[str] = set()
        self._changed: dict[str, None] = {}  # in the order of their changes
        self._wake, self._news, self._refreshing = asyncio.Event(), asyncio.Event(), asyncio.Lock()
        self.version = self._oldest = time.time_ns() // 1_000_000

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Takes up what the engine tells for as long as the body lasts."""
        loop = asyncio.get_running_loop()

        def on_change(name: str) -> None:  # in any thread
            loop.call_soon_threadsafe(self._note, name)

        unsubscribe = self._engine.subscribe(on_change)
        for document in reversed(await self._engine.list()):
            self._record("ADDED", document)
        self.expire()
        task = asyncio.create_task(self._take_up())
        try:
            yield
        finally:
            unsubscribe()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def refresh(self, name: str) -> WorkflowDocument | None:
        """The run as it is now, with its version. One at a time, so that no older state follows a newer one."""
        async with self._refreshing:
            document = await self._engine.get(name) if name and name not in self._hidden else None
            known = self._last.get(name)
            if document is not None:
                return self._record("MODIFIED" if known else "ADDED", document)
            if known is not None:
                del self._last[name]
                self._record("DELETED", known)
            return None

    async def hide(self, name: str) -> None:
        """As if it were deleted: engines of ours forget a run by themselves only."""
        self._hidden.add(name)
        await self.refresh(name)

    def get(self, name: str) -> WorkflowDocument | None:
        return self._last.get(name)

    def all(self) -> list[WorkflowDocument]:
        """Newest first."""
        return list(reversed(self._last.values()))

    def expire(self) -> None:
        """Forgets what has happened so far; a watch that begins earlier is refused."""
        self._kept.clear()
        self._oldest = self.version

    def start_of_watch(self, text: str) -> int:
        """Raises Refusal for a version that has expired, or is none."""
        if not text:
            return -1
        if not text.isdecimal():
            raise Refusal(
                500, INTERNAL, f'Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
            )
        if int(text) < self._oldest:
            raise Refusal(400, INVALID, f"The resourceVersion for the provided watch is too old: {text}")
        return int(text)

    async def watch(self, since: int, chosen: Choice, lasts_s: float, bookmarks: bool) -> AsyncIterator[dict[str, Any]]:
        """ADDED for all that exists when `since` is -1; then each change. Ends with a refusal, "EOF"."""
        loop = asyncio.get_running_loop()
        end = loop.time() + lasts_s
        if since < 0:
            since = self.version
            for document in filter(chosen, list(self._last.values())):
                yield Event(since, "ADDED", document).line()
        while True:
            news = self._news
            if since < self._oldest:
                raise Refusal(410, INTERNAL, f"too old resource version: {since} ({self._oldest})")
            for event in [event for event in self._kept if event.version > since]:
                since = event.version
                if chosen(event.document):
                    yield event.line()
            if loop.time() >= end:
                break
            try:
                await asyncio.wait_for(news.wait(), end - loop.time())
            except asyncio.TimeoutError:
                break
        if bookmarks:
            yield Event(since, "BOOKMARK", {"metadata": {"resourceVersion": str(since)}}).line()
        raise Refusal(429, EXHAUSTED, "EOF")

    async def _take_up(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            changed, self._changed = self._changed, {}
            for name in changed:
                await self.refresh(name)

    def _note(self, name: str) -> None:
        self._changed[name] = None
        self._wake.set()

    def _record(self, kind: str, document: Mapping[str, Any]) -> WorkflowDocument:
        self.version += 1
        metadata = {**document["metadata"], "resourceVersion": str(self.version)}
        stamped = {**document, "metadata": metadata}
        if kind != "DELETED":
            self._last[metadata["name"]] = stamped
        if len(self._kept) == self._kept.maxlen:
            self._oldest = self._kept[0].version
        self._kept.append(Event(self.version, kind, stamped))
        news, self._news = self._news, asyncio.Event()
        news.set()
        return stamped
