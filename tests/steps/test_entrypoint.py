"""A step as a process: exit code, termination line, outputs, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pdf_parser.errors import NotAPdf, SourceNotFound, StorageUnavailable
from tests.pdfs import simple_pdf

SLOW_READER = """
import pathlib, steps.fetch, time
steps.fetch.validate = lambda *_: (pathlib.Path({started!r}).touch(), time.sleep(60))
{main}
"""
MAIN = "import sys; from steps.entrypoint import step_main; sys.exit(step_main(steps.fetch.FETCH, steps.fetch.run))"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "tmp").mkdir()
    return {
        **os.environ,
        "STORE_URL": (tmp_path / "store").as_uri(),
        "SOURCE_FILE_ROOTS": str(tmp_path),
        "TMPDIR": str(tmp_path / "tmp"),
        "PDF_PARSER_TERMINATION_LOG": str(tmp_path / "termination"),
        "ARGO_PROGRESS_FILE": str(tmp_path / "progress"),
        "LOG_FORMAT": "json",
    }


def fetch_flags(tmp_path: Path, data: bytes | None) -> list[str]:
    path = tmp_path / "document.pdf"
    if data is not None:
        path.write_bytes(data)
    return ["--task-id=t1", f"--source={path.as_uri()}", f"--out-sha256={tmp_path}/outputs/sha256"]


def run(arguments: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], env=env, capture_output=True, text=True, timeout=60)


def test_a_good_step_writes_its_outputs_and_exits_0(tmp_path, env):
    done = run(["-m", "steps.fetch", *fetch_flags(tmp_path, simple_pdf(1))], env)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "outputs/sha256").read_text()) == 64
    assert not (tmp_path / "termination").exists()
    assert all(json.loads(line)["step"] == "fetch" for line in done.stderr.splitlines())


def test_the_id_of_the_request_is_on_every_line_that_a_step_logs(tmp_path, env):
    done = run(["-m", "steps.fetch", *fetch_flags(tmp_path, None)], {**env, "PDF_PARSER_CORRELATION_ID": "c1"})
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert lines and all((line["correlation_id"], line["task_id"]) == ("c1", "t1") for line in lines)


@pytest.mark.parametrize(("data", "error"), [(None, SourceNotFound), (b"hello", NotAPdf)])
def test_a_failure_is_an_exit_code_and_one_json_line(tmp_path, env, data, error):
    done = run(["-m", "steps.fetch", *fetch_flags(tmp_path, data)], env)
    assert done.returncode == error.exit_code
    said = json.loads((tmp_path / "termination").read_text())
    assert said["code"] == error.code()
    assert said["step"] == "fetch"


def test_a_store_that_is_not_there_is_retryable(tmp_path, env):
    (tmp_path / "store").write_text("a file where a folder should be")
    done = run(["-m", "steps.fetch", *fetch_flags(tmp_path, simple_pdf(1))], env)
    assert done.returncode == StorageUnavailable.exit_code, done.stderr


def test_wrong_flags_are_argparse_s_exit_code(env):
    assert run(["-m", "steps.fetch", "--nonsense"], env).returncode == 2
    assert run(["-m", "steps", "run", "fetch", "merge"], env).returncode == 2


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_step_leaves_no_temporary_file(tmp_path, env, how):
    started = tmp_path / "started"
    code = SLOW_READER.format(started=str(started), main=MAIN)
    step = subprocess.Popen([sys.executable, "-c", code, *fetch_flags(tmp_path, simple_pdf(1))], env=env)
    while not started.exists():
        assert step.poll() is None
        time.sleep(0.05)
    step.send_signal(how)
    assert step.wait(timeout=10) in (143, -signal.SIGKILL)
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("data", [simple_pdf(1), b"hello"])
def test_success_and_failure_leave_no_temporary_file(tmp_path, env, data):
    run(["-m", "steps.fetch", *fetch_flags(tmp_path, data)], env)
    assert list((tmp_path / "tmp").iterdir()) == []
    assert (tmp_path / "document.pdf").read_bytes() == data
