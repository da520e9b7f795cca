"""What the routes on workflows do. Each method is one call of argo-server's workflow service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from pdf_parser.errors import EngineUnavailable, InvalidWorkflow, RunNotFound
from pipelines.client import ObservableClient, Submission, WorkflowDocument, is_finished
from pipelines.fake_argo.answers import EXISTS, INTERNAL, INVALID, UNAVAILABLE, Refusal, not_found
from pipelines.fake_argo.events import Events
from pipelines.fake_argo.options import Choice

EXECUTOR_LINE = 'time=2026-01-01T00:00:00.000Z level=INFO msg="sub-process exited" argo=true error=<nil>'


class FakeRuns:
    """Deleted runs go to the archive, where a question by name still finds them, as with `persistence.archive`."""

    def __init__(self, engine: ObservableClient, events: Events, archive: bool) -> None:
        self._engine = engine
        self._events = events
        self._keeps_archive = archive
        self.archive: dict[str, WorkflowDocument] = {}

    async def submit(self, submission: Submission) -> WorkflowDocument:
        if self._events.get(submission.name) is not None:
            said = f'workflows.argoproj.io "{submission.name}" already exists, '
            raise Refusal(409, EXISTS, said + "the server was not able to generate a unique name for the object")
        try:
            await self._engine.submit(submission)
        except InvalidWorkflow as exc:
            raise Refusal(400, INVALID, str(exc)) from exc
        return await self._now(submission.name)

    def get(self, name: str) -> WorkflowDocument:
        document = self._events.get(name) or self.archive.get(name)
        if document is None:
            raise not_found("workflows", name)
        return document

    def list(self, chosen: Choice, limit: int, offset: int) -> dict[str, Any]:
        documents = list(filter(chosen, self._events.all()))
        end = offset + limit if limit else len(documents)
        metadata = {"resourceVersion": str(self._events.version)}
        return {
            "metadata": metadata | ({"continue": str(end)} if end < len(documents) else {}),
            "items": documents[offset:end] or None,  # Go's nil slice
        }

    async def stop(self, name: str) -> WorkflowDocument:
        self._refuse_finished(name)
        await self._engine.stop(name)
        return await self._now(name)

    async def terminate(self, name: str) -> WorkflowDocument:
        self._refuse_finished(name)
        await self._engine.terminate(name)
        return await self._now(name)

    async def retry(self, name: str) -> WorkflowDocument:
        self._live(name)
        try:
            await self._engine.retry(name)
        except InvalidWorkflow as exc:
            raise Refusal(400, INVALID, str(exc)) from exc
        return await self._now(name)

    async def delete(self, name: str) -> None:
        document = self._live(name)
        if not is_finished(document):
            await self._engine.terminate(name)
        elif self._keeps_archive:
            self.archive[name] = document
        await self._events.hide(name)

    async def log(self, name: str) -> AsyncIterator[Mapping[str, Any]]:
        self._live(name)
        for line in [EXECUTOR_LINE, *await self._engine.logs(name)]:
            yield {"result": {"content": line, "podName": f"{name}-main"}}

    def _live(self, name: str) -> WorkflowDocument:
        document = self._events.get(name)
        if document is None:
            raise not_found("workflows", name)
        return document

    def _refuse_finished(self, name: str) -> None:
        if is_finished(self._live(name)):
            raise Refusal(500, INTERNAL, "cannot shutdown a completed workflow")

    async def _now(self, name: str) -> WorkflowDocument:
        document = await self._events.refresh(name)
        if document is None:
            raise not_found("workflows", name)
        return document


def as_refusal(exc: EngineUnavailable | RunNotFound) -> Refusal:
    if isinstance(exc, RunNotFound):
        return Refusal(404, 5, str(exc))
    return Refusal(503, UNAVAILABLE, str(exc))
