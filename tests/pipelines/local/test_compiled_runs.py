"""Our compiled templates, unmodified, over stand-ins for the steps that write what the case wants."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from pipelines.client import Submission, WorkflowDocument
from pipelines.compile import templates_dir
from pipelines.resources import GPU_SEMAPHORES, VLM_SEMAPHORE
from steps.contracts import RESCUE, RESCUE_LISTS, SHARD_LISTS, STEPS
from tests.pipelines.local.lab import Lab, nodes_of, phases_of

KEY = "a" * 64 + "-" + "b" * 16
SLOTS = dict.fromkeys((*GPU_SEMAPHORES, VLM_SEMAPHORE), 1)
DEFAULTS = {p.name: p.default for p in (*SHARD_LISTS, RESCUE, *RESCUE_LISTS)} | {"sha256": "a" * 64, "cache-key": KEY}
STEP = """
import json, os, signal, sys
from pathlib import Path

case = json.loads(os.environ["CASE"])
given = dict(a[2:].split("=", 1) for a in sys.argv[1:] if a.startswith("--"))
if "STEP_ATTEMPT" in os.environ:
    given["attempt"] = os.environ["STEP_ATTEMPT"] + " of " + os.environ["STEP_RETRY_LIMIT"]
name = "stage" if sys.argv[1:2] == ["run"] else Path(sys.argv[0]).stem
with open(case["trace"], "a") as trace:
    trace.write(json.dumps([name, given]) + "\\n")
once = Path(case["trace"] + ".killed")
if given.get("shard", "") == case.get("kill") and not once.exists():
    once.touch()
    os.kill(os.getpid(), signal.SIGKILL)
if name == case.get("fails") or given.get("shard", "") == case.get("fails_at"):
    Path(os.environ["PDF_PARSER_TERMINATION_LOG"]).write_text('{"code":"EncryptedPdf"}')
    sys.exit(12)
for output in [n for n in given if n.startswith("out-")]:
    told = case["outputs"] | (case["second"] if given.get("rescued") == "true" else {})
    Path(given[output]).write_text(told.get(output[4:], "") + "\\n")
"""


class Play:
    """Runs of one compiled template with stand-in steps."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._trace = lab.folder / "trace"
        package = lab.folder / "stand-ins" / "steps"
        package.mkdir(parents=True)
        for name in ("__init__", "__main__", *(step.module.removeprefix("steps.") for step in STEPS)):
            (package / f"{name}.py").write_text("" if name == "__init__" else STEP)
        for path in templates_dir().glob("*.yaml"):
            shutil.copy(path, lab.templates)

    def run(self, template: str, outputs: dict[str, str], **case: str) -> WorkflowDocument:
        """The second merge plans no rescue, whatever `outputs` says."""
        second = {"rescue": "false"}
        told = {"trace": str(self._trace), "outputs": DEFAULTS | outputs, "second": second, **case}
        path = str(self._lab.folder / "stand-ins")
        self._lab.start(env={"CASE": json.dumps(told), "PYTHONPATH": path}, semaphores=SLOTS)
        parameters = {"source": "s3://b/k.pdf", "options": '{"pages":"1-3"}'}
        self._lab.engine.submit(Submission("run", template, parameters))
        return self._lab.finished()

    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """Which step ran with which arguments, in order."""
        return [tuple(json.loads(line)) for line in self._trace.read_text().splitlines()]

    def names(self) -> list[str]:
        return [name for name, _ in self.calls()]


