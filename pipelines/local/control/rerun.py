"""Retry of a whole workflow: what failed is forgotten, so that the next round runs it again.

As in Argo every member of a failed fan-out runs again, the succeeded ones too, and whatever depended on something that
is done again is done again as well.
"""

from __future__ import annotations

from datetime import datetime

from pdf_parser.errors import InvalidWorkflow
from pipelines.local.clock import to_text
from pipelines.local.control.document import ACTION, COMPLETED
from pipelines.local.control.names import exit_name
from pipelines.local.control.nodes import DAG, Node, Nodes, has_failed
from pipelines.local.control.round import Run

_FINE = ("Succeeded", "Skipped")


def prepare_rerun(run: Run, now: datetime) -> None:
    """Raises InvalidWorkflow unless the workflow has ended in failure."""
    if run.phase not in ("Failed", "Error"):
        raise InvalidWorkflow(
            f"Cannot retry a workflow in phase {run.phase or 'Pending'}. Only failed runs can be retried."
        )
    nodes = Nodes(run.document)
    _remove(nodes, exit_name(run.name))
    root = nodes.by_id.get(run.name)
    if root is not None and has_failed(root):
        _redo(run, nodes, root, now)
    _drop_dangling_edges(nodes)
    run.items.clear()
    _reopen(run, now)


def _redo(run: Run, nodes: Nodes, node: Node, now: datetime) -> None:
    """A DAG is opened again and keeps what went well inside; anything else is removed."""
    dag = run.spec.templates[node["templateName"]].dag
    if node["type"] != DAG or dag is None:
        _remove(nodes, node["name"])
        return
    again: set[str] = set()
    for task in dag.tasks:
        own = nodes.get(f"{node['name']}.{task.name}")
        if own is None or not again.isdisjoint(task.needs) or own["phase"] not in _FINE:
            again.add(task.name)
            if own is not None and again.isdisjoint(task.needs):
                _redo(run, nodes, own, now)
            elif own is not None:
                _remove(nodes, own["name"])
    _open(nodes, node, now)


def _open(nodes: Nodes, node: Node, now: datetime) -> None:
    for field in ("finishedAt", "message", "outboundNodes"):
        node.pop(field, None)
    nodes.mark(node, "Running", now)
    node["startedAt"] = to_text(now)


def _remove(nodes: Nodes, name: str) -> None:
    """With everything below it: tasks of a DAG, members of a fan-out, attempts."""
    doomed = [n["id"] for n in nodes if n["name"] == name or n["name"].startswith((f"{name}.", f"{name}("))]
    for identity in doomed:
        del nodes.by_id[identity]


def _drop_dangling_edges(nodes: Nodes) -> None:
    for node in nodes:
        left = [identity for identity in node.pop("children", ()) if identity in nodes.by_id]
        if left:
            node["children"] = left


def _reopen(run: Run, now: datetime) -> None:
    for field in ("phase", "message", "finishedAt"):
        run.status.pop(field, None)
    run.status["startedAt"] = to_text(now)
    run.document["spec"].pop("shutdown", None)
    labels = run.document["metadata"]["labels"]
    labels.pop(COMPLETED, None)
    labels[ACTION] = "Retry"
