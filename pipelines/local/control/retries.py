"""What follows a failed attempt: another one, a wait, or the end (processNodeRetries in Argo's operator.go).

One thing differs: whether another attempt is allowed at all is asked before the back-off, not after it. The answer is
the same, and a run that cannot be mended fails at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.local.clock import from_text, spoken
from pipelines.local.control.nodes import Node, has_failed
from pipelines.local.control.scope import attempt_scope
from pipelines.local.language.expression import evaluate
from pipelines.local.language.operators import truth
from pipelines.local.language.text import nested
from pipelines.local.spec.model import Backoff, RetryStrategy


@dataclass(frozen=True)
class Again:
    """Another attempt, now."""


@dataclass(frozen=True)
class Wait:
    until: datetime
    message: str


@dataclass(frozen=True)
class Done:
    phase: str
    message: str = ""


Decision = Again | Wait | Done


@dataclass(frozen=True)
class Circumstances:
    """`shutdown` is "" unless it concerns the node; `deadline` is the workflow's, None for the exit handler."""

    now: datetime
    shutdown: str = ""
    deadline: datetime | None = None


def decide(strategy: RetryStrategy, attempts: list[Node], at: Circumstances) -> Decision:
    """`attempts` have all ended. Raises ExpressionError when the strategy's expression cannot be evaluated."""
    if not attempts:
        return Again()
    last = attempts[-1]
    if not has_failed(last):
        return Done("Succeeded")
    if at.shutdown:
        return Done(last["phase"], f"Stopped with strategy '{at.shutdown}'")
    if at.deadline is not None and at.now >= at.deadline:
        return Done(last["phase"], f"retry exceeded workflow deadline {at.deadline}")
    refusal = _refusal(strategy, attempts)
    if refusal is not None:
        return Done(last["phase"], refusal)
    return _after_backoff(strategy.backoff, attempts, at.now) if strategy.backoff else Again()


def attempts_end(strategy: RetryStrategy, attempts: list[Node]) -> datetime | None:
    """When `backoff.maxDuration`, which counts from the first attempt, is over."""
    longest = strategy.backoff.max_duration_s if strategy.backoff else None
    return (
        from_text(attempts[0]["startedAt"]) + timedelta(seconds=longest) if attempts and longest is not None else None
    )


def _refusal(strategy: RetryStrategy, attempts: list[Node]) -> str | None:
    last = attempts[-1]
    if not (strategy.on_error if last["phase"] == "Error" else strategy.on_failed):
        return str(last.get("message", ""))
    if strategy.limit is not None and len(attempts) > strategy.limit:
        return "No more retries left"
    if strategy.expression and not _expression_holds(strategy.expression, attempts):
        return "retryStrategy.expression evaluated to false"
    return None


def _expression_holds(expression: str, attempts: list[Node]) -> bool:
    scope = attempt_scope(attempts, None) | {"retries": str(len(attempts) - 1)}
    scope["lastRetry.exitCode"] = str((attempts[-1].get("outputs") or {}).get("exitCode", "-1"))
    return truth(evaluate(expression, nested(scope)))


def _after_backoff(backoff: Backoff, attempts: list[Node], now: datetime) -> Decision:
    last = attempts[-1]
    end = attempts_end(RetryStrategy(None, True, True, backoff=backoff), attempts)
    if end is not None and now > end:
        return Done(last["phase"], "Max duration limit exceeded")
    wait_s = _wait(backoff, len(attempts))
    until = from_text(last["finishedAt"]) + timedelta(seconds=wait_s)
    if end is not None and until > end:
        return Done(last["phase"], "Backoff would exceed max duration limit")
    return Wait(until, f"Backoff for {spoken(wait_s)}") if now < until else Again()


def _wait(backoff: Backoff, attempts: int) -> float:
    """duration * factor^(attempts - 1), at most `cap`."""
    seconds = backoff.duration_s * float(backoff.factor or 1) ** (attempts - 1)
    return seconds if backoff.cap_s is None else min(seconds, backoff.cap_s)
