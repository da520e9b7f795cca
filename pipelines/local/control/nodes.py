"""`status.nodes` of one workflow: the state of the run, and the only one. Each node is Argo's NodeStatus as a dict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pipelines.client import WorkflowDocument
from pipelines.local.clock import to_text
from pipelines.local.control.names import display_name, node_id

Node = dict[str, Any]

POD, DAG, RETRY, GROUP, SKIPPED = "Pod", "DAG", "Retry", "TaskGroup", "Skipped"
_ATTEMPT = re.compile(r"\(\d+\)$")
_COMPLETED = ("Succeeded", "Failed", "Error")
_FULFILLED = (*_COMPLETED, "Skipped", "Omitted")


def has_ended(node: Node) -> bool:
    return node["phase"] in _FULFILLED


def has_completed(node: Node) -> bool:
    """Unlike `has_ended` false for what was skipped or omitted."""
    return node["phase"] in _COMPLETED


def has_failed(node: Node) -> bool:
    return node["phase"] in ("Failed", "Error")


def is_attempt(node: Node) -> bool:
    return bool((node.get("nodeFlag") or {}).get("retried"))


class Nodes:
    def __init__(self, document: WorkflowDocument) -> None:
        self.workflow: str = document["metadata"]["name"]
        self.by_id: dict[str, Node] = document["status"].setdefault("nodes", {})

    def __iter__(self) -> Iterator[Node]:
        """In order of creation."""
        return iter(list(self.by_id.values()))

    def get(self, name: str) -> Node | None:
        return self.by_id.get(node_id(self.workflow, name))

    def create(
        self,
        name: str,
        kind: str,
        template: str,
        phase: str,
        now: datetime,
        boundary: Node | None = None,
        message: str = "",
    ) -> Node:
        identity = node_id(self.workflow, name)
        node: Node = {
            "id": identity,
            "name": name,
            "displayName": display_name(name, boundary["name"] if boundary else None),
            "type": kind,
            "templateName": template,
            "templateScope": "local/",
            "phase": phase,
            "startedAt": to_text(now),
        }
        if boundary:
            node["boundaryID"] = boundary["id"]
        if message:
            node["message"] = message
        if phase in _FULFILLED:
            node["finishedAt"] = node["startedAt"]
        self.by_id[identity] = node
        return node

    def mark(self, node: Node, phase: str, now: datetime, message: str | None = None) -> None:
        """An empty message removes the one there was; None leaves it."""
        node["phase"] = phase
        if message:
            node["message"] = message
        elif message is not None:
            node.pop("message", None)
        if phase in _FULFILLED:
            node.setdefault("finishedAt", to_text(now))
            node.pop("synchronizationStatus", None)

    def connect(self, parent: Node, child_name: str) -> None:
        children = parent.setdefault("children", [])
        identity = node_id(self.workflow, child_name)
        if identity not in children:
            children.append(identity)

    def children(self, node: Node) -> list[Node]:
        """Those that exist: a child may be listed before it has a node."""
        return [self.by_id[identity] for identity in node.get("children", ()) if identity in self.by_id]

    def members(self, boundary: Node) -> Iterator[Node]:
        """All nodes directly inside a DAG: tasks, members of a fan-out, attempts."""
        return (node for node in self.by_id.values() if node.get("boundaryID") == boundary["id"])

    def retry_of(self, node: Node) -> Node | None:
        """The Retry node of which this one is an attempt."""
        return self.get(_ATTEMPT.sub("", node["name"])) if is_attempt(node) else None

    def outbound(self, node: Node) -> list[Node]:
        """Those after which the next task is drawn: the last attempt, every member, the leaves of a DAG."""
        children = self.children(node)
        if node["type"] == GROUP and children:
            return [leaf for child in children for leaf in self.outbound(child)]
        if node["type"] == RETRY and children:
            return self.outbound(children[-1])
        if node["type"] == DAG:
            inner = (self.by_id.get(identity) for identity in node.get("outboundNodes", ()))
            return [leaf for child in inner if child for leaf in self.outbound(child)]
        return [node]
