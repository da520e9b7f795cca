"""From Argo's words to the name of an error. The messages are recorded ones (status_examples, research/argo.md §2)."""

from __future__ import annotations

import json

import pytest

from pdf_parser.domain.failure import classify_failure
from pdf_parser.errors import ALL, BY_CODE


@pytest.mark.parametrize(
    ("message", "exit_code", "code"),
    [
        ("main: OOMKilled (exit code 137)", "137", "OutOfMemory"),
        ("main: OOMKilled (exit code 22)", "22", "OutOfMemory"),
        ("main: Error (exit code 137)", "137", "OutOfMemory"),
        ("Pod was active on the node longer than the specified deadline", None, "ParseTimeout"),
        ("Pod was active on the node longer than the specified deadline", "143", "ParseTimeout"),
        ("Step exceeded its deadline", None, "ParseTimeout"),
        ("retry exceeded workflow deadline 2026-10-20 09:30:00 +0000 UTC", None, "ParseTimeout"),
        ("workflow shutdown with strategy:  Stop", None, "Canceled"),
        ("Stopped with strategy 'Terminate'", None, "Canceled"),
        ("pod deleted", None, "PodLost"),
        ("main: Error (exit code 143)", "143", "PodLost"),
        ("wait: Error (exit code 64): open /tmp/none: no such file or directory", "0", "StepOutputMissing"),
        ("fetch: Error (exit code 12): ", None, "EncryptedPdf"),
        ("invalid spec: templates.main sorting failed: invalid dependency nosuch", None, "InvalidWorkflow"),
        ('workflowtemplates.argoproj.io "nosuch" not found', None, "InvalidWorkflow"),
        ('pods "x" is forbidden: violates PodSecurity "restricted:latest"', None, "InvalidWorkflow"),
        ("main: Error (exit code 2)", "2", "InvalidWorkflow"),
        ("main: Error (exit code 1)", "1", "InternalError"),
        ("something new", None, "InternalError"),
        (None, None, "InternalError"),
        ("main: Error (exit code x)", "x", "InternalError"),
    ],
)
def test_what_argo_says_has_a_name(message, exit_code, code):
    assert classify_failure(message, exit_code).code == code


@pytest.mark.parametrize("error", ALL, ids=lambda e: e.code())
def test_every_exit_code_leads_back_to_its_error(error):
    number = error.exit_code
    assert classify_failure(f"main: Error (exit code {number})", str(number)).code == error.code()


@pytest.mark.parametrize("node_type", ["Skipped", "Workflow"])
def test_what_never_was_a_pod_is_the_fault_of_the_template(node_type):
    assert classify_failure("failed to evaluate expression", None, node_type).code == "InvalidWorkflow"


def test_the_line_of_the_step_is_taken_word_for_word():
    said = json.dumps({"code": "EncryptedPdf", "message": "needs a password", "step": "fetch"})
    failure = classify_failure(f"main: Error (exit code 12): {said}\n", "12")
    assert (failure.code, failure.message, failure.step) == ("EncryptedPdf", "needs a password", "fetch")


@pytest.mark.parametrize(
    "line", ['{"code":"InvalidPDF"}', '{"code":["x"]}', '{"code":', '{"code":' + "[" * 2000, "plain text"]
)
def test_a_line_that_is_not_ours_leaves_the_exit_code(line):
    assert classify_failure(f"main: Error (exit code 14): {line}\n", "14").code == "CorruptPdf"


def test_text_of_the_step_decides_nothing():
    message = "main: Error (exit code 14): pod deleted, OOM, Stopped with strategy"
    assert classify_failure(message, "14").code == "CorruptPdf"


def test_consequences_are_known_as_such():
    consequences = {code for code in BY_CODE if classify_failure(f'{{"code":"{code}"}}', None).is_consequence}
    assert consequences == {"Canceled", "PodLost", "ParseTimeout", "InternalError"}
