"""What a step finds around it, and what is left of it."""

from __future__ import annotations

import json
import os
import sys
import venv
from pathlib import Path

import pytest

from tests.pipelines.local.lab import RETRY, Lab, Spec, dag, nodes_of, py, sh, task, wait_until, workflow

PRINT_ENV = "import os, json, sys; print(json.dumps(dict(os.environ, EXE=sys.executable, CWD=os.getcwd())))"


def one(step: Spec) -> Spec:
    return workflow({"main": dag(task("a", "step")), "step": step})


def environment(lab: Lab, step: Spec, **env: str) -> dict[str, str]:
    lab.start(one(step), env=env)
    lab.submit()
    lab.finished()
    found: dict[str, str] = json.loads(lab.engine.logs("run")[0])
    return found


def test_the_environment_is_the_engines_with_its_own_and_the_containers_on_top(lab, monkeypatch):
    monkeypatch.setenv("STORE_URL", "from the engine's process")
    monkeypatch.setenv("ONE", "process")
    step = py(PRINT_ENV)
    step["container"]["env"] = [{"name": "THREE", "value": "{{workflow.name}}"}, {"name": "SECRET", "valueFrom": {}}]
    found = environment(lab, step, ONE="engine", TWO="engine", THREE="engine")
    assert found["STORE_URL"] == "from the engine's process"
    assert (found["ONE"], found["TWO"], found["THREE"]) == ("engine", "engine", "run")
    assert "SECRET" not in found and "CUDA_VISIBLE_DEVICES" not in found


def test_a_step_knows_its_names_and_places(lab):
    found = environment(lab, py(PRINT_ENV))
    assert found["ARGO_NODE_ID"] == nodes_of(lab.get())["a"]["id"]
    assert found["ARGO_POD_NAME"].startswith("run-step-")
    for name in ("TMPDIR", "ARGO_PROGRESS_FILE", "PDF_PARSER_TERMINATION_LOG"):
        assert Path(found[name]).is_absolute() and Path(found[name]).is_relative_to(lab.folder / "work" / "run")


def test_python_is_the_engines_own_and_the_folder_too(lab):
    found = environment(lab, py(PRINT_ENV))
    assert os.path.realpath(found["EXE"]) == os.path.realpath(sys.executable)
    assert found["CWD"] == str(Path.cwd())


def test_an_image_may_stand_for_an_environment_of_python(lab, tmp_path):
    venv.create(tmp_path / "venv", symlinks=True)
    other = str(tmp_path / "venv/bin/python")
    step = py("import sys; print(sys.executable)")
    step["container"]["image"] = "registry:5000/pdf-parser/parser-gpu:0.1.0@sha256:abc"
    lab.start(one(step), interpreters={"parser-gpu": other, "steps": "/nowhere/python"})
    lab.submit()
    lab.finished()
    assert lab.engine.logs("run") == [other]


def test_a_step_has_a_session_of_its_own_and_no_input(lab):
    lab.run(one(py("import os; print(os.getsid(0) == os.getpid() == os.getpgid(0), os.read(0, 1))")))
    assert lab.engine.logs("run") == ["True b''"]


def test_signals_have_their_usual_effect_on_a_step(lab):
    lab.run(one(sh("trap")))  # lists what is ignored from the start
    assert lab.engine.logs("run") == []
    lab.run(one(sh("yes | head -1; echo done")), name="second")
    assert lab.engine.logs("second") == ["y", "done"]


@pytest.mark.parametrize(
    ("script", "phase"),
    [("true", "Succeeded"), ("exit 14", "Failed"), ("kill -9 $$", "Failed"), ("sleep 30", "Failed")],
    ids=["success", "failure", "kill", "deadline"],
)
def test_the_scratch_folder_goes_with_the_step(lab, script, phase):
    step = sh(f"mkdir $TMPDIR/deep; echo x > $TMPDIR/deep/file; echo $TMPDIR; {script}", timeout="400ms")
    document = lab.run(one(step))
    scratch = Path(lab.engine.logs("run")[0])
    assert nodes_of(document)["a"]["phase"] == phase
    folder, log = scratch.parent.parent, f"{nodes_of(document)['a']['id']}.log"
    wait_until(lambda: [path.name for path in folder.iterdir()] == [log], timeout_s=5)


def test_both_streams_are_in_the_log_in_order_of_the_steps(lab):
    templates = {
        "main": dag(task("b", "step", {"n": "b"}, depends="a"), task("a", "step", {"n": "a"})),
        "step": sh("echo out {{inputs.parameters.n}}; echo err {{inputs.parameters.n}} >&2; printf end", takes=("n",)),
    }
    lab.run(workflow(templates))
    assert lab.engine.logs("run") == ["out a", "err a", "end", "out b", "err b", "end"]


def test_the_log_can_be_read_while_the_step_runs(lab):
    lab.start(one(sh("echo early; sleep 30")))
    lab.submit()
    wait_until(lambda: lab.engine.logs("run") == ["early"])


def test_the_log_is_cut_at_its_limit_and_the_step_goes_on(lab):
    lab.start(one(sh("yes 123456789 | head -c 1000000; exit 0")), log_limit_bytes=1000)
    lab.submit()
    assert lab.finished()["status"]["phase"] == "Succeeded"
    lines = lab.engine.logs("run")
    assert lines[0] == "123456789" and lines[-1] == "[the log has reached its limit]"
    assert len(lines) == 102


def test_every_attempt_has_its_own_log(lab):
    lab.run(one(sh("echo attempt; exit 22", retryStrategy=RETRY)))
    assert lab.engine.logs("run") == ["attempt"] * 3


def test_progress_is_copied_while_the_step_runs(lab):
    step = sh(
        "for n in 1 2; do printf $n/4 > $ARGO_PROGRESS_FILE; sleep 0.8; done; printf nonsense > $ARGO_PROGRESS_FILE"
    )
    lab.start(one(step))
    lab.submit()
    for progress in ("1/4", "2/4"):
        lab.until(lambda d, p=progress: nodes_of(d).get("a", {}).get("progress") == p)
    assert nodes_of(lab.finished())["a"]["progress"] == "4/4"


def test_a_failed_step_keeps_its_last_progress(lab):
    node = nodes_of(lab.run(one(sh("printf 7/16 > $ARGO_PROGRESS_FILE; exit 14"))))["a"]
    assert node["progress"] == "7/16"


def test_outputs_travel_to_the_next_step(lab):
    templates = {
        "main": dag(task("a", "give"), task("b", "take", {"x": "<{{tasks.a.outputs.parameters.x}}>"}, depends="a")),
        "give": sh("printf 'one\\ntwo\\n\\n' > {{outputs.parameters.x.path}}", gives=("x",)),
        "take": py("import sys; print(repr(sys.argv[1]))", takes=("x",)),
    }
    templates["take"]["container"]["args"] = ["{{inputs.parameters.x}}"]
    lab.run(workflow(templates))
    assert lab.engine.logs("run") == ["'<one\\ntwo\\n>'"]
