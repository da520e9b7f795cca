"""Hera checks nothing when it builds: this is the lint of the compiled templates (research/argo.md §0)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
import yaml
from hera.workflows import models
from jsonschema import Draft202012Validator

from pdf_parser.errors import ALL, BY_EXIT_CODE
from pipelines.compile import TEMPLATES, compile_all, templates_dir
from pipelines.local.language.expression import evaluate
from pipelines.local.language.operators import truth
from pipelines.resources import BULK, INTERACTIVE, NEEDS, can_be_mended, retry_expression
from steps.contracts import BY_NAME, STAGES

NAMES = sorted(TEMPLATES.values())
TASK_REFERENCE = re.compile(r"\{\{tasks\.([\w-]+)\.")
OUTPUT_REFERENCE = re.compile(r"\{\{tasks\.([\w-]+)\.outputs\.parameters\.([\w-]+)\}\}")
INPUT_REFERENCE = re.compile(r"\{\{inputs\.parameters\.([\w-]+)\}\}")
PARAMETERS = ("source", "options", "correlation-id", "traceparent")
WORKFLOW_VARIABLES = {"name", "status", "failures", *(f"parameters.{name}" for name in PARAMETERS)}
RESERVED_EXIT_CODES = {0, 1, 2, 64, 65, 126, 127, *range(128, 256)}


def load(name: str) -> dict[str, Any]:
    return yaml.safe_load((templates_dir() / f"{name}.yaml").read_text())


def templates(workflow: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {t["name"]: t for t in workflow["spec"]["templates"]}


def dags(workflow: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    return ((n, t, t["dag"]["tasks"]) for n, t in templates(workflow).items() if "dag" in t)


def containers(workflow: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((n, t) for n, t in templates(workflow).items() if "container" in t)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (s for v in value.values() for s in strings(v))
    elif isinstance(value, list):
        yield from (s for v in value for s in strings(v))


def names(template: dict[str, Any], kind: str) -> set[str]:
    return {p["name"] for p in template.get(kind, {}).get("parameters", [])}


def ancestors(tasks: list[dict[str, Any]]) -> dict[str, set[str]]:
    known = {t["name"] for t in tasks}
    direct = {t["name"]: set(re.findall(r"[a-z][\w-]*", t.get("depends", ""))) & known for t in tasks}
    result: dict[str, set[str]] = {}

    def of(name: str) -> set[str]:
        if name not in result:
            result[name] = direct[name].union(*(of(parent) for parent in direct[name]))
        return result[name]

    return {name: of(name) for name in known}


def test_the_committed_yaml_is_what_the_definition_gives():
    for file, text in compile_all().items():
        assert (templates_dir() / file).read_text() == text, f"run `make compile`: {file}"


@pytest.mark.parametrize("name", NAMES)
def test_no_field_is_unknown_to_argo(name):
    errors = list(Draft202012Validator(closed_schema(models.WorkflowTemplate)).iter_errors(load(name)))
    assert not errors, errors[0].message


def closed_schema(model: Any) -> dict[str, Any]:
    """Models are open by default: a typo such as `entrypoin` would pass (research/infra.md §4)."""
    schema: dict[str, Any] = model.model_json_schema(by_alias=True)
    _forbid_unknown(schema)
    return schema


def _forbid_unknown(schema: Any) -> None:
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            schema["additionalProperties"] = False
        for value in schema.values():
            _forbid_unknown(value)
    elif isinstance(schema, list):
        for value in schema:
            _forbid_unknown(value)


@pytest.mark.parametrize("name", NAMES)
def test_tasks_refer_to_ancestors_and_to_outputs_that_exist(name):
    workflow = load(name)
    for _, _, tasks in dags(workflow):
        above = ancestors(tasks)
        by_name = {t["name"]: t for t in tasks}
        for task in tasks:
            for text in strings(task):
                assert set(TASK_REFERENCE.findall(text)) <= above[task["name"]], f"{task['name']}: {text}"
                for other, output in OUTPUT_REFERENCE.findall(text):
                    assert output in names(templates(workflow)[by_name[other]["template"]], "outputs")


@pytest.mark.parametrize("name", NAMES)
def test_every_input_is_supplied_and_nothing_else(name):
    workflow = load(name)
    for _, _, tasks in dags(workflow):
        for task in tasks:
            given = {p["name"] for p in task.get("arguments", {}).get("parameters", [])}
            assert given == names(templates(workflow)[task["template"]], "inputs"), task["name"]


@pytest.mark.parametrize("name", NAMES)
def test_templates_use_their_own_inputs_and_known_variables(name):
    for template_name, template in templates(load(name)).items():
        for text in strings(template):
            assert set(INPUT_REFERENCE.findall(text)) <= names(template, "inputs"), template_name
            assert set(re.findall(r"\{\{workflow\.([\w.]+)\}\}", text)) <= WORKFLOW_VARIABLES, template_name


@pytest.mark.parametrize("name", NAMES)
def test_every_template_is_used_and_exists(name):
    workflow = load(name)
    used = {t["template"] for _, _, tasks in dags(workflow) for t in tasks}
    assert used | {workflow["spec"]["entrypoint"], workflow["spec"]["onExit"]} == set(templates(workflow))


@pytest.mark.parametrize("name", NAMES)
def test_commands_start_modules_that_exist_with_flags_of_their_contract(name):
    for template_name, template in containers(load(name)):
        container = template["container"]
        module = container["command"][2]
        assert container["command"][:2] == ["python", "-m"] and find_spec(module) is not None
        flags = {arg[2:].partition("=")[0] for arg in container["args"] if arg.startswith("--")}
        contract = STAGES.get(template_name) or BY_NAME.get(template_name) or BY_NAME["parse-shard"]
        wanted = {p.name for p in contract.inputs} | {f"out-{p.name}" for p in contract.outputs}
        assert flags == wanted, template_name


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_retried_when_that_can_mend_it(name):
    """The exit handler too: its pod may be lost, and nobody else tells how the run ended."""
    for template_name, template in containers(load(name)):
        traffic = BULK if name.endswith("-bulk") else INTERACTIVE
        wanted = retry_expression(NEEDS[template_name], traffic)
        assert template["retryStrategy"]["expression"] == wanted


@pytest.mark.parametrize("name", NAMES)
def test_fail_fast_is_never_written(name):
    """template.failFast counts recovered attempts and hangs the workflow (research/argo_measured.md §2)."""
    assert "failFast" not in (templates_dir() / f"{name}.yaml").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_written_where_argo_says(name):
    for _, template in containers(load(name)):
        for output in template.get("outputs", {}).get("parameters", []):
            place = f"--out-{output['name']}={{{{outputs.parameters.{output['name']}.path}}}}"
            assert place in template["container"]["args"]


@pytest.mark.parametrize("name", NAMES)
def test_only_the_gpu_lane_asks_for_gpus(name):
    for template_name, template in containers(load(name)):
        limits = template["container"]["resources"]["limits"]
        assert ("nvidia.com/gpu" in limits) == (template_name == "parse-shard-gpu")
        assert ("nodeSelector" in template) == (template_name == "parse-shard-gpu")


def test_exit_codes_are_unique_and_legal():
    assert len(BY_EXIT_CODE) == len(ALL)
    assert RESERVED_EXIT_CODES.isdisjoint(BY_EXIT_CODE)
    assert all(10 <= code <= 63 for code in BY_EXIT_CODE)


def test_retryable_codes_are_in_the_expression_and_no_others():
    listed = {int(n) for n in re.findall(r"\d+", can_be_mended().partition("[")[2].partition("]")[0])}
    assert listed - {137} == {cls.exit_code for cls in ALL if cls.retryable}


@pytest.mark.parametrize(
    ("status", "message", "resumes", "again"),
    [
        ("Failed", "main: OOMKilled (exit code 22)", False, True),
        ("Failed", "The node was low on resource: memory. Threshold quantity: 100Mi", False, True),
        ("Error", "pod deleted", False, True),
        ("Failed", "Pod was active on the node longer than the specified deadline", False, False),
        ("Failed", "Pod was active on the node longer than the specified deadline", True, True),
        ("Failed", "main: Error (exit code 12)", True, False),
    ],
)
def test_the_words_of_kubernetes_decide_where_there_is_no_code(status, message, resumes, again):
    last = {"status": status, "exitCode": "-1", "message": message}
    assert truth(evaluate(can_be_mended(resumes), {"lastRetry": last})) is again
