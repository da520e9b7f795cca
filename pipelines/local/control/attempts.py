"""A Retry node: the attempts of one template, one after the other."""

from __future__ import annotations

import copy

from pipelines.local.control.create import create_attempt
from pipelines.local.control.names import is_exit
from pipelines.local.control.nodes import Node, has_ended
from pipelines.local.control.retries import Circumstances, Decision, Done, Wait, decide
from pipelines.local.control.round import Round
from pipelines.local.language.errors import ExpressionError
from pipelines.local.spec.model import RetryStrategy


def run_attempts(round_: Round, retry: Node) -> None:
    """Until an attempt is under way, a back-off has to pass, or the node has ended."""
    strategy = round_.template_of(retry).retry
    while strategy is not None and not has_ended(retry):
        attempts = round_.nodes.children(retry)
        if attempts and not has_ended(attempts[-1]):
            return
        decision = _decide(round_, retry, strategy, attempts)
        if isinstance(decision, Done):
            _finish(round_, retry, decision, attempts)
        elif isinstance(decision, Wait):
            round_.nodes.mark(retry, "Running", round_.now, decision.message)
            round_.wake_at(decision.until)
            return
        elif create_attempt(round_, retry, len(attempts)) is None:
            return
        else:
            round_.nodes.mark(retry, "Running", round_.now, "")


def _decide(round_: Round, retry: Node, strategy: RetryStrategy, attempts: list[Node]) -> Decision:
    name = retry["name"]
    at = Circumstances(
        round_.now,
        round_.run.shutdown if round_.is_shut_down(name) else "",
        None if is_exit(round_.run.name, name) else round_.deadline,
    )
    try:
        return decide(strategy, attempts, at)
    except ExpressionError as exc:
        return Done("Error", str(exc))


def _finish(round_: Round, retry: Node, decision: Done, attempts: list[Node]) -> None:
    """The node repeats the outputs, and so the exit code, of the last attempt."""
    if attempts and "outputs" in attempts[-1]:
        retry["outputs"] = copy.deepcopy(attempts[-1]["outputs"])
    round_.nodes.mark(retry, decision.phase, round_.now, decision.message)
