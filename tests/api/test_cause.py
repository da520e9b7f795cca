"""Which of several failures is the cause, and how it is named."""

from __future__ import annotations

import json

from api.progress import read_run
from tests.api.workflows import classified, node, retry, workflow

LATE, EARLY = "2026-11-24T10:09:00Z", "2026-11-24T10:01:00Z"


def error_of(*nodes, message=None):
    error = read_run(workflow(*nodes, phase="Failed", message=message)).error
    assert error is not None
    return error


def shard(name: str, exit_code: int | None = None, at: str = EARLY, **fields):
    return node("parse-shard-gpu", "Failed", name, exit_code=exit_code, finishedAt=at, **fields)


def test_the_earliest_failure_is_the_cause():
    assert error_of(shard("a", 14, LATE), shard("b", 22, EARLY)).code == "OutOfMemory"


def test_a_consequence_is_not_the_cause():
    stopped = shard("a", at=EARLY, message="workflow shutdown with strategy:  Stop")
    assert error_of(stopped, shard("b", 14, LATE)).code == "CorruptPdf"


def test_a_failure_without_an_end_comes_last():
    assert error_of(shard("a", 14, at=None), shard("b", 22)).code == "OutOfMemory"


def test_attempts_that_were_repeated_do_not_count():
    tries = [{"phase": "Failed", "exit_code": 31, "finishedAt": EARLY}, {"phase": "Failed", "exit_code": 12}]
    assert error_of(*retry("fetch", "Failed", tries, message="No more retries left")).code == "EncryptedPdf"


def test_attempts_that_recovered_do_not_count():
    tries = [{"phase": "Failed", "exit_code": 22, "finishedAt": EARLY}, {"phase": "Succeeded"}]
    recovered = retry("parse-shard-cpu", "Succeeded", tries, "cpu(0:0)")
    assert error_of(*classified(), *recovered, node("merge", "Failed", exit_code=25)).code == "StepOutputMissing"


def test_a_run_stopped_during_back_off_was_canceled():
    tries = [{"phase": "Failed", "exit_code": 22}]
    stopped = retry("parse-shard-cpu", "Failed", tries, "cpu(0:0)", message="Stopped with strategy 'Stop'")
    assert error_of(*stopped, message="Stopped with strategy 'Stop'").code == "Canceled"


def test_a_retried_task_may_fail_before_its_first_attempt():
    assert error_of(*retry("fetch", "Failed", [], message="Stopped with strategy 'Stop'")).code == "Canceled"


def test_hooks_are_never_the_cause():
    hook = node("finish", "Failed", "x.onExit", nodeFlag={"hooked": True}, exit_code=32, finishedAt=EARLY)
    assert error_of(hook, shard("a", 14, LATE)).code == "CorruptPdf"


def test_the_workflow_message_is_the_last_resort():
    assert error_of(message="invalid spec: no such template").code == "InvalidWorkflow"
    assert error_of(message="Stopped with strategy 'Terminate'").code == "Canceled"


def test_a_failure_always_has_a_name():
    assert error_of().code == "InvalidWorkflow"
    assert error_of(*classified()).code == "InternalError"


def test_the_error_says_what_to_do_and_where_it_happened():
    error = error_of(node("fetch", "Failed", exit_code=12))
    assert (error.phase, error.retryable) == ("fetch", False)
    assert error.message.startswith("The PDF is encrypted") and error.user_action.startswith("Give the password")


def test_a_stage_names_the_step_that_was_running():
    said = json.dumps({"code": "CorruptPdf", "message": "m", "step": "classify"})
    message = f"main: Error (exit code 14): {said}\n"
    assert error_of(node("express", "Failed", exit_code=14, message=message)).phase == "classify"
    assert error_of(node("express", "Failed", exit_code=14, progress="85/100")).phase == "merge"


def test_a_stage_that_names_only_itself_is_asked_for_its_progress():
    message = 'main: Error (exit code 14): {"code": "CorruptPdf", "step": "express"}\n'
    assert error_of(node("express", "Failed", message=message, progress="7/100")).phase == "classify"
