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
    pods = [_parts(node) for node in nodes if node["type"] == POD]
    run.status["progress"] = f"{sum(done for done, _ in pods)}/{sum(total for _, total in pods)}"
    for node in nodes:
        if node["type"] != POD:
            done, total = _sum(nodes, node)
            if total:
                node["progress"] = f"{done}/{total}"


def _sum(nodes: Nodes, root: Node) -> tuple[int, int]:
    """Over all pods below the node, those of later tasks included: children are edges of the DAG too."""
    seen: set[str] = set()
    waiting = list(root.get("children", ()))
    done = total = 0
    while waiting:
        identity = waiting.pop()
        node = nodes.by_id.get(identity)
        if identity in seen or node is None:
            continue
        seen.add(identity)
        waiting += node.get("children", ())
        if node["type"] == POD:
            own_done, own_total = _parts(node)
            done, total = done + own_done, total + own_total
    return done, total


def _parts(node: Node) -> tuple[int, int]:
    done, _, total = str(node.get("progress") or "0/1").partition("/")
    return int(done), int(total)
