"""Argo's `status.nodes` as typed nodes. Any field may be absent or null: the controller fills them as it goes.

Only what the mapper reads is here; research/argo.md §2 has the whole shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pdf_parser.domain.stages import PARSE_SHARD, RESCUE, steps_of
from pipelines.client import WorkflowDocument

POD, RETRY = "Pod", "Retry"
LEAVES = (POD, "Container", "Skipped", "Suspend")
_RESCUE = f".{RESCUE}."
_REPORT = re.compile(r"^(\d+)/(\d+)$")


@dataclass(frozen=True)
class Node:
    """`reported` is the pod's own N/M. Argo fills it for other types too, where it counts what runs later: not kept.

    `in_rescue`: below the nested DAG that tries bad pages again.
    """

    id: str
    type: str
    template: str
    phase: str
    message: str
    finished_at: str
    children: tuple[str, ...]
    is_hook: bool
    in_rescue: bool
    reported: tuple[int, int] | None
    exit_code: str | None
    outputs: Mapping[str, str]

    @property
    def has_failed(self) -> bool:
        return self.phase in ("Failed", "Error")

    @property
    def steps(self) -> tuple[str, ...]:
        return steps_of(self.template)

    @property
    def may_fail(self) -> bool:
        """A shard of the rescue: the run goes on with what it had."""
        return self.in_rescue and self.steps == (PARSE_SHARD,)


@dataclass(frozen=True)
class NodeTree:
    """`root_id` is the workflow's name, which is also the id of its entry node."""

    by_id: Mapping[str, Node]
    root_id: str

    @property
    def root(self) -> Node | None:
        return self.by_id.get(self.root_id)

    def __iter__(self) -> Iterator[Node]:
        """All nodes but exit handlers and hooks."""
        return (node for node in self.by_id.values() if not node.is_hook)

    def attempts(self, node: Node) -> list[Node]:
        """Of a Retry node the tries so far, oldest first (a child may be listed before it exists); else the node."""
        if node.type != RETRY:
            return [node]
        return [child for child in map(self.by_id.get, node.children) if child is not None and not child.is_hook]

    @cached_property
    def tasks(self) -> list[Node]:
        """Nodes of our steps and stages, each once: a Retry node stands for its attempts."""
        tried = {attempt.id for node in self if node.type == RETRY for attempt in self.attempts(node)}
        return [node for node in self if node.type in (POD, RETRY) and node.steps and node.id not in tried]

    def output(self, name: str) -> str | None:
        """The value of an output parameter of a succeeded node: failed attempts keep theirs as well."""
        values = [node.outputs.get(name) for node in self if node.phase == "Succeeded"]
        return next((value for value in values if value), None)


def read_nodes(document: WorkflowDocument) -> NodeTree:
    nodes = (document.get("status") or {}).get("nodes") or {}
    return NodeTree({key: _node(raw) for key, raw in nodes.items()}, document["metadata"]["name"])


def _node(raw: Mapping[str, Any]) -> Node:
    outputs = raw.get("outputs") or {}
    return Node(
        id=raw["id"],
        type=raw.get("type") or "",
        template=raw.get("templateName") or "",
        phase=raw.get("phase") or "",
        message=raw.get("message") or "",
        finished_at=raw.get("finishedAt") or "",
        children=tuple(raw.get("children") or ()),
        is_hook=bool((raw.get("nodeFlag") or {}).get("hooked")) or ".onExit" in raw.get("name", ""),
        in_rescue=_RESCUE in raw.get("name", ""),
        reported=_report(raw.get("progress")) if raw.get("type") == POD else None,
        exit_code=outputs.get("exitCode"),
        outputs={p["name"]: p["value"] for p in outputs.get("parameters") or () if p.get("value") is not None},
    )


def _report(text: str | None) -> tuple[int, int] | None:
    match = _REPORT.match(text or "")
    return (int(match[1]), int(match[2])) if match else None
