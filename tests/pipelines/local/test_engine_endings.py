"""Stop, terminate and deadlines: what ends, how soon, and that nothing is left."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pdf_parser.errors import RunNotFound
from tests.pipelines.local.lab import RETRY, Lab, Spec, dag, nodes_of, phases_of, sh, task, wait_until, workflow

STUBBORN = "trap '' TERM; echo deaf; while :; do sleep 0.05; done"


def spec(script: str = "sleep 30", members: int = 3, **fields: Any) -> Spec:
    templates = {
        "main": dag(
            task("f", "step", {"i": "{{item}}"}, withItems=list(range(members))),
            task("after", "end", depends="f.Succeeded"),
        ),
        "step": sh(script, takes=("i",), retryStrategy=RETRY),
        "end": sh("true"),
    }
    return workflow(templates, onExit="end", **fields)


def running(lab: Lab, members: int = 3) -> None:
    lab.submit()
    lab.until_running(*(f"f({n}:{n})(0)" for n in range(members)))


def running_stubbornly(lab: Lab, members: int = 1) -> None:
    running(lab, members)
    wait_until(lambda: lab.engine.logs("run") == ["deaf"] * members)


def processes(lab: Lab) -> int:
    return len(lab.engine._processes)


def test_stop_during_a_fan_out_ends_the_steps_and_runs_the_exit_handler(lab):
    lab.start(spec())
    running(lab)
    lab.engine.stop("run")
    document = lab.finished()
    nodes = nodes_of(document)
    assert (document["status"]["phase"], document["status"]["message"]) == ("Failed", "Stopped with strategy 'Stop'")
    assert nodes["f(1:1)(0)"]["message"] == "workflow shutdown with strategy:  Stop"
    assert nodes["onExit"]["phase"] == "Succeeded"
    assert document["spec"]["shutdown"] == "Stop"
    assert document["metadata"]["labels"]["workflows.argoproj.io/action"] == "Stop"
    wait_until(lambda: processes(lab) == 0, timeout_s=5)


def test_terminate_runs_no_exit_handler(lab):
    lab.start(spec(STUBBORN), kill_grace_s=30)
    running_stubbornly(lab, members=3)
    lab.engine.terminate("run")
    document = lab.finished()
    assert document["status"]["message"] == "Stopped with strategy 'Terminate'"
    assert "onExit" not in phases_of(document)
    wait_until(lambda: processes(lab) == 0, timeout_s=5)


def test_a_step_that_will_not_end_is_killed_after_its_grace(lab):
    lab.start(spec(STUBBORN, members=1), kill_grace_s=0.5)
    running_stubbornly(lab)
    lab.engine.stop("run")
    lab.finished()
    assert processes(lab) == 1
    wait_until(lambda: processes(lab) == 0, timeout_s=5)


def test_terminate_hurries_what_stop_gave_time(lab):
    lab.start(spec(STUBBORN, members=1), kill_grace_s=30)
    running_stubbornly(lab)
    lab.engine.stop("run")
    lab.engine.terminate("run")
    wait_until(lambda: processes(lab) == 0, timeout_s=5)


def test_children_of_a_step_end_with_it(lab):
    left = lab.folder / "left"
    lab.start(spec(f"(sleep 1; touch {left}) & sleep 30", members=1), kill_grace_s=0.2)
    running(lab, members=1)
    lab.engine.terminate("run")
    lab.finished()
    time.sleep(1.2)
    assert not left.exists()


def test_what_a_step_leaves_running_ends_with_it(lab):
    left = lab.folder / "left"
    assert lab.run(spec(f"(sleep 1; touch {left}) & true", members=1))["status"]["phase"] == "Succeeded"
    time.sleep(1.2)
    assert not left.exists()


@pytest.mark.parametrize("how", ["stop", "terminate"])
def test_ending_again_or_too_late_is_harmless(lab, how):
    lab.start(spec())
    running(lab)
    for _ in range(2):
        getattr(lab.engine, how)("run")
    document = lab.finished()
    getattr(lab.engine, how)("run")
    assert lab.get() == document
    with pytest.raises(RunNotFound):
        getattr(lab.engine, how)("nobody")


def test_a_run_stopped_while_it_waits_for_its_lock_ends(lab):
    lab.start(spec(synchronization={"mutexes": [{"name": "m"}]}))
    running(lab)
    lab.submit("second")
    lab.until(lambda d: d["status"].get("phase") == "Pending", "second")
    lab.engine.stop("second")
    assert phases_of(lab.finished("second")) == {"": "Failed", "onExit": "Succeeded"}


def test_a_step_over_its_deadline_fails_and_is_not_retried_by_our_expression(lab):
    step = spec("sleep 30", members=1)
    step["templates"][1]["activeDeadlineSeconds"] = 1
    nodes = nodes_of(lab.run(step))
    assert nodes["f(0:0)(0)"]["message"] == "Pod was active on the node longer than the specified deadline"
    assert (nodes["f(0:0)(0)"]["phase"], nodes["f(0:0)(0)"]["outputs"]["exitCode"]) == ("Failed", "143")
    assert nodes["f(0:0)"]["message"] == "retryStrategy.expression evaluated to false"


def test_each_attempt_has_a_deadline_of_its_own(lab):
    templates = {"main": dag(task("a", "step")), "step": sh("sleep 30", timeout="300ms", retryStrategy={"limit": "1"})}
    nodes = nodes_of(lab.run(workflow(templates)))
    assert [nodes[f"a({n})"]["phase"] for n in (0, 1)] == ["Failed", "Failed"]
    assert nodes["a"]["message"] == "No more retries left"


def test_the_deadline_of_the_run_fails_it_without_a_word_but_with_its_exit_handler(lab):
    document = lab.run(spec(activeDeadlineSeconds=1))
    nodes = nodes_of(document)
    assert document["status"]["phase"] == "Failed" and "message" not in document["status"]
    assert nodes["f(0:0)(0)"]["message"] == "Pod was active on the node longer than the specified deadline"
    assert nodes["f(0:0)"]["message"].startswith("retry exceeded workflow deadline")
    assert (nodes["after"]["phase"], nodes["onExit"]["phase"]) == ("Omitted", "Succeeded")


def test_the_engines_deadline_replaces_the_templates(lab):
    lab.start(spec(activeDeadlineSeconds=3600), deadline_s=1)
    lab.submit()
    assert lab.finished()["status"]["phase"] == "Failed"
