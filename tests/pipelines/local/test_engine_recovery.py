"""An engine is killed in the middle of a run; the next one over the same state finishes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pdf_parser.errors import EngineUnavailable
from pipelines.local.engine import Engine
from pipelines.local.machine.orphans import ProcessRecord, boot_id, kill_leftovers
from tests.pipelines.local.lab import LOST_TOO, Lab, Spec, dag, nodes_of, phases_of, sh, task, wait_until, workflow

ENGINE = """
import sys, time
from pathlib import Path
from pipelines.client import Submission
from pipelines.local.engine import Engine, Limits

folder = Path(sys.argv[1])
limits = Limits(parallelism=4, semaphores={"pdf-parser-limits/gpu-interactive": 2})
engine = Engine(folder / "engine.sqlite", folder / "work", folder / "templates", limits)
engine.submit(Submission("run", "t", {}))
time.sleep(60)
"""
GPU = {"semaphores": [{"configMapKeyRef": {"name": "pdf-parser-limits", "key": "gpu-interactive"}}]}
SLOTS = {"pdf-parser-limits/gpu-interactive": 2}


def fan(lab: Lab, items: int = 20, seconds: float = 0.2, **step: Any) -> Spec:
    """Member i notes that it has begun, works, and puts its result in place in one go, as our steps do."""
    out = lab.folder / "out"
    out.mkdir()
    script = (
        f"echo x >> {out}/$0.begun; sleep {seconds}; echo $0 >> {out}/$0.part.$$; mv {out}/$0.part.$$ {out}/$0.done"
    )
    templates = {
        "main": dag(
            task("f", "step", {"i": "{{item}}"}, withItems=list(range(items))),
            task("end", "end", depends="f.Succeeded"),
        ),
        "step": sh(script, takes=("i",), **{"retryStrategy": LOST_TOO, **step}),
        "end": sh("true"),
    }
    templates["step"]["container"]["args"] = ["{{inputs.parameters.i}}"]
    return workflow(templates)


def begin(lab: Lab, spec: Spec) -> subprocess.Popen[bytes]:
    """An engine in a process of its own, with a run of `spec` under way."""
    lab.start(spec, semaphores=SLOTS)
    lab.close()
    return subprocess.Popen([sys.executable, "-c", ENGINE, str(lab.folder)], cwd=Path(__file__).parents[3])


def kill(engine: subprocess.Popen[bytes]) -> None:
    engine.send_signal(signal.SIGKILL)
    engine.wait()


def count(lab: Lab, suffix: str) -> int:
    return len(list((lab.folder / "out").glob(f"*.{suffix}")))


def steps_alive(lab: Lab) -> list[int]:
    """Processes with a scratch folder of this lab: every step has that, and its children inherit it."""
    mark, found = f"TMPDIR={lab.folder}/".encode(), []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize(("items", "step"), [(20, {}), (8, {"synchronization": GPU})], ids=["plain", "semaphore"])
def test_a_killed_engine_is_replaced_in_the_middle_of_a_fan_out(lab, items, step):
    engine = begin(lab, fan(lab, items, **step))
    wait_until(lambda: count(lab, "done") >= items // 3)
    kill(engine)
    lab.start(semaphores=SLOTS)
    before = {name for name, phase in phases_of(lab.get()).items() if phase == "Succeeded"}
    document = lab.finished()
    nodes = nodes_of(document)
    assert document["status"]["phase"] == "Succeeded"
    assert [(lab.folder / "out" / f"{i}.done").read_text() for i in range(items)] == [f"{i}\n" for i in range(items)]
    lost = {name for name, node in nodes.items() if node.get("message") == "pod deleted"}
    assert lost and {nodes[name]["phase"] for name in lost} == {"Error"}
    for i in range(items):
        begun = (lab.folder / "out" / f"{i}.begun").read_text().count("x")
        assert begun <= 1 + (f"f({i}:{i})(0)" in lost)
    assert not any(name.endswith("(1)") for name in before) and steps_alive(lab) == []


def test_steps_and_their_children_die_with_the_engine(lab):
    engine = begin(lab, fan(lab, items=3, seconds=60))
    wait_until(lambda: count(lab, "begun") == 3)
    wait_until(lambda: len(steps_alive(lab)) >= 6)  # three shells with a sleep each
    kill(engine)
    wait_until(lambda: steps_alive(lab) == [], timeout_s=5)


def test_what_survives_engine_and_spawner_is_killed_by_the_next_engine(lab):
    engine = begin(lab, fan(lab, items=3, seconds=60))
    wait_until(lambda: count(lab, "begun") == 3)
    time.sleep(0.3)  # a process is on record soon after its start
    threads = Path(f"/proc/{engine.pid}/task").iterdir()
    (spawner,) = (int(pid) for thread in threads for pid in (thread / "children").read_text().split())
    engine.send_signal(signal.SIGSTOP)  # neither may see the end of the other
    os.kill(spawner, signal.SIGKILL)
    kill(engine)
    time.sleep(0.2)
    assert steps_alive(lab) != []  # the shells are gone with the spawner, their sleeps are not
    lab.start(semaphores=SLOTS)
    wait_until(lambda: set(steps_alive(lab)) <= running_now(lab), timeout_s=5)
    lab.engine.terminate("run")
    lab.finished()
    wait_until(lambda: steps_alive(lab) == [], timeout_s=5)


def running_now(lab: Lab) -> set[int]:
    """Steps of the engine that runs in this process: descendants of it."""
    alive = steps_alive(lab)
    return {pid for pid in alive if os.getpid() in ancestors(pid)}


def ancestors(pid: int) -> list[int]:
    found = []
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
        found.append(pid)
    return found


def test_without_a_retry_strategy_a_lost_step_fails_the_run(lab):
    spec = fan(lab, items=2, seconds=30)
    del spec["templates"][1]["retryStrategy"]
    engine = begin(lab, spec)
    wait_until(lambda: count(lab, "begun") == 2)
    kill(engine)
    lab.start(semaphores=SLOTS)
    document = lab.finished()
    assert document["status"]["phase"] == "Error"
    assert nodes_of(document)["f(0:0)"]["message"] == "pod deleted"


def test_a_closed_engine_leaves_its_runs_to_the_next_one(lab):
    lab.start(fan(lab, items=4, seconds=0.5))
    lab.submit()
    lab.until_running("f(0:0)(0)")
    lab.close()
    assert steps_alive(lab) == []
    lab.start()
    document = lab.finished()
    assert document["status"]["phase"] == "Succeeded" and nodes_of(document)["f(0:0)(0)"]["message"] == "pod deleted"
    wait_until(lambda: not list((lab.folder / "work").rglob("tmp")), timeout_s=5)


def test_a_run_ends_with_the_template_it_began_with(lab):
    lab.start(fan(lab, items=2, seconds=0.3))
    lab.submit()
    lab.until_running("f(0:0)(0)")
    lab.close()
    lab.start(workflow({"main": dag(task("x", "other")), "other": sh("exit 1")}))
    assert set(phases_of(lab.finished())) >= {"f", "end"}


def test_two_engines_cannot_use_the_same_state(lab):
    lab.start(fan(lab))
    with pytest.raises(EngineUnavailable, match=f"process {os.getpid()}.*ENGINE_DB"):
        Engine(lab.folder / "engine.sqlite", lab.folder / "work", lab.templates)


def test_a_state_file_that_is_none_is_told(lab):
    (lab.folder / "engine.sqlite").write_bytes(b"not a database" * 100)
    for _ in range(2):  # the lock is given back
        with pytest.raises(EngineUnavailable, match="cannot be used as the engine's state"):
            lab.start()


def test_another_process_cannot_use_it_either(lab):
    engine = begin(lab, fan(lab, items=1, seconds=30))
    wait_until(lambda: count(lab, "begun") == 1)
    with pytest.raises(EngineUnavailable, match=f"process {engine.pid}"):
        lab.start()
    kill(engine)


def test_a_lost_spawner_is_replaced_and_what_it_left_is_killed(lab):
    lab.start(fan(lab, items=2, seconds=0.7))
    lab.submit()
    wait_until(lambda: count(lab, "begun") == 2)
    left = set(steps_alive(lab))
    lab.engine._processes._workers._process.kill()
    wait_until(lambda: left.isdisjoint(steps_alive(lab)), timeout_s=0.6)
    document = lab.finished()
    assert document["status"]["phase"] == "Succeeded"
    assert nodes_of(document)["f(0:0)(0)"]["message"] == "pod deleted"


@pytest.mark.parametrize(
    ("ticks", "boot", "survives"), [(0, boot_id(), True), (None, "another boot", True), (None, boot_id(), False)]
)
def test_a_recycled_process_number_is_never_killed(ticks, boot, survives):
    process = subprocess.Popen(["sleep", "30"], start_new_session=True)
    real = int(Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19])
    kill_leftovers([ProcessRecord("run", "node", process.pid, real if ticks is None else ticks, boot)])
    time.sleep(0.1)
    assert (process.poll() is None) is survives
    process.kill()
    process.wait()
