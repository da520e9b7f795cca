"""The KFP pipeline is the Hera DAG (profile full) in other words: same steps, order, lanes, commands and needs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from pipelines import compile as argo
from pipelines.kubeflow import compile as kubeflow
from pipelines.resources import INTERACTIVE, NEEDS, WAIT_LIMIT
from steps.contracts import BY_NAME, LANES, SHARD_LISTS
from tests.pipelines.kubeflow.ir import argo_edges, argo_pods, kfp_lanes, kfp_pods, kfp_tasks, split_wrapper

MANIFESTS = kubeflow.FOLDER.parent
MODULES = {step.name: step.module for step in BY_NAME.values()}


@pytest.fixture(scope="module")
def dag() -> dict[str, Any]:
    return yaml.safe_load((argo.templates_dir() / "pdf-parse.yaml").read_text())


@pytest.fixture(scope="module")
def compiled() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((kubeflow.FOLDER / "pdf-parse.yaml").read_text()))


@pytest.fixture(scope="module")
def ir(compiled) -> dict[str, Any]:
    return compiled[0]


def test_the_committed_files_are_what_the_definition_gives():
    for file, text in kubeflow.compile_all().items():
        assert (kubeflow.FOLDER / file).read_text() == text, f"run `make compile`: {file}"


def test_every_step_asks_for_the_same(dag, compiled):
    wanted = argo_pods(dag)
    found = kfp_pods(*compiled, MODULES)
    assert {name for name, _ in found} == set(wanted)
    for name, pod in found:
        assert pod == wanted[name], name


def test_the_order_of_the_outer_steps_is_the_same(dag, ir):
    assert kfp_tasks(ir) == {
        "fetch": set(),
        "check-cache": {"fetch"},
        "parse-document": {"check-cache"},
        "finish": set(),
    }
    assert argo_edges(dag)["main"] == {("fetch", "check-cache"), ("check-cache", "parse-document")}
    assert dag["spec"]["onExit"] == "finish"
    assert ir["root"]["dag"]["tasks"]["finish"]["triggerPolicy"] == {"strategy": "ALL_UPSTREAM_TASKS_COMPLETED"}


@pytest.mark.parametrize(
    ("nested", "lanes"), [("parse-document", "lanes"), ("rescue", "rescue-lanes")], ids=["parse-document", "rescue"]
)
def test_the_order_of_the_inner_steps_is_the_same(dag, ir, nested, lanes):
    """In KFP all fan-outs of a DAG are one pipeline, and what follows `rescue` also follows `merge`."""
    wanted = {(lanes if a in LANES else a, lanes if b in LANES else b) for a, b in argo_edges(dag)[nested]}
    found = {(a, b) for b, before in kfp_tasks(ir, f"comp-{nested}").items() for a in before}
    assert found == wanted - {("merge", "export-tables")}


def test_each_lane_goes_over_its_own_shards(ir):
    wanted = {p.name.replace("-", "_"): f"parse-shard-{lane}" for lane, p in zip(LANES, SHARD_LISTS, strict=True)}
    assert kfp_lanes(ir, "comp-lanes") == kfp_lanes(ir, "comp-rescue-lanes") == wanted


def test_every_nested_pipeline_hands_each_list_to_the_lane_of_its_name(ir):
    given = ir["components"]["comp-parse-document"]["dag"]["tasks"]["lanes"]["inputs"]["parameters"]
    for p in SHARD_LISTS:
        name = p.name.replace("-", "_")
        assert given[name]["taskOutputParameter"]["outputParameterKey"] == f"out_{name}"
    (condition,) = ir["components"]["comp-rescue"]["dag"]["tasks"].values()
    inner = ir["components"][condition["componentRef"]["name"]]["dag"]["tasks"]["rescue-lanes"]["inputs"]["parameters"]
    for lane in LANES:
        assert inner[f"{lane}_shards"]["componentInputParameter"] == f"pipelinechannel--rescue_{lane}"


def test_nothing_outside_a_condition_or_a_loop_waits_for_a_task_inside(ir):
    for component in ("root", *ir["components"]):
        dag = ir["root"]["dag"] if component == "root" else ir["components"][component].get("dag")
        for name, task in (dag or {"tasks": {}})["tasks"].items():
            for other in task.get("dependentTasks", ()):
                assert other in dag["tasks"], f"{component}: {name}"
                assert not re.match(r"^(condition|for-loop)-", other), f"{component}: {name} waits for {other}"


def test_the_wrapper_has_the_limits_of_the_table(ir):
    for label, executor in ir["deploymentSpec"]["executors"].items():
        wrapper, step, _ = split_wrapper(executor["container"]["args"], MODULES)
        name = re.sub(r"-\d+$", "", label.removeprefix("exec-"))
        need = NEEDS[name]
        times = 0 if step == "finish" else INTERACTIVE.retry_limit
        assert {f"--times={times}", f"--deadline-s={need.deadline_s}"} <= set(wrapper)
        assert (f"--waits={WAIT_LIMIT}" in wrapper) == need.waits
        assert ("--resumes" in wrapper) == need.resumes
        assert ("--forgive" in wrapper) == bool(re.match(r"^exec-parse-shard-\w+-2$", label))


def test_no_step_is_answered_by_the_cache_of_kubeflow(ir):
    def tasks(component: dict[str, Any]) -> list[dict[str, Any]]:
        return list(component.get("dag", {}).get("tasks", {}).values())

    for task in [t for c in (ir["root"], *ir["components"].values()) for t in tasks(c)]:
        if "executorLabel" in ir["components"][task["componentRef"]["name"]]:
            assert not task["cachingOptions"].get("enableCache")


def test_the_run_is_kept_and_ended_as_on_argo(dag, compiled):
    config = compiled[1]["platforms"]["kubernetes"]["pipelineConfig"]
    assert config["activeDeadlineSeconds"] == dag["spec"]["activeDeadlineSeconds"]
    assert config["resourceTtlOnCompletion"] == dag["spec"]["ttlStrategy"]["secondsAfterCompletion"]


def test_the_objects_for_kubectl_hold_the_same_pipeline(compiled):
    pipeline, version = yaml.safe_load_all((kubeflow.FOLDER / "pdf-parse-objects.yaml").read_text())
    assert (pipeline["kind"], version["kind"]) == ("Pipeline", "PipelineVersion")
    assert version["spec"]["pipelineName"] == pipeline["metadata"]["name"]
    assert version["spec"]["pipelineSpec"] == compiled[0]
    assert version["spec"]["platformSpec"] == compiled[1]


def test_a_tick_of_bulk_is_the_same_command_with_the_same_needs():
    (argo_tick,) = next(yaml.safe_load_all((MANIFESTS / "base" / "reparse.yaml").read_text()))["spec"]["templates"]
    ir, _ = yaml.safe_load_all((kubeflow.FOLDER / "pdf-reparse.yaml").read_text())
    wanted, found = argo_tick["container"], ir["deploymentSpec"]["executors"]["exec-tick"]["container"]
    assert (found["image"], found["command"]) == (wanted["image"], wanted["command"])
    asked = wanted["resources"]["requests"]
    assert found["resources"]["resourceCpuRequest"] == asked["cpu"]
    assert found["resources"]["resourceMemoryRequest"] == asked["memory"]
    assert found["resources"]["resourceMemoryLimit"] == wanted["resources"]["limits"]["memory"]


def test_the_recurring_run_is_off_until_it_is_enabled():
    recurring = json.loads((kubeflow.FOLDER / "recurring-run.json").read_text())
    assert (recurring["mode"], recurring["max_concurrency"], recurring["no_catchup"]) == ("DISABLE", "1", True)
    assert len(recurring["trigger"]["cron_schedule"]["cron"].split()) == 6  # KFP's cron begins with seconds
