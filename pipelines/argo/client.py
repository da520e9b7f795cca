"""The WorkflowClient of an Argo cluster, by way of argo-server. Hera is not needed: templates are submitted by name.

Answers come from a cache that one watch keeps up to date, so that thousands of polls cost Argo one connection. A run
that the cache does not have is asked for directly: argo-server looks into its archive by itself. The cache is trusted
for ARGO_STALE_S after the watch was lost.
"""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

from loguru import logger

from pdf_parser.errors import EngineUnavailable, RunNotFound
from pdf_parser.settings import Settings
from pipelines.argo.server.answers import Refused
from pipelines.argo.server.cache import Entry, RunCache
from pipelines.argo.server.connection import TRIES, Connection, Server
from pipelines.argo.server.direct import DirectQuestions
from pipelines.argo.server.documents import slim
from pipelines.argo.server.logs import read_log
from pipelines.argo.server.submission import submit_body
from pipelines.argo.server.token import Token
from pipelines.argo.server.translate import refused_submission, translated
from pipelines.argo.server.watcher import PAGE, UNFINISHED, Watcher
from pipelines.client import APP_LABEL, APP_NAME, EngineHealth, Submission, WorkflowDocument

SELECTOR = f"{APP_LABEL}={APP_NAME}"
LOOK_AGAIN_S = 5.0  # a follower of one run asks after this, should the watch be down


def argo_client(settings: Settings) -> ArgoClient:
    """Raises EngineUnavailable when the certificates cannot be read. Nothing is sent before the first call."""
    server = Server(
        url=settings.argo_url,
        token=Token(settings.argo_token.get_secret_value(), _path(settings.argo_token_file)),
        ca_file=settings.argo_ca_file,
        insecure=settings.argo_insecure,
        connect_timeout_s=settings.argo_connect_timeout_s,
        read_timeout_s=settings.argo_timeout_s,
    )
    return ArgoClient(Connection(server), settings.argo_namespace, settings.argo_stale_s)


