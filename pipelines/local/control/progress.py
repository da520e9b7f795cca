"""`progress` of every node and of the workflow, summed as Argo does (workflow/progress/updater.go).

It is no percentage: M grows while nodes appear, and failed attempts never complete.
"""

from __future__ import annotations

import re

from pipelines.local.control.nodes import POD, Node, Nodes
from pipelines.local.control.round import Run

_PATTERN = re.compile(r"(\d+)/([1-9]\d*)")


def parse_progress(text: str) -> str | None:
    """ "N/M" when the text is one, with N at most M."""
    match = _PATTERN.fullmatch(text.strip())
    return text.strip() if match and int(match[1]) <= int(match[2]) else None


def update_progress(run: Run, nodes: Nodes) -> None:
    pods = {node["id"]: _parts(node) for node in nodes if node["type"] == POD}
    run.status["progress"] = f"{sum(done for done, _ in pods.values())}/{sum(total for _, total in pods.values())}"
    for node in nodes:
        if node["type"] != POD:
            below = _below(nodes, node)
            total = sum(pods[identity][1] for identity in below if identity in pods)
            if total:
                node["progress"] = f"{sum(pods[identity][0] for identity in below if identity in pods)}/{total}"


def _below(nodes: Nodes, root: Node) -> set[str]:
    """All nodes below one, those of later tasks included: children are edges of the DAG too."""
    seen: set[str] = set()
    waiting = list(root.get("children", ()))
    while waiting:
        identity = waiting.pop()
        if identity not in seen and identity in nodes.by_id:
            seen.add(identity)
            waiting += nodes.by_id[identity].get("children", ())
    return seen


def _parts(node: Node) -> tuple[int, int]:
    done, _, total = str(node.get("progress") or "0/1").partition("/")
    return int(done), int(total)
