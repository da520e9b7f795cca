"""One look at one workflow: what is known, and what has been decided so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from pipelines.client import WorkflowDocument
from pipelines.local.clock import from_text
from pipelines.local.control.locks import Holder, Locks
from pipelines.local.control.names import is_exit
from pipelines.local.control.nodes import POD, Node, Nodes, has_ended
from pipelines.local.spec.model import Spec, Template
from pipelines.local.spec.read import read_spec

Reason = Literal["shutdown", "deadline"]


@dataclass(frozen=True)
class Live:
    """A process that runs for a node. `killed_for` is set once it has been told to end."""

    started_at: datetime
    killed_for: Reason | None = None


@dataclass
class Run:
    """A workflow in memory: its document and, worked out from it, its spec and the items of its fan-outs."""

    document: WorkflowDocument
    spec: Spec
    items: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: WorkflowDocument) -> Run:
        return cls(document, read_spec(document["status"]["storedWorkflowTemplateSpec"]))

    @property
    def name(self) -> str:
        return str(self.document["metadata"]["name"])

    @property
    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = self.document["status"]
        return status

    @property
    def phase(self) -> str:
        return str(self.status.get("phase") or "")

    @property
    def is_finished(self) -> bool:
        return self.phase in ("Succeeded", "Failed", "Error")

    @property
    def rank(self) -> tuple[int, str]:
        """The smallest goes first: by priority, then by age."""
        return -int(self.document["spec"].get("priority") or 0), str(self.document["metadata"]["creationTimestamp"])

    @property
    def shutdown(self) -> str:
        """ "", "Stop" or "Terminate"."""
        return str(self.document["spec"].get("shutdown") or "")


@dataclass
class Round:
    """`live` maps node id → process. `kills`, `timers` and `woken` (workflows) are the decisions."""

    run: Run
    now: datetime
    locks: Locks
    live: Mapping[str, Live]
    walk: Callable[[Round, Node], None]
    kills: dict[str, Reason] = field(default_factory=dict)
    timers: list[datetime] = field(default_factory=list)
    woken: set[str] = field(default_factory=set)

    @cached_property
    def nodes(self) -> Nodes:
        return Nodes(self.run.document)

    def advance(self, node: Node) -> None:
        """Takes the node, and what is below it, as far as it can get now (control/advance.py)."""
        self.walk(self, node)

    def template_of(self, node: Node) -> Template:
        return self.run.spec.templates[node["templateName"]]

    # --- what forbids to start something -----------------------------------------------------------------------------
    @property
    def deadline(self) -> datetime | None:
        started, seconds = self.run.status.get("startedAt"), self.run.spec.deadline_s
        return from_text(started) + timedelta(seconds=seconds) if started and seconds is not None else None

    def is_past_deadline(self, node_name: str) -> bool:
        """The exit handler knows no deadline."""
        return self.deadline is not None and self.now >= self.deadline and not is_exit(self.run.name, node_name)

    def is_shut_down(self, node_name: str) -> bool:
        """Stop spares the exit handler, Terminate spares nothing."""
        return self.run.shutdown == "Terminate" or (
            self.run.shutdown == "Stop" and not is_exit(self.run.name, node_name)
        )

    def is_full(self, template: Template, boundary: Node | None) -> bool:
        """True while the parallelism of the workflow (live pods) or of the DAG around (live children) is used up."""
        limit = self.run.spec.parallelism
        if template.container and limit is not None and self.active_pods >= limit:
            return True
        around = self.template_of(boundary).parallelism if boundary else None
        return boundary is not None and around is not None and self._active_children(boundary) >= around

    @property
    def active_pods(self) -> int:
        return sum(node["type"] == POD and not has_ended(node) for node in self.nodes)

    def _active_children(self, boundary: Node) -> int:
        attempts = {child for node in self.nodes if node["type"] == "Retry" for child in node.get("children", ())}
        return sum(
            node["type"] in (POD, "Retry", "DAG") and node["id"] not in attempts and not has_ended(node)
            for node in self.nodes.members(boundary)
        )

    # --- who asks for locks -------------------------------------------------------------------------------------------
    def holder(self, node: Node | None = None) -> Holder:
        """The workflow, or one of its nodes."""
        if node is None:
            return Holder(self.run.name, rank=(*self.run.rank, -1))
        number = list(self.nodes.by_id).index(node["id"])
        return Holder(self.run.name, node["id"], (*self.run.rank, number))

    def wake_at(self, moment: datetime) -> None:
        self.timers.append(moment)
