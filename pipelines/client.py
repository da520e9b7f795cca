"""The one door to a workflow engine. Local, stub and Argo clients implement it; all of them speak Argo's documents.

A workflow document is a plain dict with Argo's own fields (`metadata`, `spec`, `status.phase`, `status.nodes`, …),
so that one mapper in the API serves every engine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

WorkflowDocument = dict[str, Any]
Listener = Callable[[str], None]

APP_LABEL = "app.kubernetes.io/part-of"
APP_NAME = "pdf-parser"


@dataclass(frozen=True)
class Submission:
    """A run by reference to a compiled template. `name` is chosen by the caller, so a repeated submit is harmless."""

    name: str
    template: str
    parameters: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    priority: int = 0


@dataclass(frozen=True)
class EngineHealth:
    """`unfinished` counts runs that are pending or running; `pending` those of them that have not started.

    `detail` is what else the engine has to say about itself, for people.
    """

    name: str
    pending: int
    unfinished: int
    detail: Mapping[str, str] = field(default_factory=dict)


class WorkflowClient(Protocol):
    """Every method raises EngineUnavailable when the engine does not answer."""

    async def submit(self, submission: Submission) -> None:
        """Starts a run. The same name again changes nothing. Raises InvalidWorkflow for an unknown template."""

    async def get(self, name: str) -> WorkflowDocument | None:
        """The document, or None when the engine does not know the name (any more)."""

    async def list(self, labels: Mapping[str, str] | None = None) -> list[WorkflowDocument]:
        """Newest first."""

    def watch(self, name: str) -> AsyncIterator[WorkflowDocument]:
        """The document now and after each change, until the run has finished."""

    async def stop(self, name: str) -> None:
        """Ends the run and runs its exit handler; harmless when it has finished. Raises RunNotFound."""

    async def terminate(self, name: str) -> None:
        """Ends the run at once, without exit handler; harmless when it has finished. Raises RunNotFound."""

    async def retry(self, name: str) -> None:
        """Runs what failed again. Raises RunNotFound, or InvalidWorkflow when the run has not failed."""

    async def logs(self, name: str) -> Sequence[str]:
        """The lines that the steps have logged so far, by node in order of start. Raises RunNotFound."""

    async def health(self) -> EngineHealth: ...

    async def close(self) -> None: ...


class ObservableClient(WorkflowClient, Protocol):
    """An engine in this process, which can tell of every change."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """`listener` is called, in any thread, with the name of each run that has changed. Gives the undo."""


def is_finished(workflow: WorkflowDocument) -> bool:
    return workflow.get("status", {}).get("phase") in ("Succeeded", "Failed", "Error")
