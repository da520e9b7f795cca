"""Rounds over one workflow, without processes: what is created, started, killed, and when the next round is due."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pdf_parser.errors import InvalidWorkflow
from pipelines.client import Submission
from pipelines.local.control.document import Birth, new_document
from pipelines.local.control.locks import Locks
from pipelines.local.control.outcome import Exit, apply_exit
from pipelines.local.control.reconcile import Actions, reconcile, startable
from pipelines.local.control.round import Live, Run
from pipelines.local.spec.catalog import WorkflowTemplate
from tests.pipelines.local.lab import RETRY, Spec, dag, nodes_of, phases_of, sh, task, workflow

START = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


class Desk:
    """A workflow, a clock that is set by hand, and processes that end on demand."""

    def __init__(self, spec: Spec, locks: Locks | None = None, priority: int = 0, **parameters: str) -> None:
        submission = Submission("run", "t", parameters, priority=priority)
        self.run = Run.of(new_document(submission, WorkflowTemplate("t", spec), Birth("uid", START)))
        self.locks = locks or Locks({})
        self.now = START
        self.live: dict[str, Live] = {}

    def round(self, later_s: float = 0) -> Actions:
        self.now += timedelta(seconds=later_s)
        return reconcile(self.run, self.now, self.locks, self.live)

    def start(self) -> list[str]:
        """All pods that may start; their names."""
        names = []
        for node in startable(self.run):
            node["phase"] = "Running"
            self.live[node["id"]] = Live(self.now)
            names.append(node["displayName"])
        return names

    def end(self, name: str, code: int = 0, **outputs: str) -> None:
        node = self.node(name)
        live = self.live.pop(node["id"])
        template = self.run.spec.templates[node["templateName"]]
        apply_exit(self.run, node, template, Exit(code, outputs=outputs, killed_for=live.killed_for), self.now)

    def node(self, name: str) -> dict[str, Any]:
        node: dict[str, Any] = nodes_of(self.run.document)[name]
        return node

    @property
    def phases(self) -> dict[str, str]:
        return phases_of(self.run.document)


CHAIN = workflow({"main": dag(task("a", "step"), task("b", "step", depends="a.Succeeded")), "step": sh("true")})


def test_the_first_round_creates_root_and_first_pod():
    desk = Desk(CHAIN)
    desk.round()
    assert desk.phases == {"": "Running", "a": "Pending"}
    assert desk.run.status["phase"] == "Running" and desk.run.status["progress"] == "0/1"


def test_the_end_of_a_step_creates_its_successor_in_the_same_round():
    desk = Desk(CHAIN)
    desk.round()
    assert desk.start() == ["a"]
    desk.end("a")
    desk.round()
    assert desk.phases == {"": "Running", "a": "Succeeded", "b": "Pending"}
    assert desk.node("a")["children"] == [desk.node("b")["id"]]


def test_a_round_without_news_changes_nothing():
    desk = Desk(CHAIN)
    desk.round()
    desk.start()
    before = str(desk.run.document)
    desk.round(later_s=1)
    assert str(desk.run.document).replace("'status': 'True'", "'status': 'False'") == before


def test_a_pod_whose_process_is_gone_is_deleted():
    desk = Desk(CHAIN)
    desk.round()
    desk.start()
    desk.live.clear()
    desk.round()
    assert (desk.node("a")["phase"], desk.node("a")["message"]) == ("Error", "pod deleted")
    assert desk.run.status["phase"] == "Error"


FANNED = {"step": sh("true", takes=("i",))}


def fan(items: list[Any], step: dict[str, Any] | None = None, **fields: Any) -> Spec:
    tasks = task("f", "step", {"i": "{{item}}"}, withItems=items), task(
        "after", "end", depends="f.Succeeded || f.Skipped"
    )
    return workflow(
        {"main": dag(*tasks), "step": sh("true", takes=("i",), **(step or {})), "end": sh("true")}, **fields
    )


def test_a_fan_out_has_a_group_and_a_member_per_item():
    desk = Desk(fan(["x", 2, {"b": 1, "a": "(y)"}]))
    desk.round()
    assert desk.start() == ["f(0:x)", "f(1:2)", "f(2:a:y,b:1)"]
    values = [desk.node(f"f({n})")["inputs"]["parameters"][0]["value"] for n in ("0:x", "1:2", "2:a:y,b:1")]
    assert values == ["x", "2", '{"b":1,"a":"(y)"}']
    assert desk.node("f")["type"] == "TaskGroup"


def test_a_group_waits_for_all_members_and_takes_the_phase_of_the_last_failed_one():
    desk = Desk(fan([0, 1, 2]))
    desk.round()
    desk.start()
    desk.end("f(0:0)", 14)
    desk.round()
    assert desk.phases["f"] == "Running"
    desk.end("f(1:1)")
    desk.end("f(2:2)")
    desk.round()
    assert (desk.phases["f"], desk.phases["after"], desk.run.status["phase"]) == ("Failed", "Omitted", "Failed")


def test_fields_of_an_item_are_variables_and_when_is_asked_per_item():
    tasks = task(
        "f",
        "step",
        {"i": "{{item.k}}"},
        when="{{item.go}} == yes",
        withItems=[{"k": 1, "go": "yes"}, {"k": 2, "go": "no"}],
    )
    desk = Desk(workflow({"main": dag(tasks), **FANNED}))
    desk.round()
    assert desk.phases == {"": "Running", "f": "Running", "f(0:go:yes,k:1)": "Pending", "f(1:go:no,k:2)": "Skipped"}
    assert desk.node("f(0:go:yes,k:1)")["inputs"]["parameters"][0]["value"] == "1"


def test_outputs_of_a_fan_out_are_a_list_in_order_of_the_items():
    tasks = (
        task("f", "step", {"i": "{{item}}"}, withItems=[0, 1]),
        task("after", "end", {"all": "{{tasks.f.outputs.parameters.x}}"}, depends="f"),
    )
    templates = {"step": sh("true", takes=("i",), gives=("x",)), "end": sh("true", takes=("all",))}
    desk = Desk(workflow({"main": dag(*tasks), **templates}))
    desk.round()
    desk.start()
    desk.end("f(1:1)", x='{"n":1}\n')
    desk.end("f(0:0)", x='{"n":0}\n')
    desk.round()
    assert desk.node("after")["inputs"]["parameters"][0]["value"] == '[{"n":0},{"n":1}]'


@pytest.mark.parametrize("limit", [1, 3])
def test_parallelism_of_the_workflow_limits_its_pods(limit):
    desk = Desk(fan([0, 1, 2, 3], parallelism=limit))
    desk.round()
    assert len(desk.start()) == limit
    desk.end("f(0:0)")
    desk.round()
    assert len(desk.start()) == 1


def test_parallelism_of_a_dag_limits_its_children():
    spec = fan([0, 1, 2], step={"retryStrategy": RETRY})
    spec["templates"][0]["parallelism"] = 2
    desk = Desk(spec)
    desk.round()
    assert desk.start() == ["f(0:0)(0)", "f(1:1)(0)"]
    desk.end("f(1:1)(0)")
    desk.round()
    assert desk.start() == ["f(2:2)(0)"]


def test_a_failed_attempt_is_followed_by_another_after_its_back_off():
    retry = {**RETRY, "backoff": {"duration": "2s"}}
    desk = Desk(workflow({"main": dag(task("a", "step")), "step": sh("true", retryStrategy=retry)}))
    desk.round()
    assert desk.start() == ["a(0)"]
    desk.end("a(0)", 22)
    actions = desk.round()
    assert actions.wake_at == desk.now + timedelta(seconds=2)
    assert desk.node("a")["message"] == "Backoff for 2 seconds" and desk.start() == []
    desk.round(later_s=2)
    assert desk.start() == ["a(1)"] and "message" not in desk.node("a")


def test_an_attempt_knows_what_came_before_it():
    retry = {**RETRY, "limit": "1"}
    desk = Desk(workflow({"main": dag(task("a", "step")), "step": sh("true", gives=("x",), retryStrategy=retry)}))
    desk.round()
    desk.start()
    desk.end("a(0)", -9, x="kept\n")
    desk.round()
    desk.start()
    desk.end("a(1)", x="good")
    desk.round()
    assert desk.node("a(0)")["outputs"]["exitCode"] == "137"
    assert desk.node("a(0)")["outputs"]["parameters"][0]["value"] == "kept"
    assert desk.node("a")["outputs"]["parameters"][0]["value"] == "good"
    assert [desk.node(n)["nodeFlag"] for n in ("a(0)", "a(1)")] == [{"retried": True}] * 2


@pytest.mark.parametrize(
    ("content", "value"), [("x\n", "x"), ("x\n\n", "x\n"), ("x", "x"), ("", ""), ("a\nb\n", "a\nb"), (" x ", " x ")]
)
def test_an_output_loses_exactly_one_newline(content, value):
    desk = Desk(workflow({"main": dag(task("a", "step")), "step": sh("true", gives=("x",))}))
    desk.round()
    desk.start()
    desk.end("a", x=content)
    assert desk.node("a")["outputs"]["parameters"][0]["value"] == value


def test_a_missing_output_is_an_error_unless_it_has_a_default():
    templates = {
        "main": dag(task("a", "none"), task("b", "some")),
        "none": sh("true", gives=("x",)),
        "some": sh("true", gives=("x",)),
    }
    templates["some"]["outputs"]["parameters"][0]["valueFrom"]["default"] = "d"
    desk = Desk(workflow(templates))
    desk.round()
    desk.start()
    desk.end("a")
    desk.end("b")
    assert (desk.node("a")["phase"], desk.node("a")["outputs"]["exitCode"]) == ("Error", "0")
    assert desk.node("a")["message"].startswith("wait: Error (exit code 64): open ")
    assert desk.node("b")["outputs"]["parameters"][0]["value"] == "d"


def test_an_argument_from_a_skipped_task_gives_way_to_the_inputs_default():
    tasks = (
        task("a", "give", when="yes == no"),
        task("b", "take", {"x": "{{tasks.a.outputs.parameters.x}}"}, depends="a"),
        task("c", "must", {"x": "{{tasks.a.outputs.parameters.x}}"}, depends="a"),
    )
    templates = {"give": sh("true", gives=("x",)), "take": sh("true", takes=("x",)), "must": sh("true", takes=("x",))}
    templates["take"]["inputs"]["parameters"][0]["default"] = "d"
    desk = Desk(workflow({"main": dag(*tasks), **templates}))
    desk.round()
    assert desk.node("b")["inputs"]["parameters"][0] == {"name": "x", "default": "d", "value": "d"}
    assert (desk.node("c")["type"], desk.node("c")["phase"]) == ("Skipped", "Error")
    assert "failed to resolve {{tasks.a.outputs.parameters.x}}" in desk.node("c")["message"]


def test_branches_under_way_finish_before_the_dag_fails():
    tasks = task("bad", "step"), task("slow", "step"), task("next", "step", depends="slow.Succeeded")
    desk = Desk(workflow({"main": dag(*tasks), "step": sh("true")}))
    desk.round()
    desk.start()
    desk.end("bad", 1)
    desk.round()
    assert desk.run.status["phase"] == "Running"
    desk.end("slow")
    desk.round()
    assert desk.start() == ["next"]
    desk.end("next")
    desk.round()
    assert desk.run.status["phase"] == "Failed" and "message" not in desk.run.status


def test_the_workflows_deadline_kills_pods_and_fails_what_waits():
    spec = fan([0, 1], step={"synchronization": {"mutexes": [{"name": "m"}]}}, activeDeadlineSeconds=10, onExit="end")
    desk = Desk(spec)
    assert desk.round().wake_at == START + timedelta(seconds=10)
    assert desk.start() == ["f(0:0)"]
    actions = desk.round(later_s=10)
    assert actions.kills == {desk.node("f(0:0)")["id"]: "deadline"}
    assert desk.node("f(1:1)")["message"] == "Step exceeded its deadline"
    desk.live[desk.node("f(0:0)")["id"]] = Live(START, killed_for="deadline")
    desk.end("f(0:0)", -15)
    desk.round()
    assert desk.node("f(0:0)")["message"] == "Pod was active on the node longer than the specified deadline"
    assert desk.start() == ["run.onExit"]


def test_a_steps_deadline_counts_from_its_process_and_a_timeout_from_its_node():
    templates = {
        "main": dag(task("a", "slow"), task("b", "late")),
        "slow": sh("true", activeDeadlineSeconds=5),
        "late": sh("true", timeout="8s"),
    }
    desk = Desk(workflow(templates))
    desk.round()
    desk.now += timedelta(seconds=4)
    desk.start()
    assert desk.round().wake_at == START + timedelta(seconds=8)
    assert desk.round(later_s=4).kills == {desk.node("b")["id"]: "deadline"}
    assert desk.round(later_s=1).kills.keys() == {desk.node("a")["id"], desk.node("b")["id"]}


def test_a_pod_that_never_got_a_processor_times_out():
    desk = Desk(workflow({"main": dag(task("a", "step")), "step": sh("true", timeout="8s")}))
    desk.round()
    desk.round(later_s=8)
    assert (desk.node("a")["phase"], desk.node("a")["message"]) == ("Failed", "timeout")


def test_stop_fails_what_runs_starts_nothing_new_and_runs_the_exit_handler():
    desk = Desk(fan([0, 1], step={"retryStrategy": RETRY}, onExit="end"))
    desk.round()
    desk.start()
    desk.run.document["spec"]["shutdown"] = "Stop"
    actions = desk.round()
    assert set(actions.kills.values()) == {"shutdown"} and len(actions.kills) == 2
    assert desk.node("f(0:0)(0)")["message"] == "workflow shutdown with strategy:  Stop"
    assert desk.node("f(0:0)")["message"] == "Stopped with strategy 'Stop'"
    assert "after" not in desk.phases or desk.phases["after"] == "Omitted"
    assert desk.start() == ["run.onExit"]
    desk.end("onExit")
    desk.round()
    assert (desk.run.phase, desk.run.status["message"]) == ("Failed", "Stopped with strategy 'Stop'")


def test_terminate_ends_at_once_without_exit_handler():
    desk = Desk(fan([0, 1], onExit="end"))
    desk.round()
    desk.start()
    desk.run.document["spec"]["shutdown"] = "Terminate"
    assert len(desk.round().kills) == 2
    assert desk.run.phase == "Failed" and "onExit" not in desk.phases


def test_a_run_stopped_before_it_began_still_tells_its_exit_handler():
    desk = Desk({**CHAIN, "onExit": "step"})
    desk.run.document["spec"]["shutdown"] = "Stop"
    desk.round()
    assert desk.phases == {"": "Failed", "onExit": "Pending"}


def test_the_exit_handler_fails_a_run_that_had_succeeded():
    desk = Desk({**CHAIN, "onExit": "step"})
    for name in ("a", "b", "onExit"):
        desk.round()
        desk.start()
        desk.end(name, 32 if name == "onExit" else 0)
    desk.round()
    assert (desk.run.phase, desk.run.status["message"]) == ("Failed", "main: Error (exit code 32)")
    assert desk.node("onExit")["nodeFlag"] == {"hooked": True} and "boundaryID" not in desk.node("onExit")


def test_a_lock_of_the_workflow_keeps_it_pending():
    locks = Locks({})
    spec = {
        **CHAIN,
        "synchronization": {"mutexes": [{"name": "doc-{{workflow.parameters.sha}}"}]},
        "arguments": {"parameters": [{"name": "sha"}]},
    }
    first, second = Desk(spec, locks, sha="a"), Desk(spec, locks, sha="a")
    second.run.document["metadata"]["name"] = "run-2"
    first.round()
    second.round()
    assert second.run.phase == "Pending" and "startedAt" not in second.run.status
    assert second.run.status["message"] == "Waiting for local/Mutex/doc-a lock. Lock status: 0/1"
    for name in ("a", "b"):
        first.start()
        first.end(name)
        woken = first.round().woken
    assert woken == {"run-2"}
    second.round()
    assert second.run.phase == "Running" and "synchronization" in second.run.status


def test_a_slot_is_given_back_only_when_the_process_is_gone():
    spec = fan([0, 1], step={"synchronization": {"mutexes": [{"name": "m"}]}})
    desk = Desk(spec)
    desk.round()
    desk.start()
    desk.run.document["spec"]["shutdown"] = "Terminate"
    desk.round()
    assert desk.run.phase == "Failed" and desk.run.status["synchronization"]["mutex"]["holding"]
    desk.live.clear()
    desk.round()
    assert "synchronization" not in desk.run.status


def test_a_parameter_without_value_is_refused():
    with pytest.raises(InvalidWorkflow, match="spec.arguments.sha.value is required"):
        Desk({**CHAIN, "arguments": {"parameters": [{"name": "sha"}]}})


@pytest.mark.parametrize("name", ["", "../up", "a/b", "Big", "-a", "a" * 64])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(InvalidWorkflow, match="no name for a workflow"):
        new_document(Submission(name, "t", {}), WorkflowTemplate("t", CHAIN), Birth("uid", START))


def test_parameters_override_by_name_and_defaults_stay():
    spec = {**CHAIN, "arguments": {"parameters": [{"name": "a", "value": "1"}, {"name": "b", "value": 2}]}}
    desk = Desk(spec, b="3", extra="4")
    assert {p.name: p.value for p in desk.run.spec.parameters} == {"a": "1", "b": "3", "extra": "4"}
    assert desk.run.status["storedWorkflowTemplateSpec"]["workflowTemplateRef"] == {"name": "t"}
    assert desk.run.document["spec"]["arguments"]["parameters"] == [
        {"name": "b", "value": "3"},
        {"name": "extra", "value": "4"},
    ]
