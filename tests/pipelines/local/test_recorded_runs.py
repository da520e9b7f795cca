"""Runs recorded from a real controller, played again: the same spec and the same ends of pods must give the same tree.

No processes: each pod ends as its recorded namesake did, in the recorded order and at the recorded time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.client import Submission, WorkflowDocument
from pipelines.local.clock import from_text
from pipelines.local.control.document import Birth, new_document
from pipelines.local.control.locks import Locks
from pipelines.local.control.outcome import Exit, apply_exit
from pipelines.local.control.reconcile import reconcile, startable
from pipelines.local.control.rerun import prepare_rerun
from pipelines.local.control.round import Live, Run
from pipelines.local.spec.catalog import WorkflowTemplate

RECORDED = Path(__file__).parents[4] / "shared" / "status_examples" / "real"
pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="shared/status_examples is not beside this checkout")

RUNS = (
    "10_succeeded_after_retry",
    "12_failed_oom_exhausted",
    "14_failed_domain_exit_in_fetch",
    "15_failed_shard_not_retryable",
    "16_failed_retryable_exit_exhausted",
    "17_failed_step_deadline",
    "18_failed_step_timeout_retried",
    "19_failed_workflow_deadline",
    "22_succeeded_cache_hit",
    "23_succeeded_gpu_lane_empty",
    "24_succeeded_both_lanes_empty",
    "25_succeeded",
    "27_failed_by_exit_handler",
    "29_succeeded_after_pod_deleted",
    "30_error_pod_deleted",
    "34_error_bad_shard_list",
    "35_error_missing_output_file",
    "40_failed_before_manual_retry",
    "43_succeeded_by_reference",
    "48_succeeded_controller_replaced",
)
SAME = ("name", "type", "displayName", "templateName", "phase", "boundaryID", "nodeFlag", "inputs", "progress")
MEMBERS = ("children", "outboundNodes")  # Argo keeps these in the order of a Go map, which is any


def recorded(name: str) -> WorkflowDocument:
    document: WorkflowDocument = json.loads((RECORDED / f"{name}.json").read_text())
    return document


@dataclass
class World:
    """A machine on which every pod ends as in the recording."""

    recording: WorkflowDocument
    run: Run
    now: datetime
    locks: Locks = field(default_factory=lambda: Locks({}))
    live: dict[str, Live] = field(default_factory=dict)

    def play(self) -> WorkflowDocument:
        for _ in range(200):
            actions = reconcile(self.run, self.now, self.locks, self.live)
            if self.run.is_finished:
                return self.run.document
            self._start_pods()
            if self.live:
                self._end_next_pod()
            elif actions.wake_at:
                self.now = max(self.now, actions.wake_at)
        raise AssertionError("the run does not end")

    def _start_pods(self) -> None:
        for node in startable(self.run):
            node["phase"] = "Running"
            self.live[node["id"]] = Live(self.now)

    def _end_next_pod(self) -> None:
        identity = min(self.live, key=lambda i: str(self._namesake(i)["finishedAt"]))
        namesake, node = self._namesake(identity), self.run.status["nodes"][identity]
        self.now = max(self.now, from_text(namesake["finishedAt"]))
        del self.live[identity]
        if namesake.get("message") != "pod deleted":
            template = self.run.spec.templates[node["templateName"]]
            apply_exit(self.run, node, template, exit_of(namesake), self.now)

    def _namesake(self, identity: str) -> dict[str, Any]:
        node: dict[str, Any] = self.recording["status"]["nodes"][identity]
        return node


def knowing_exit_code_137(spec: dict[str, Any]) -> dict[str, Any]:
    """The recorded retry expressions know a memory kill by the word OOMKilled, which only a kubelet can say."""
    known: dict[str, Any] = json.loads(json.dumps(spec).replace("in [22, 31]", "in [22, 31, 137]"))
    return known


def submitted(recording: WorkflowDocument) -> Run:
    spec = knowing_exit_code_137(recording["status"].get("storedWorkflowTemplateSpec") or recording["spec"])
    parameters = (recording["spec"].get("arguments") or {}).get("parameters") or []
    submission = Submission(recording["metadata"]["name"], "recorded", {p["name"]: p["value"] for p in parameters})
    birth = Birth("uid", from_text(recording["metadata"]["creationTimestamp"]))
    return Run.of(new_document(submission, WorkflowTemplate("recorded", spec), birth))


def exit_of(node: dict[str, Any]) -> Exit:
    outputs, message = node.get("outputs") or {}, node.get("message", "")
    values = {p["name"]: p["value"] + "\n" for p in outputs.get("parameters", []) if "value" in p}
    if "specified deadline" in message:
        return Exit(-15, "", values, "deadline")
    said = message.partition("): ")[2] if message.startswith("main:") else ""
    return Exit(int(outputs.get("exitCode", 0)), said, values)


def played(name: str) -> tuple[WorkflowDocument, WorkflowDocument]:
    recording = recorded(name)
    return recording, World(recording, submitted(recording), from_text(recording["status"]["startedAt"])).play()


@pytest.mark.parametrize("name", RUNS)
def test_the_workflow_ends_as_recorded(name):
    recording, document = played(name)
    for part in ("phase", "progress", "outputs"):
        assert document["status"].get(part) == recording["status"].get(part), part
    assert document["status"].get("message", "") == recording["status"].get("message", "")
    for label in ("workflows.argoproj.io/phase", "workflows.argoproj.io/completed"):
        assert document["metadata"]["labels"][label] == recording["metadata"]["labels"][label]


@pytest.mark.parametrize("name", RUNS)
def test_the_node_tree_is_the_recorded_one(name):
    assert_same_tree(*played(name))


def test_a_retry_of_the_whole_workflow_does_again_what_the_recorded_one_did():
    failed, retried = recorded("40_failed_before_manual_retry"), recorded("42_succeeded_after_manual_retry")
    failed["status"]["storedWorkflowTemplateSpec"] = failed["spec"]
    run, now = Run.of(failed), from_text(retried["status"]["startedAt"])
    prepare_rerun(run, now)
    kept = {identity for identity, node in run.status["nodes"].items() if node["phase"] == "Succeeded"}
    assert kept < set(recorded("41_retried_by_hand_just_after")["status"]["nodes"])
    assert_same_tree(retried, World(retried, run, now).play())


def assert_same_tree(recording: WorkflowDocument, document: WorkflowDocument) -> None:
    nodes, expected = document["status"]["nodes"], recording["status"]["nodes"]
    assert set(nodes) == set(expected)
    for identity, node in expected.items():
        for name in SAME:
            assert nodes[identity].get(name) == node.get(name), (node["name"], name)
        for name in MEMBERS:
            assert set(nodes[identity].get(name, ())) == set(node.get(name, ())), (node["name"], name)
        assert said(nodes[identity]) == said(node), node["name"]
        assert outputs_of(nodes[identity]) == outputs_of(node), node["name"]


def said(node: dict[str, Any]) -> str:
    """Without what differs by nature: the kernel's word for a memory kill, Python's for bad JSON."""
    message = str(node.get("message", "")).replace("OOMKilled", "Error")
    return ": ".join(message.split(": ")[:2]) if message.startswith("withParam") else message


def outputs_of(node: dict[str, Any]) -> tuple[str | None, list[dict[str, Any]]]:
    """Exit code and the parameters with a value; a deadline leaves an exit code here, on a cluster only sometimes."""
    outputs = node.get("outputs") or {}
    code = outputs.get("exitCode")
    return None if code == "143" else code, [p for p in outputs.get("parameters", []) if "value" in p]
