"""One list and one watch for all runs of the service, into the cache, for as long as the client lives.

Measured on Argo 4.1: the headers of a quiet watch come with its first event; a watch ends with 429 "EOF", which means
reconnect; a version that has expired is refused with 400 or 410, one that makes no sense with 500: then list again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import Any

from loguru import logger

from pdf_parser.errors import EngineUnavailable
from pipelines.argo.server.answers import Refused, read_stream_error
from pipelines.argo.server.backoff import delays
from pipelines.argo.server.cache import RunCache
from pipelines.argo.server.connection import Connection
from pipelines.argo.server.documents import version_of

SILENCE_S = 120.0  # a connection that died without a word is noticed after this
RELIST_S = 600.0
SHORT_S = 1.0  # a watch that ends sooner has failed
PAGE = "500"

# Never in a watch: a run that finishes would be DELETED from it (research/argo.md §3).
UNFINISHED = "workflows.argoproj.io/completed!=true"
_HEAVY = "status.storedWorkflowTemplateSpec.templates", "metadata.managedFields"


class Watcher:
    """`selector` is that of the service's runs. `ready` is set after the first list, or the first failure of one."""

    def __init__(
        self,
        connection: Connection,
        namespace: str,
        selector: str,
        cache: RunCache,
        silence_s: float = SILENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.ready = asyncio.Event()
        self._connection = connection
        self._namespace = namespace
        self._selector = selector
        self._cache = cache
        self._silence_s = silence_s
        self._clock = clock
        self._down_since: float | None = float("-inf")
        self._listed_at = 0.0
        self._version = ""

    @property
    def is_connected(self) -> bool:
        return self._down_since is None

    def down_s(self) -> float:
        """For how long the cache has had no news: 0 while the watch is connected."""
        return 0.0 if self._down_since is None else self._clock() - self._down_since

    async def run(self) -> None:
        """Never ends by itself. Every interruption begins with a new list: it also proves that the server is there."""
        waits = delays()
        while True:
            began = self._clock()
            try:
                await self._list()
                await self._follow()
            except (EngineUnavailable, Refused, ValueError, KeyError, TypeError) as exc:
                self._lost(exc)
            if self._clock() - began > SHORT_S:
                waits = delays()
            await asyncio.sleep(next(waits))

    async def _list(self) -> None:
        """All unfinished runs, page by page."""
        path = f"/api/v1/workflows/{self._namespace}"
        names: set[str] = set()
        version, token = "", ""
        while True:
            page = await self._connection.ask_once(path, self._list_options(token))
            for document in page.get("items") or ():
                self._cache.put(document)
                names.add(document["metadata"]["name"])
            metadata = page.get("metadata") or {}
            version, token = version or metadata.get("resourceVersion") or "", metadata.get("continue") or ""
            if not token:
                break
        if version:
            self._cache.keep_unfinished(names, int(version))
        self._version, self._listed_at = version, self._clock()
        self._found()

    async def _follow(self) -> None:
        """Until it is time for a new list."""
        while self._clock() - self._listed_at < RELIST_S:
            began = self._clock()
            try:
                await self._watch()
            except TimeoutError:
                return
            except Refused as exc:
                if not exc.is_end_of_watch:
                    raise
            if self._clock() - began < SHORT_S:
                return

    async def _watch(self) -> None:
        """From the last version known; without one the server begins with all that exists."""
        path = f"/api/v1/workflow-events/{self._namespace}"
        async with aclosing(self._connection.lines(path, self._watch_options(), self._silence_s)) as events:
            async for event in events:
                self._take(event)
                if self._clock() - self._listed_at > RELIST_S:
                    return

    def _take(self, event: Mapping[str, Any]) -> None:
        if "error" in event:
            raise read_stream_error(event["error"])
        kind, document = event["result"]["type"], event["result"]["object"]
        if kind == "ERROR":
            raise Refused(int(document.get("code") or 410), 0, str(document.get("message") or ""))
        if kind == "DELETED":
            self._cache.drop(document["metadata"]["name"], version_of(document))
        elif kind != "BOOKMARK":
            self._cache.put(document)
        self._version = document["metadata"].get("resourceVersion") or self._version

    def _list_options(self, token: str) -> dict[str, str]:
        options = {
            "listOptions.labelSelector": f"{self._selector},{UNFINISHED}",
            "listOptions.limit": PAGE,
            "fields": "-" + ",".join(f"items.{name}" for name in _HEAVY),
        }
        return options | ({"listOptions.continue": token} if token else {})

    def _watch_options(self) -> dict[str, str]:
        options = {
            "listOptions.labelSelector": self._selector,
            "listOptions.allowWatchBookmarks": "true",
            "fields": "-" + ",".join(f"result.object.{name}" for name in _HEAVY),
        }
        return options | ({"listOptions.resourceVersion": self._version} if self._version else {})

    def _found(self) -> None:
        if not self.is_connected:
            logger.info("watching the workflows of namespace {}", self._namespace)
        self._down_since = None
        self.ready.set()

    def _lost(self, exc: Exception) -> None:
        if self.is_connected or not self.ready.is_set():
            logger.warning("the watch of the workflows is interrupted: {}", exc)
        else:
            logger.debug("still no watch of the workflows: {}", exc)
        if self.is_connected:
            self._down_since = self._clock()
        self.ready.set()
