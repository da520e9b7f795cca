"""An engine in memory that runs nothing: for tests, and to look at the API without parsing. Documents are Argo-shaped.

A run moves when a test says so: `advance`, `report`, `succeed`, `fail`, `show`, `forget`. One event loop, no threads.
"""

from __future__ import annotations

import asyncio
import builtins
import copy
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from datetime import datetime, timezone

from pdf_parser.errors import EngineUnavailable, InvalidWorkflow, RunNotFound
from pipelines.client import EngineHealth, Listener, Submission, WorkflowDocument, is_finished
from pipelines.stub_run import PODS, StubRun


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class StubWorkflowClient:
    """Set `unavailable` to see what callers do without an engine."""

    def __init__(self, templates: Collection[str] = tuple(PODS), clock: Callable[[], datetime] = _utc_now) -> None:
        self.unavailable = False
        self._templates = templates
        self._clock = clock
        self._runs: dict[str, StubRun] = {}
        self._changed: dict[str, asyncio.Event] = {}
        self._listeners: set[Listener] = set()

    # --- as WorkflowClient ------------------------------------------------------------------------------------------
    async def submit(self, submission: Submission) -> None:
        self._answer()
        if submission.template not in self._templates:
            raise InvalidWorkflow(f"There is no template {submission.template!r}.")
        if submission.name not in self._runs:
            self._runs[submission.name] = StubRun.submitted(submission, self._now)
            self._tell(submission.name)

    async def get(self, name: str) -> WorkflowDocument | None:
        self._answer()
        return copy.deepcopy(self._runs[name].document) if name in self._runs else None

    async def list(self, labels: Mapping[str, str] | None = None) -> list[WorkflowDocument]:
        self._answer()
        wanted = (labels or {}).items()
        documents = [run.document for run in self._runs.values()]
        return copy.deepcopy([d for d in reversed(documents) if wanted <= d["metadata"]["labels"].items()])

    async def watch(self, name: str) -> AsyncIterator[WorkflowDocument]:
        while True:
            changed = self._changed.setdefault(name, asyncio.Event())
            document = copy.deepcopy(self._run(name).document)
            yield document
            if is_finished(document):
                return
            await changed.wait()

    async def stop(self, name: str) -> None:
        self._end(name, "Stop")

    async def terminate(self, name: str) -> None:
        self._end(name, "Terminate")

    async def retry(self, name: str) -> None:
        run = self._run(name)
        if not run.has_failed:
            raise InvalidWorkflow("Only a run that has failed can be retried.")
        run.retry()
        self._tell(name)

    async def logs(self, name: str) -> builtins.list[str]:
        return list(self._run(name).lines)

    async def health(self) -> EngineHealth:
        self._answer()
        unfinished = [run for run in self._runs.values() if not run.is_finished]
        pending = [run for run in unfinished if run.status.get("phase") != "Running"]
        return EngineHealth(name="stub", pending=len(pending), unfinished=len(unfinished))

    async def close(self) -> None:
        self.unavailable = True

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """`listener` is called with the name of each run that has changed. Gives the undo."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    # --- what a test can do to a run --------------------------------------------------------------------------------
    def advance(self, name: str, outputs: Mapping[str, str] | None = None) -> None:
        """One move: the first pod starts; after that the running pod succeeds, with `outputs`, and the next starts."""
        run = self._run(name)
        run.start()
        pod = run.running_pod()
        if pod is not None:
            run.close_pod(pod, outputs or {})
        if missing := run.missing():
            run.open_pod(missing[0])
        else:
            run.finish("Succeeded")
        self._tell(name)

    def report(self, name: str, progress: str) -> None:
        """The running pod says "N/M" about itself. Raises ValueError when there is none."""
        pod = self._run(name).running_pod()
        if pod is None:
            raise ValueError(f"no pod of {name} is running")
        pod["progress"] = progress
        self._tell(name)

    def succeed(self, name: str, outputs: Mapping[str, str] | None = None) -> None:
        """All that is left succeeds; each of the pods has `outputs`."""
        while not self._run(name).is_finished:
            self.advance(name, outputs)

    def fail(self, name: str, template: str | None = None, exit_code: int = 49, message: str = "") -> None:
        """The pod of `template` (default: the next one) fails, and the run with it; all pods before it succeed.

        `message` is what the step left in its termination log. Raises ValueError when there is no such pod.
        """
        run = self._run(name)
        while (pod := run.running_pod()) is None or template not in (None, pod["templateName"]):
            self.advance(name)
        said = f": {message}\n" if message else ""
        run.break_pod(pod, f"main: Error (exit code {exit_code}){said}", exit_code)
        for omitted in run.missing():
            run.omit(omitted)
        run.finish("Failed")
        self._tell(name)

    def show(self, document: WorkflowDocument) -> None:
        """From now on this document is the run of its name."""
        name = document["metadata"]["name"]
        self._runs[name] = StubRun(copy.deepcopy(document), self._now)
        self._tell(name)

    def forget(self, name: str) -> None:
        """As when the time to live of a finished run is over."""
        del self._runs[name]
        self._tell(name)

    # --- inside -----------------------------------------------------------------------------------------------------
    def _answer(self) -> None:
        if self.unavailable:
            raise EngineUnavailable

    def _run(self, name: str) -> StubRun:
        self._answer()
        if name not in self._runs:
            raise RunNotFound
        return self._runs[name]

    def _end(self, name: str, strategy: str) -> None:
        run = self._run(name)
        if run.is_finished:
            return
        run.start()
        pod = run.running_pod()
        if pod is not None:
            run.break_pod(pod, f"workflow shutdown with strategy:  {strategy}")
        run.finish("Failed", f"Stopped with strategy '{strategy}'")
        self._tell(name)

    def _tell(self, name: str) -> None:
        self._changed.pop(name, asyncio.Event()).set()
        for listener in list(self._listeners):
            listener(name)

    def _now(self) -> str:
        return self._clock().strftime("%Y-%m-%dT%H:%M:%SZ")
