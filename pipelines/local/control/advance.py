"""Takes a node one step further, and with it everything below it."""

from __future__ import annotations

from pipelines.local.control.attempts import run_attempts
from pipelines.local.control.dag import run_dag
from pipelines.local.control.locks import lock_name
from pipelines.local.control.nodes import DAG, POD, RETRY, Node, has_ended
from pipelines.local.control.round import Round
from pipelines.local.control.scope import inputs_scope, workflow_scope
from pipelines.local.language.errors import ExpressionError
from pipelines.local.language.text import substitute


def advance(round_: Round, node: Node) -> None:
    """Whatever can happen to the node now, happens. The end of a pod is not seen here: the engine tells it."""
    if has_ended(node) or not _has_locks(round_, node):
        return
    if node["type"] == RETRY:
        run_attempts(round_, node)
    elif node["type"] == DAG:
        run_dag(round_, node)


def _has_locks(round_: Round, node: Node) -> bool:
    """Locks belong to the Retry node and are held across its attempts, which are not asked here."""
    if not round_.template_of(node).locks:
        return True
    try:
        names = _lock_names(round_, node)
    except ExpressionError as exc:
        round_.nodes.mark(node, "Error", round_.now, str(exc))
        return False
    waiting = round_.locks.acquire(round_.holder(node), names)
    if waiting is not None:
        round_.nodes.mark(node, "Pending", round_.now, waiting.message)
        node["synchronizationStatus"] = {"waiting": waiting.lock}
    elif node.pop("synchronizationStatus", None):
        round_.nodes.mark(node, "Pending" if node["type"] == POD else "Running", round_.now, "")
    return waiting is None


def _lock_names(round_: Round, node: Node) -> list[str]:
    scope = workflow_scope(round_) | inputs_scope(node)
    return [lock_name(lock.kind, substitute(lock.name, scope)) for lock in round_.template_of(node).locks]
