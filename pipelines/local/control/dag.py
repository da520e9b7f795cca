"""A DAG node: its tasks in order, then whether it has ended (assessDAGPhase in Argo's dag.go)."""

from __future__ import annotations

from pipelines.local.control.nodes import Node, has_completed, has_ended
from pipelines.local.control.round import Round
from pipelines.local.control.task import run_task
from pipelines.local.spec.model import Dag


def run_dag(round_: Round, node: Node) -> None:
    dag = round_.template_of(node).dag
    if dag is None:
        return
    for task in dag.tasks:
        run_task(round_, node, dag, task)
    phase = _phase(round_, node, dag)
    if phase is not None:
        node["outboundNodes"] = [leaf["id"] for leaf in _outbound(round_, node, dag)]
        round_.nodes.mark(node, phase, round_.now)


def _phase(round_: Round, node: Node, dag: Dag) -> str | None:
    """None while something runs or is still to come. A shut-down DAG has failed, whatever its tasks do."""
    if round_.is_shut_down(node["name"]):
        return "Failed"
    if any(not has_ended(member) for member in round_.nodes.members(node)):
        return None
    branches = _branches(round_, node, dag)
    return _of_leaves([branches[leaf] for leaf in dag.leaves], dag.fail_fast)


def _branches(round_: Round, node: Node, dag: Dag) -> dict[str, str | None]:
    """How the branch that ends in each task has gone: what did not run inherits, failure before success."""
    branches: dict[str, str | None] = {}
    for task in dag.tasks:
        own = round_.nodes.get(f"{node['name']}.{task.name}")
        if own is None:
            branches[task.name] = None
        elif has_completed(own):
            branches[task.name] = own["phase"]
        else:
            inherited = [branches[need] for need in task.needs]
            branches[task.name] = next((phase for phase in inherited if phase in ("Failed", "Error")), "Succeeded")
    return branches


def _of_leaves(phases: list[str | None], fail_fast: bool) -> str | None:
    """With `failFast` the first failed leaf decides, without it all leaves must have been considered first."""
    failed = next((phase for phase in phases if phase in ("Failed", "Error")), None)
    if failed is not None and (fail_fast or None not in phases):
        return failed
    return None if None in phases else "Succeeded"


def _outbound(round_: Round, node: Node, dag: Dag) -> list[Node]:
    leaves = (round_.nodes.get(f"{node['name']}.{name}") for name in dag.leaves)
    return [leaf for found in leaves if found is not None for leaf in round_.nodes.outbound(found)]
