"""One task of a DAG: whether it may start, and its start."""

from __future__ import annotations

from pipelines.local.control.create import create_skipped, create_task
from pipelines.local.control.fanout import create_group, run_group
from pipelines.local.control.nodes import GROUP, Node, has_ended
from pipelines.local.control.round import Round
from pipelines.local.control.scope import task_scope
from pipelines.local.language.depends import TaskResult
from pipelines.local.spec.model import Dag, Task

OMITTED = "omitted: depends condition not met"


def run_task(round_: Round, boundary: Node, dag: Dag, task: Task) -> None:
    node = round_.nodes.get(f"{boundary['name']}.{task.name}")
    if node is None and not round_.is_shut_down(boundary["name"]):
        node = _begin(round_, boundary, dag, task)
    if node is None or has_ended(node):
        return
    if node["type"] == GROUP:
        run_group(round_, boundary, dag, task, node)
    else:
        round_.advance(node)


def _begin(round_: Round, boundary: Node, dag: Dag, task: Task) -> Node | None:
    """The new node, or None when it is too early for one."""
    name = f"{boundary['name']}.{task.name}"
    verdict = _verdict(round_, boundary, task)
    if verdict is None:
        return None
    if not verdict:
        node: Node | None = create_skipped(round_, boundary, task, name, "Omitted", OMITTED)
    elif task.fans_out:
        node = create_group(round_, boundary, dag, task, name)
    else:
        node = create_task(round_, boundary, task, name, task_scope(round_, boundary, dag, task))
    if node is not None:
        _connect(round_, boundary, task, node)
    return node


def _verdict(round_: Round, boundary: Node, task: Task) -> bool | None:
    """None until everything mentioned in `depends` has ended."""
    if task.depends is None:
        return True
    results: dict[str, TaskResult] = {}
    for need in task.needs:
        node = round_.nodes.get(f"{boundary['name']}.{need}")
        if node is None or not has_ended(node):
            return None
        members = round_.nodes.children(node) if node["type"] == GROUP else []
        results[need] = TaskResult(node["phase"], tuple(member["phase"] for member in members))
    return task.depends.holds(results)


def _connect(round_: Round, boundary: Node, task: Task, node: Node) -> None:
    """Draws the edge from all that came before; the first tasks hang off the DAG itself."""
    needs = [round_.nodes.get(f"{boundary['name']}.{need}") for need in task.needs]
    before = [leaf for need in needs if need is not None for leaf in round_.nodes.outbound(need)]
    for parent in before or [boundary]:
        round_.nodes.connect(parent, node["name"])
