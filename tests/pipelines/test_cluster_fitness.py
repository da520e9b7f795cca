"""What a real cluster asks of the compiled templates: restricted pod security, Strict, small objects (DESIGN §10)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pipelines.compile import TEMPLATES
from pipelines.local.language.text import substitute
from pipelines.resources import NEEDS, VLM_SLOTS
from steps.contracts import FINISH, STAGES, WEIGHTS
from tests.pipelines.test_compiled_templates import containers, load, templates

NAMES = sorted(TEMPLATES.values())
EXPRESSION = re.compile(r"\{\{=.*?\}\}")
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
# What a submission may set under `templateReferencing: Strict` (research/argo_measured.md §5): the rest is ours to set.
SUBMISSION_SETS = {"source", "options", "correlation-id", "traceparent"}
MI = 2**20


def patches(workflow: dict[str, Any]) -> dict[str, str]:
    own = {n: t["podSpecPatch"] for n, t in templates(workflow).items() if "podSpecPatch" in t}
    return {"workflow": workflow["spec"]["podSpecPatch"], **own}


def patched(workflow: dict[str, Any], kind: str, container: str) -> dict[str, Any]:
    found = json.loads(workflow["spec"]["podSpecPatch"])[kind]
    return next(c for c in found if c["name"] == container)


@pytest.mark.parametrize("name", NAMES)
def test_pods_are_admitted_to_a_restricted_namespace(name):
    workflow = load(name)
    pod = workflow["spec"]["securityContext"]
    assert pod["runAsNonRoot"] and pod["runAsUser"] > 0 and pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert patched(workflow, "initContainers", "init")["securityContext"] == RESTRICTED
    assert patched(workflow, "containers", "wait")["securityContext"] == RESTRICTED
    for template_name, template in containers(workflow):
        assert template["container"]["securityContext"] == RESTRICTED, template_name


@pytest.mark.parametrize("name", NAMES)
def test_a_read_only_root_has_a_writable_tmp_of_limited_size(name):
    for _, template in containers(load(name)):
        assert {"name": "tmp", "mountPath": "/tmp"} in template["container"]["volumeMounts"]
        assert template["volumes"][0]["emptyDir"]["sizeLimit"]
        paths = [o["valueFrom"]["path"] for o in template.get("outputs", {}).get("parameters", [])]
        assert all(path.startswith("/tmp/") for path in paths)


@pytest.mark.parametrize("name", NAMES)
def test_steps_have_no_token_and_argos_own_container_has_its_account(name):
    spec = load(name)["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["executor"] == {"serviceAccountName": "pdf-parser-executor"}
    assert spec["serviceAccountName"] == "pdf-parser-steps"


@pytest.mark.parametrize("name", NAMES)
def test_progress_comes_every_ten_seconds(name):
    env = patched(load(name), "containers", "wait")["env"]
    assert {"name": "ARGO_PROGRESS_PATCH_TICK_DURATION", "value": "5s"} in env


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_begins_at_nought_of_its_weight(name):
    for template_name, template in containers(load(name)):
        if template_name in STAGES:
            percent = sum(WEIGHTS[step.name] for step in STAGES[template_name].steps)
            assert template["metadata"]["annotations"] == {"workflows.argoproj.io/progress": f"0/{percent}"}


@pytest.mark.parametrize("name", NAMES)
def test_expressions_in_patches_have_no_double_quotes(name):
    """They arrive as `\\"` and the node is in Error, on an empty lane too (research/argo_measured.md §2)."""
    for patch in patches(load(name)).values():
        assert all('"' not in expression for expression in EXPRESSION.findall(patch))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("attempt", "reserved", "allowed"), [(0, 1, 1), (1, 2, 2), (2, 2, 4), (5, 2, 4)])
def test_memory_grows_with_each_attempt(name, attempt, reserved, allowed):
    for template_name, template in containers(load(name)):
        if template_name == FINISH.name:
            continue
        patch = json.loads(substitute(template["podSpecPatch"], {"retries": str(attempt)}))
        (main,) = patch["containers"]
        need = NEEDS[template_name]
        assert main["name"] == "main"
        assert main["resources"]["requests"]["memory"] == f"{reserved * need.reserved_mib}Mi"
        assert main["resources"]["limits"]["memory"] == f"{allowed * need.memory_mib}Mi"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("attempt", "told"), [(0, "0"), (1, "1"), (2, "2"), (5, "2")])
def test_a_step_is_told_how_often_its_memory_has_doubled(name, attempt, told):
    for template_name, template in containers(load(name)):
        if template_name != FINISH.name:
            env = {e["name"]: e["value"] for e in template["container"]["env"]}
            assert substitute(env["STEP_ATTEMPT"], {"retries": str(attempt)}) == told
            assert int(env["STEP_RETRY_LIMIT"]) <= int(template["retryStrategy"]["limit"])


@pytest.mark.parametrize("name", NAMES)
def test_the_exit_handler_needs_nothing_that_only_a_retry_has(name):
    assert "{{retries" not in json.dumps(templates(load(name))[FINISH.name])


@pytest.mark.parametrize("name", NAMES)
def test_a_submission_has_nothing_to_set_but_its_parameters(name):
    spec = load(name)["spec"]
    assert {p["name"] for p in spec["arguments"]["parameters"]} == SUBMISSION_SETS
    assert {"onExit", "podGC", "ttlStrategy", "activeDeadlineSeconds", "priority"} <= set(spec)


@pytest.mark.parametrize("name", NAMES)
def test_a_step_that_is_chosen_as_entrypoint_does_not_run(name):
    """Strict lets a submission choose it: without the inputs that a task gives, Argo refuses all but `finish`."""
    workflow = load(name)
    for template_name, template in templates(workflow).items():
        if template_name not in (workflow["spec"]["entrypoint"], FINISH.name):
            inputs = template["inputs"]["parameters"]
            assert inputs and all("value" not in p and "default" not in p for p in inputs)


@pytest.mark.parametrize("name", NAMES)
def test_the_template_leaves_room_for_nodes(name):
    """Every run carries a copy of it inside the 1 MiB that etcd allows; 200 shards take about 400 kB."""
    assert len(json.dumps(load(name))) < MI / 16


@pytest.mark.parametrize("name", NAMES)
def test_every_pod_says_what_it_wants_to_reach(name):
    for template_name, template in containers(load(name)):
        wanted = {"fetch": "source", "prepare": "source", "express": "source", "parse-shard-vlm": "vlm"}
        wanted["finish"] = "events"
        assert template["metadata"]["labels"]["pdf-parser.io/egress"] == wanted.get(template_name, "store")


def test_bulk_never_stands_in_the_way_of_uploads():
    bulk, others = load("pdf-parse-bulk"), [load(name) for name in NAMES if name != "pdf-parse-bulk"]
    assert bulk["spec"]["podPriorityClassName"] == "pdf-parser-bulk"
    for other in others:
        assert other["spec"]["priority"] > bulk["spec"]["priority"]
        assert gpu_queues(other).isdisjoint(gpu_queues(bulk))


def gpu_queues(workflow: dict[str, Any]) -> set[str]:
    locks = (t.get("synchronization", {}).get("semaphores", []) for _, t in containers(workflow))
    return {s["configMapKeyRef"]["key"] for found in locks for s in found} - {VLM_SLOTS}
