"""Waiting for another run is repeated for as long as a run may take; real failures are not repeated more for it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import yaml

from pdf_parser.errors import CorruptPdf, ParsedElsewhere, StorageUnavailable
from pipelines.compile import templates_dir
from pipelines.local.clock import to_text
from pipelines.local.control.retries import Again, Circumstances, Done, Wait, decide
from pipelines.local.spec.read import read_spec
from pipelines.resources import INTERACTIVE

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
PLACES = [("pdf-parse", "check-cache"), ("pdf-parse-compact", "prepare"), ("pdf-parse-express", "express")]


def strategy(template, name):
    spec = read_spec(yaml.safe_load((templates_dir() / f"{template}.yaml").read_text())["spec"])
    return spec.templates[name].retry


def attempts(*errors):
    return [
        {
            "phase": "Failed",
            "finishedAt": to_text(NOW),
            "startedAt": to_text(NOW),
            "outputs": {"exitCode": str(e.exit_code)},
        }
        for e in errors
    ]


@pytest.mark.parametrize(("template", "name"), PLACES)
def test_waiting_outlasts_any_other_run(template, name):
    how, at, waits = strategy(template, name), NOW, 0
    while not isinstance(decision := decide(how, attempts(*[ParsedElsewhere] * (waits + 1)), Circumstances(NOW)), Done):
        assert isinstance(decision, Wait)
        waits, at = waits + 1, at + (decision.until - NOW)
    assert at - NOW > timedelta(seconds=INTERACTIVE.deadline_s)


@pytest.mark.parametrize(("template", "name"), PLACES)
def test_other_failures_are_repeated_as_often_as_elsewhere(template, name):
    how, later = strategy(template, name), Circumstances(NOW + timedelta(minutes=1))
    outcomes = [decide(how, attempts(*[StorageUnavailable] * n), later) for n in range(1, INTERACTIVE.retry_limit + 2)]
    assert [type(outcome) for outcome in outcomes] == [Again] * INTERACTIVE.retry_limit + [Done]
    assert isinstance(decide(how, attempts(CorruptPdf), later), Done)