class ArgoClient:
    """Of one namespace, and one event loop. What the server refuses or does not answer is EngineUnavailable."""

    def __init__(self, connection: Connection, namespace: str, stale_s: float = 15.0) -> None:
        self._connection = connection
        self._namespace = namespace
        self._stale_s = stale_s
        self._cache = RunCache()
        self._direct = DirectQuestions(self._fetch)
        self._watcher = Watcher(connection, namespace, SELECTOR, self._cache)
        self._watching: asyncio.Task[None] | None = None

    async def submit(self, submission: Submission) -> None:
        try:
            body = submit_body(submission, self._namespace)
            document = await self._connection.tell("POST", self._path("submit"), body, tries=TRIES)
        except Refused as exc:
            if exc.http != 409:
                raise refused_submission(exc) from exc
            await self._compare(submission)
        else:
            self._note(document)

    async def get(self, name: str) -> WorkflowDocument | None:
        entry = await self._entry(name)
        return entry.document() if entry is not None else None

    async def list(self, labels: Mapping[str, str] | None = None) -> list[WorkflowDocument]:
        """From the server, finished runs included."""
        selector = ",".join(f"{name}={value}" for name, value in (labels or {}).items())
        documents = [slim(document) async for document in self._pages(selector)]
        return sorted(documents, key=lambda d: str(d["metadata"].get("creationTimestamp")), reverse=True)

    async def watch(self, name: str) -> AsyncIterator[WorkflowDocument]:
        with self._cache.following(name) as changed:
            shown = None
            while (entry := await self._entry(name)) is not None:
                if entry != shown:
                    yield entry.document()
                if entry.is_finished:
                    return
                shown = entry
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(changed.wait(), LOOK_AGAIN_S)
                changed.clear()

    async def stop(self, name: str) -> None:
        await self._end(name, "stop")

    async def terminate(self, name: str) -> None:
        await self._end(name, "terminate")

    async def retry(self, name: str) -> None:
        with translated():
            self._note(await self._connection.tell("PUT", self._path(name, "retry"), self._names(name)))

    async def delete(self, name: str) -> None:
        """Harmless when there is no such run."""
        with suppress(RunNotFound), translated():
            await self._connection.ask("DELETE", self._path(name))
        self._direct.forget(name)

    async def logs(self, name: str) -> builtins.list[str]:
        document = await self.get(name)
        if document is None:
            raise RunNotFound
        lines = self._connection.lines(self._path(name, "log"), {"logOptions.container": "main"})
        with translated():
            async with aclosing(lines):
                return await read_log(lines, document)

    async def health(self) -> EngineHealth:
        """Without a call to Argo while the watch is connected."""
        await self._begin_watch()
        if self._watcher.is_connected:
            pending, unfinished = self._cache.unfinished()
        else:
            with translated():
                pending, unfinished = await self._count()
        detail = {
            "watch": "connected" if self._watcher.is_connected else "interrupted",
            "circuit": self._connection.circuit.state,
        }
        return EngineHealth("argo", pending, unfinished, detail)

    async def close(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        await self._connection.close()

    # --- one run ------------------------------------------------------------------------------------------------------
    async def _entry(self, name: str) -> Entry | None:
        await self._begin_watch()
        known = self._cache.get(name)
        if known is not None and (known.is_finished or self._watcher.down_s() < self._stale_s):
            return known
        answer = await self._direct.ask(name)
        is_older = known is not None and answer is not None and answer.version < known.version
        return known if is_older else answer

    async def _fetch(self, name: str) -> Entry | None:
        try:
            with translated():
                return Entry.of(await self._connection.ask("GET", self._path(name)))
        except RunNotFound:
            return None

    def _note(self, document: Mapping[str, Any]) -> None:
        """After a change of our own the answer is in the cache before the watch has told it."""
        self._direct.forget(document["metadata"]["name"])
        self._cache.put(document)

    async def _compare(self, submission: Submission) -> None:
        """The same name again: a repeated submit, or another run's name. Neither changes anything."""
        self._direct.forget(submission.name)
        document = await self.get(submission.name)
        if document is None:
            return
        template = (document["spec"].get("workflowTemplateRef") or {}).get("name")
        labels = document["metadata"].get("labels") or {}
        if template != submission.template or not submission.labels.items() <= labels.items():
            logger.warning("run {} exists with another template or other labels: {}", submission.name, template)

    async def _end(self, name: str, how: str) -> None:
        """A run that has finished is refused with 500, so what is meant by it is looked up and not read."""
        try:
            with translated():
                self._note(await self._connection.tell("PUT", self._path(name, how), self._names(name)))
        except EngineUnavailable:
            self._direct.forget(name)
            entry = await self._entry(name)
            if entry is None or not entry.is_finished:
                raise

    # --- many runs ----------------------------------------------------------------------------------------------------
    async def _pages(self, selector: str, **options: str) -> AsyncIterator[dict[str, Any]]:
        token = ""
        while True:
            params = {"listOptions.labelSelector": selector, "listOptions.limit": PAGE, **options}
            with translated():
                page = await self._connection.ask(
                    "GET", self._path(), params | ({"listOptions.continue": token} if token else {})
                )
            for document in page.get("items") or ():
                yield document
            token = (page.get("metadata") or {}).get("continue") or ""
            if not token:
                return

    async def _count(self) -> tuple[int, int]:
        """As RunCache.unfinished, from the server."""
        fields = "metadata,items.metadata.name,items.status.phase"
        runs = [run async for run in self._pages(f"{SELECTOR},{UNFINISHED}", fields=fields)]
        pending = [run for run in runs if (run.get("status") or {}).get("phase") in (None, "", "Pending")]
        return len(pending), len(runs)

    async def _begin_watch(self) -> None:
        """The first call starts it, and waits for the first list."""
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watcher.run())
        await self._watcher.ready.wait()

    def _path(self, *parts: str) -> str:
        return "/".join(("/api/v1/workflows", self._namespace, *parts))

    def _names(self, name: str) -> dict[str, str]:
        return {"name": name, "namespace": self._namespace}


def _path(text: str) -> Path | None:
    return Path(text) if text else None
