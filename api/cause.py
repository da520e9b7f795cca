"""Why a run failed: the one node among all failed ones that is the cause, and the step that ran in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from api.fractions import step_under_way
from api.nodes import LEAVES, RETRY, Node, NodeTree
from pdf_parser.domain.failure import Failure, classify_failure
from pdf_parser.domain.run import ErrorDetail
from pdf_parser.domain.stages import WEIGHTS
from pdf_parser.errors import BY_CODE

_CANCELED = "Canceled"


def find_cause(nodes: NodeTree, fractions: Mapping[str, Fraction], message: str) -> ErrorDetail:
    """The earliest failure that is not the consequence of another; the workflow's own message as the last resort."""
    failed = [(node, _failure(node, nodes)) for node in failed_tasks(nodes)]
    if not failed:
        node_type = "Pod" if nodes.root else "Workflow"
        return describe(classify_failure(message, None, node_type), None)
    node, failure = min(failed, key=_rank)
    step = failure.step if failure.step in WEIGHTS else step_under_way(fractions, node.steps)
    return describe(failure, step)


def _rank(pair: tuple[Node, Failure]) -> tuple[bool, bool, str]:
    node, failure = pair
    return node.may_fail, failure.is_consequence, node.finished_at or "~"


def failed_tasks(nodes: NodeTree) -> Iterator[Node]:
    """Leaves that failed for good. Of a retried task only the last attempt counts, and only when none will follow."""
    attempts = {attempt.id for node in nodes if node.type == RETRY for attempt in nodes.attempts(node)}
    for node in nodes:
        is_task = node.type == RETRY or (node.type in LEAVES and node.id not in attempts)
        if is_task and node.has_failed:
            yield node


def _failure(node: Node, nodes: NodeTree) -> Failure:
    own = classify_failure(node.message, node.exit_code, node.type)
    if node.type != RETRY or own.code == _CANCELED:
        return own
    attempts = nodes.attempts(node)
    last = attempts[-1] if attempts else node
    return classify_failure(last.message, last.exit_code, last.type)


def describe(failure: Failure, step: str | None) -> ErrorDetail:
    error = BY_CODE[failure.code]
    return ErrorDetail(
        code=failure.code,
        message=failure.message,
        retryable=error.retryable,
        user_action=error.user_action(),
        phase=step,
    )
