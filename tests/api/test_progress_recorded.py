"""Documents recorded from a real cluster, against the answers that their README asks for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.progress import read_run
from pdf_parser.domain.run import RunState

EXAMPLES = Path(__file__).parents[3] / "shared" / "status_examples"
RECORDED = EXAMPLES / "real"
pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="shared/status_examples is not beside this checkout")

# Where the table speaks in prose (its notes on these rows) or under a name that is not ours.
NAMES = {"Cancelled": "Canceled", "by exit code 14 (no JSON line was written)": "CorruptPdf"}
ONLY_EXIT_HANDLER_FAILED = "27_failed_by_exit_handler.json"
# Their answer was asked for before the root node was found to be one level, 10 s, ahead of the workflow (DESIGN §9).
EXIT_HANDLER_RUNS = "26_running_exit_handler.json"
ERROR_HIDDEN = "46_error_container_set_exit_12.json"


@dataclass(frozen=True)
class Row:
    file: str
    state: str
    progress: str
    error: str


def rows() -> list[Row]:
    readme = RECORDED / "README.md"
    lines = readme.read_text().splitlines() if readme.is_file() else []
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| \d\d_", line)]
    return [Row(file=c[0], state=c[3], progress=c[4], error=c[5].strip("*")) for c in cells]


def view_of(path: Path):
    return read_run(json.loads(path.read_text()))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.file)
def test_recorded_runs_are_answered_as_asked(row):
    view = view_of(RECORDED / row.file)
    if row.file == ONLY_EXIT_HANDLER_FAILED:
        assert (view.state, view.progress, view.cached) == (RunState.SUCCEEDED, 100, True)
        return
    if row.file == EXIT_HANDLER_RUNS:
        assert (view.state, view.progress) == (RunState.SUCCEEDED, 100)
        return
    assert view.state.value == row.state
    if row.progress != "-":
        assert view.progress == int(row.progress)
    if view.state is RunState.FAILED and row.file != ERROR_HIDDEN:
        assert view.error is not None and view.error.code == NAMES.get(row.error, row.error)


def test_every_recorded_document_has_a_row():
    assert {row.file for row in rows()} == {path.name for path in RECORDED.glob("*.json")}


def test_a_hidden_exit_code_is_found_in_the_message_of_a_container():
    error = view_of(RECORDED / ERROR_HIDDEN).error
    assert error is not None and error.code == "EncryptedPdf"


def test_pages_are_told_when_all_shards_report_them():
    pages = view_of(RECORDED / "06_running_fanout_progress.json").pages
    assert pages is not None and (pages.total, pages.done) == (64, 50)


# Made by hand before a cluster was at hand, with other step names and weights: state and error count, numbers do not.
HAND_MADE = {
    "01_submitted_unknown.json": ("pending", None),
    "02_pending_mutex.json": ("pending", None),
    "03_running_unschedulable.json": ("running", None),
    "04_running_fanout.json": ("running", None),
    "05_retrying_after_oom.json": ("running", None),
    "06_succeeded_after_retry.json": ("succeeded", None),
    "07_running_exit_handler.json": ("succeeded", None),
    "08_failed_invalid_pdf.json": ("failed", "ParserUnavailable"),  # exit code 20, which now has another meaning
    "09_failed_oom_exhausted.json": ("failed", "OutOfMemory"),
    "10_error_pod_deleted.json": ("failed", "PodLost"),
    "11_failed_deadline.json": ("failed", "ParseTimeout"),
    "12_succeeded_cache_hit.json": ("succeeded", None),
    "13_failed_stopped.json": ("failed", "Canceled"),
    "14_error_invalid_spec.json": ("failed", "InvalidWorkflow"),
    "15_running_offloaded.json": ("running", None),
}


@pytest.mark.parametrize(("file", "expected"), HAND_MADE.items(), ids=str)
def test_hand_made_runs_have_state_and_error(file, expected):
    view = view_of(EXAMPLES / file)
    assert (view.state.value, view.error.code if view.error else None) == expected
    assert (view.progress == 100) is (view.state is RunState.SUCCEEDED)