@pytest.fixture
def play(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Play:
    monkeypatch.chdir(lab.folder)  # `python -m steps.…` looks into the current folder first
    return Play(lab)


def test_a_document_goes_through_all_seven_steps(play):
    document = play.run(
        "pdf-parse", {"hit": "false", "gpu-shards": "[0]", "cpu-shards": "[1,2]", "result-key": "results/x"}
    )
    assert document["status"]["phase"] == "Succeeded"
    names = play.names()
    assert names[:3] == ["fetch", "check_cache", "classify"] and names[3:6] == ["parse_shard"] * 3
    assert names[6:] == ["merge", "export_tables", "upload", "finish"]
    assert (
        play.calls()[0][1].items() >= {"task-id": "run", "source": "s3://b/k.pdf", "options": '{"pages":"1-3"}'}.items()
    )
    assert {given["shard"] for name, given in play.calls() if name == "parse_shard"} == {"0", "1", "2"}
    assert play.calls()[-1][1]["status"] == "Succeeded"


def test_a_known_document_is_skipped(play):
    document = play.run("pdf-parse", {"hit": "true"})
    assert play.names() == ["fetch", "check_cache", "finish"]
    assert phases_of(document)["parse-document"] == "Skipped" and document["status"]["phase"] == "Succeeded"


def test_a_shard_that_is_killed_is_parsed_again(play):
    document = play.run("pdf-parse", {"hit": "false", "gpu-shards": "[]", "cpu-shards": "[0,1]"}, kill="1")
    nodes = nodes_of(document)
    assert nodes["parse-document.cpu(1:1)(0)"]["outputs"]["exitCode"] == "137"
    assert nodes["parse-document.cpu(1:1)(1)"]["phase"] == "Succeeded"
    assert document["status"]["phase"] == "Succeeded"


def test_a_domain_error_fails_the_run_and_reaches_the_exit_handler(play):
    document = play.run("pdf-parse", {}, fails="fetch")
    assert document["status"]["phase"] == "Failed" and play.names() == ["fetch", "finish"]
    said = play.calls()[-1][1]
    assert said["status"] == "Failed"
    messages = [failure["message"] for failure in json.loads(json.loads(said["failures"]))]
    assert 'main: Error (exit code 12): {"code":"EncryptedPdf"}' in messages


def test_compact_has_three_stages(play):
    document = play.run("pdf-parse-compact", {"hit": "false", "gpu-shards": "[]", "cpu-shards": "[0,1]"})
    assert play.names() == ["stage", "parse_shard", "parse_shard", "stage", "finish"]
    assert phases_of(document)["parse-document.publish"] == "Succeeded"


@pytest.mark.parametrize(
    ("handed_over", "names"), [("false", ["stage", "finish"]), ("true", ["stage", "parse_shard", "stage", "finish"])]
)
def test_express_hands_over_only_what_is_too_large(play, handed_over, names):
    outputs = {"hit": "false", "handed-over": handed_over, "gpu-shards": "[4]", "cpu-shards": "[]"}
    document = play.run("pdf-parse-express", outputs)
    assert document["status"]["phase"] == "Succeeded" and play.names() == names


def test_bulk_has_the_stages_of_compact_and_waits_in_its_own_queue(play):
    document = play.run("pdf-parse-bulk", {"hit": "false", "gpu-shards": "[0]", "cpu-shards": "[]"})
    assert play.names() == ["stage", "parse_shard", "stage", "finish"]
    assert "gpu-bulk" in json.dumps(document["status"]["storedWorkflowTemplateSpec"]["templates"])


def test_a_step_is_told_its_attempt_and_how_many_retries_there_are(play):
    play.run("pdf-parse", {"hit": "false", "gpu-shards": "[]", "cpu-shards": "[0,1]"}, kill="1")
    told = [given["attempt"] for name, given in play.calls() if name == "parse_shard" and given["shard"] == "1"]
    assert told == ["0 of 2", "1 of 2"]


BAD = {"hit": "false", "cpu-shards": "[0]", "rescue": "true", "rescue-marker": "[1]"}


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("pdf-parse", ["parse_shard", "merge", "parse_shard", "merge", "export_tables", "upload", "finish"]),
        ("pdf-parse-compact", ["parse_shard", "stage", "parse_shard", "stage", "finish"]),
    ],
)
def test_bad_pages_are_parsed_again_in_another_lane(play, template, names):
    document = play.run(template, BAD)
    assert document["status"]["phase"] == "Succeeded" and play.names()[-len(names) :] == names
    assert phases_of(document)["parse-document.rescue.marker(0:1)"] == "Succeeded"
    assert [given["shard"] for name, given in play.calls() if name == "parse_shard"] == ["0", "1"]
    assert [given["rescued"] for _, given in play.calls() if "rescued" in given] == ["false", "true"]


def test_without_bad_pages_the_rescue_is_one_skipped_node(play):
    document = play.run("pdf-parse", {"hit": "false", "cpu-shards": "[0]"})
    assert phases_of(document)["parse-document.rescue"] == "Skipped"
    assert not [name for name in phases_of(document) if ".rescue." in name]


@pytest.mark.parametrize("template", ["pdf-parse", "pdf-parse-compact"])
def test_a_rescue_that_fails_does_not_fail_the_run(play, template):
    document = play.run(template, BAD, fails_at="1")
    phases = phases_of(document)
    assert phases["parse-document.rescue.marker(0:1)"] == "Failed" == phases["parse-document.rescue.marker"]
    assert (phases["parse-document.rescue"], document["status"]["phase"]) == ("Succeeded", "Succeeded")


def test_the_compiled_limits_are_in_force(play):
    document = play.run("pdf-parse", {"hit": "true"})
    stored = document["status"]["storedWorkflowTemplateSpec"]
    assert (stored["parallelism"], stored["activeDeadlineSeconds"]) == (32, 3600)
