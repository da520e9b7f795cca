"""Processes at once, slots, priorities, and how long finished runs are kept."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.local.lab import RETRY, Lab, Spec, dag, nodes_of, phases_of, sh, task, wait_until, workflow

GPU = "pdf-parser-limits/gpu-interactive"
SEMAPHORE = {"semaphores": [{"configMapKeyRef": {"name": "pdf-parser-limits", "key": "gpu-interactive"}}]}
MUTEX = {"mutexes": [{"name": "m"}]}


def fan(lab: Lab, items: int = 6, script: str = "sleep 0.1", step: Spec | None = None, **fields: Any) -> Spec:
    """Each member writes "+" when it begins and "-" when it ends."""
    trace = lab.folder / "trace"
    body = f"echo + $CUDA_VISIBLE_DEVICES >> {trace}; {script}; echo - >> {trace}"
    templates = {
        "main": dag(task("f", "step", {"i": "{{item}}"}, withItems=list(range(items)))),
        "step": sh(body, takes=("i",), **(step or {})),
    }
    return workflow(templates, **fields)


def most_at_once(trace: Path) -> int:
    live = most = 0
    for line in trace.read_text().splitlines():
        live += 1 if line.startswith("+") else -1
        most = max(most, live)
    return most


@pytest.mark.parametrize("parallelism", [1, 3])
def test_the_engine_runs_so_many_processes_at_once(lab, parallelism):
    lab.start(fan(lab), parallelism=parallelism)
    lab.submit()
    lab.finished()
    assert most_at_once(lab.folder / "trace") == parallelism


def test_waiting_for_a_processor_is_pending(lab):
    lab.start(fan(lab, items=2, script="sleep 30"), parallelism=1)
    lab.submit()
    lab.until_running("f(0:0)")
    assert phases_of(lab.get())["f(1:1)"] == "Pending"


def test_parallelism_of_the_workflow_holds_too(lab):
    lab.run(fan(lab, parallelism=2))
    assert most_at_once(lab.folder / "trace") == 2


@pytest.mark.parametrize(("slots", "devices"), [(1, {""}), (2, {"0", "1"})])
def test_a_semaphore_limits_its_holders_and_gives_each_its_device(lab, slots, devices):
    step = {"synchronization": SEMAPHORE, "retryStrategy": RETRY}
    lab.start(fan(lab, step=step), semaphores={GPU: slots})
    lab.submit()
    document = lab.finished()
    begun = [line for line in (lab.folder / "trace").read_text().splitlines() if line.startswith("+")]
    assert most_at_once(lab.folder / "trace") == slots
    assert {line.removeprefix("+").strip() for line in begun} == devices
    assert "synchronization" not in document["status"]


def test_who_waits_for_a_slot_says_so(lab):
    lab.start(
        fan(lab, items=2, script="sleep 30", step={"synchronization": SEMAPHORE, "retryStrategy": RETRY}),
        semaphores={GPU: 1},
    )
    lab.submit()
    node = nodes_of(lab.until_running("f(0:0)(0)"))["f(1:1)"]
    assert (node["type"], node["phase"]) == ("Retry", "Pending")
    assert node["message"] == f"Waiting for local/ConfigMap/{GPU} lock. Lock status: 0/1"
    assert node["synchronizationStatus"] == {"waiting": f"local/ConfigMap/{GPU}"}
    holding = lab.get()["status"]["synchronization"]["semaphore"]["holding"]
    assert holding == [
        {"holders": [f"local/run/{nodes_of(lab.get())['f(0:0)']['id']}"], "semaphore": f"local/ConfigMap/{GPU}"}
    ]


def test_a_mutex_lets_one_step_in_at_a_time(lab):
    lab.run(fan(lab, items=3, step={"synchronization": MUTEX}))
    assert most_at_once(lab.folder / "trace") == 1


def test_a_mutex_of_the_workflow_lets_one_run_in_at_a_time(lab):
    lab.start(fan(lab, items=1, synchronization=MUTEX))
    for name in ("a", "b", "c"):
        lab.submit(name)
    a, b, c = (lab.finished(name)["status"] for name in ("a", "b", "c"))
    assert most_at_once(lab.folder / "trace") == 1
    assert a["finishedAt"] <= b["startedAt"] and b["finishedAt"] <= c["startedAt"]


def test_urgent_runs_go_first_then_the_older_ones(lab):
    order = lab.folder / "order"
    templates = {"main": dag(task("a", "step")), "step": sh(f"echo {{{{workflow.name}}}} >> {order}; sleep 0.1")}
    lab.start(workflow(templates), parallelism=1)
    for name, priority in (("first", 0), ("second", 0), ("third", 0), ("urgent", 5)):
        lab.submit(name, priority=priority)
    for name in ("first", "second", "third", "urgent"):
        lab.finished(name)
    assert order.read_text().split() == ["first", "urgent", "second", "third"]


def test_a_finished_run_is_forgotten_after_its_time(lab):
    document = lab.run(fan(lab, items=1, ttlStrategy={"secondsAfterCompletion": 1}))
    assert document["status"]["phase"] == "Succeeded" and (lab.folder / "work" / "run").is_dir()
    wait_until(lambda: lab.engine.get("run") is None, timeout_s=4)
    wait_until(lambda: not (lab.folder / "work" / "run").exists(), timeout_s=4)


def test_failed_runs_may_be_kept_longer(lab):
    lab.run(fan(lab, items=1, script="exit 1", ttlStrategy={"secondsAfterSuccess": 0, "secondsAfterFailure": 60}))
    time.sleep(0.3)
    assert lab.engine.get("run") is not None


def test_an_idle_engine_does_nothing(lab):
    lab.start(fan(lab, items=1))
    lab.submit()
    lab.finished()
    time.sleep(0.2)
    before = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before < 0.05
