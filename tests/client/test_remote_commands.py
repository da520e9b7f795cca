"""`pdf-parser submit | status | result | cancel | list` against a real server on a socket."""

from __future__ import annotations

import json
import threading
import time

import pytest
import uvicorn

from api.app import create_app
from api.cli.main import main
from pdf_parser.settings import Settings
from tests.e2e.service import free_port


@pytest.fixture
def server(store, engine, monkeypatch):
    port = free_port()
    config = uvicorn.Config(create_app(Settings(_env_file=None), engine, store), port=port, log_config=None)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    monkeypatch.setenv("PDF_PARSER_URL", f"http://127.0.0.1:{port}")
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join()


@pytest.fixture
def said(server, capsys):
    """(exit code, stdout, stderr) of a command."""

    def run(*argv):
        code = main(argv)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_file_is_sent_followed_and_fetched(said, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    code, out, _ = said("submit", str(tmp_path / "a.pdf"), "--tag", "t", "--wait", "--json")
    status = json.loads(out)
    assert (code, status["state"]) == (0, "succeeded")
    task_id = status["task_id"]
    assert said("result", task_id)[1] == "# Title\n"
    assert said("result", task_id, "--out", str(tmp_path / "out/a.md"))[0] == 0
    assert (tmp_path / "out/a.md").read_text() == "# Title\n"
    assert task_id in said("list", "--tag", "t")[1]
    assert said("list", "--tag", "other", "--json")[1] == ""


def test_a_run_is_submitted_and_canceled(said, engine):
    engine.exit_code = None
    _, out, _ = said("submit", "s3://b/k", "--pages", "1-2")
    task_id = out.strip()
    assert "pending" in said("status", task_id)[1]
    assert "Canceled" in said("cancel", task_id)[1]


def test_a_failed_run_is_exit_code_1(said, engine):
    engine.exit_code = 12
    code, out, _ = said("submit", "s3://b/k", "--wait")
    assert code == 1 and "EncryptedPdf" in out


def test_what_the_service_refuses_is_told_with_what_can_be_done(said):
    code, _, err = said("status", "pdf-unknown")
    assert code == 1 and "RunNotFound" in err and "Submit the document again" in " ".join(err.split())
