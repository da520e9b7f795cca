"""After a failed attempt: again, wait, or the end."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pipelines.local.clock import to_text
from pipelines.local.control.retries import Again, Circumstances, Done, Wait, decide
from pipelines.local.language.errors import ExpressionError
from pipelines.local.spec.model import Backoff, RetryStrategy

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
AT = Circumstances(NOW)
COMPILED = (
    "lastRetry.status == 'Error' || asInt(lastRetry.exitCode) in [22, 137] || lastRetry.message matches 'Evicted'"
)


def strategy(limit: int | None = 2, expression: str = "", **fields: Any) -> RetryStrategy:
    return RetryStrategy(
        limit,
        on_failed=fields.pop("on_failed", True),
        on_error=fields.pop("on_error", True),
        expression=expression,
        **fields,
    )


def attempt(phase: str = "Failed", code: str | None = "22", message: str = "", ended_s: float = 0) -> dict[str, Any]:
    """Ended `ended_s` seconds ago, having taken one second."""
    end = NOW - timedelta(seconds=ended_s)
    node = {"phase": phase, "startedAt": to_text(end - timedelta(seconds=1)), "finishedAt": to_text(end)}
    return node | ({"message": message} if message else {}) | ({"outputs": {"exitCode": code}} if code else {})


def test_the_first_attempt_needs_no_reason():
    assert decide(strategy(), [], AT) == Again()


def test_success_ends_it():
    assert decide(strategy(), [attempt(), attempt("Succeeded", "0")], AT) == Done("Succeeded")


@pytest.mark.parametrize(
    ("attempts", "expected"), [(1, Again()), (2, Again()), (3, Done("Failed", "No more retries left"))]
)
def test_the_limit_counts_attempts_after_the_first(attempts, expected):
    assert decide(strategy(limit=2), [attempt()] * attempts, AT) == expected


def test_without_a_limit_it_goes_on():
    assert decide(strategy(limit=None), [attempt()] * 50, AT) == Again()


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (attempt(code="22"), Again()),
        (attempt(code="137"), Again()),
        (attempt("Error", None, "pod deleted"), Again()),
        (attempt(code="14"), Done("Failed", "retryStrategy.expression evaluated to false")),
        (attempt(code=None), Done("Failed", "retryStrategy.expression evaluated to false")),
        (attempt(code="1", message="Evicted: disk"), Again()),
    ],
)
def test_the_compiled_expression_decides_by_status_code_and_message(last, expected):
    assert decide(strategy(expression=COMPILED), [last], AT) == expected


def test_the_expression_knows_how_many_attempts_there_were():
    limited = strategy(limit=9, expression="asInt(retries) < 2")
    assert decide(limited, [attempt()] * 2, AT) == Again()
    assert isinstance(decide(limited, [attempt()] * 3, AT), Done)


def test_the_expression_knows_how_long_the_last_one_took():
    assert decide(strategy(expression="asFloat(lastRetry.duration) == 1"), [attempt()], AT) == Again()


def test_a_broken_expression_is_told():
    with pytest.raises(ExpressionError):
        decide(strategy(expression="lastRetry.nope"), [attempt()], AT)


@pytest.mark.parametrize(
    ("phase", "on_failed", "on_error", "again"),
    [
        ("Failed", True, False, True),
        ("Error", True, False, False),
        ("Failed", False, True, False),
        ("Error", False, True, True),
    ],
)
def test_the_policy_tells_failures_from_errors(phase, on_failed, on_error, again):
    decision = decide(strategy(on_failed=on_failed, on_error=on_error), [attempt(phase, message="m")], AT)
    assert decision == (Again() if again else Done(phase, "m"))


BACKOFF = Backoff(2, factor=3, cap_s=10)


@pytest.mark.parametrize(("attempts", "wait_s"), [(1, 2), (2, 6), (3, 10), (4, 10)])
def test_the_wait_grows_by_the_factor_up_to_the_cap(attempts, wait_s):
    decision = decide(strategy(limit=9, backoff=BACKOFF), [attempt()] * attempts, AT)
    assert decision == Wait(NOW + timedelta(seconds=wait_s), f"Backoff for {wait_s} seconds")


def test_the_wait_counts_from_the_end_of_the_last_attempt():
    assert decide(strategy(backoff=BACKOFF), [attempt(ended_s=2)], AT) == Again()
    assert isinstance(decide(strategy(backoff=BACKOFF), [attempt(ended_s=1.9)], AT), Wait)


def test_what_will_not_be_retried_does_not_wait():
    decision = decide(strategy(expression=COMPILED, backoff=BACKOFF), [attempt(code="14")], AT)
    assert decision == Done("Failed", "retryStrategy.expression evaluated to false")


def test_max_duration_counts_from_the_start_of_the_first_attempt():
    backoff = Backoff(2, max_duration_s=10)
    assert decide(strategy(backoff=backoff), [attempt(ended_s=10)], AT) == Done("Failed", "Max duration limit exceeded")
    late = decide(strategy(backoff=backoff), [attempt(ended_s=7.5), attempt()], AT)
    assert late == Done("Failed", "Backoff would exceed max duration limit")
    assert isinstance(decide(strategy(backoff=backoff), [attempt()], AT), Wait)


def test_a_shutdown_ends_it():
    decision = decide(strategy(), [attempt()], Circumstances(NOW, shutdown="Stop"))
    assert decision == Done("Failed", "Stopped with strategy 'Stop'")


def test_the_deadline_of_the_workflow_ends_it():
    decision = decide(strategy(), [attempt()], Circumstances(NOW, deadline=NOW))
    assert isinstance(decision, Done) and decision.message.startswith("retry exceeded workflow deadline 2026")
