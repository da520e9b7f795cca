"""`python -m steps retry`: repeats inside the container what Argo repeats by pods."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, strategies as st

from pdf_parser.domain import layout
from pdf_parser.errors import ALL, EncryptedPdf, OutOfMemory, ParsedElsewhere, ParseTimeout, StorageUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from steps.retry import Attempt, Patience, load_environment, main, repeat, run_child

KILLED = 137


def ending(*codes: int) -> Attempt:
    """Attempts that end with these codes, one after the other, and say nothing."""
    left: Iterator[int] = iter(codes)
    return lambda: (next(left), "")


def play(attempt: Attempt, patience: Patience) -> tuple[int, list[float]]:
    pauses: list[float] = []
    code, _ = repeat(attempt, patience, pauses.append)
    return code, pauses


def test_a_step_that_ends_well_runs_once():
    assert play(ending(0), Patience(times=2)) == (0, [])


def test_what_is_retryable_is_tried_again():
    assert play(ending(StorageUnavailable.exit_code, KILLED, 0), Patience(times=2)) == (0, [2, 4])


def test_an_encrypted_pdf_fails_at_once():
    code, failure = repeat(ending(EncryptedPdf.exit_code), Patience(times=2), lambda _: None)
    assert (code, failure.code) == (EncryptedPdf.exit_code, "EncryptedPdf")


def test_the_last_failure_is_told():
    assert play(ending(*[OutOfMemory.exit_code] * 3), Patience(times=2))[0] == OutOfMemory.exit_code


def test_waiting_is_repeated_for_longer_with_pauses_of_half_a_minute():
    code, pauses = play(ending(*[ParsedElsewhere.exit_code] * 9, 0), Patience(times=2, waits=130))
    assert code == 0 and pauses == [2, 4, 8, 16, 30, 30, 30, 30, 30]


@pytest.mark.parametrize("resumes", [True, False])
def test_running_out_of_time_is_worth_another_attempt_where_finished_pages_are_found(resumes):
    code, _ = play(ending(ParseTimeout.exit_code, 0), Patience(times=1, resumes=resumes))
    assert (code == 0) is resumes


@given(st.lists(st.sampled_from([0, 1, 2, 137, 143, *(cls.exit_code for cls in ALL)]), max_size=6), st.integers(0, 3))
def test_no_step_is_tried_more_often_than_allowed(codes, times):
    _, pauses = play(ending(*codes, *[0] * 2), Patience(times=times))
    assert len(pauses) <= times


def test_a_child_that_is_killed_has_the_code_of_the_shell():
    code, _ = run_child([sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"], None)
    assert code == KILLED


def test_a_child_that_takes_too_long_is_killed():
    started = time.monotonic()
    assert run_child([sys.executable, "-c", "import time; time.sleep(60)"], 0.5)[0] == ParseTimeout.exit_code
    assert time.monotonic() - started < 30


def test_the_termination_line_of_the_child_is_read():
    script = "import os; open(os.environ['PDF_PARSER_TERMINATION_LOG'], 'w').write('said')"
    assert run_child([sys.executable, "-c", script], None) == (0, "said")


def test_mounted_maps_are_variables_and_what_is_set_wins(tmp_path, monkeypatch):
    for name, value in {"config/A_NEW": "1", "config/A_SET": "2", "config/..data": "3"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(value)
    monkeypatch.setenv("A_SET", "mine")
    monkeypatch.setenv("A_NEW", "")
    monkeypatch.delenv("A_NEW")
    load_environment(tmp_path)
    assert (os.environ["A_NEW"], os.environ["A_SET"]) == ("1", "mine")
    assert "..data" not in os.environ


@pytest.fixture
def failing(tmp_path, monkeypatch) -> list[str]:
    """Flags of a fetch that finds nothing; what it logs ends in the store of the folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORE_URL", f"file://{tmp_path}/store")
    monkeypatch.setenv("SOURCE_FILE_ROOTS", str(tmp_path))
    monkeypatch.setenv("PDF_PARSER_TERMINATION_LOG", str(tmp_path / "termination"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(p for p in sys.path if p))
    return ["fetch", "--task-id=t", f"--source=file://{tmp_path}/none.pdf"]


def test_a_failure_is_left_for_the_exit_handler(failing, tmp_path):
    assert main(["--task-id=t", *failing]) == 10
    left = json.loads(open_store(Settings(_env_file=None)).get(layout.task_failure("t")))
    assert (left["code"], left["step"]) == ("SourceNotFound", "fetch")
    assert json.loads((tmp_path / "termination").read_text())["code"] == "SourceNotFound"


def test_a_forgiven_failure_is_none(failing):
    assert main(["--task-id=t", "--forgive", *failing]) == 0


def test_the_command_line_knows_it(tmp_path):
    command = [sys.executable, "-m", "steps", "retry", "--task-id=t", "no-such-step"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 2 and "invalid choice: 'no-such-step'" in ended.stderr
