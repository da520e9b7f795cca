"""Checks of a whole spec that Argo makes on submission, so that a run never hangs on a name nobody answers to.

Messages are Argo's ("invalid spec: …", recorded in the status examples 31, 33 and 47).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pdf_parser.errors import InvalidWorkflow, UnsupportedFeature
from pipelines.local.language.text import references
from pipelines.local.spec.model import Dag, Lock, Spec, Task, Template

_TASK_REFERENCE = re.compile(r"\btasks\.([a-zA-Z0-9][-a-zA-Z0-9]*)\.([\w.-]+)")
_PARAMETER = re.compile(r"(?<![\w.-])(inputs|outputs|workflow)\.parameters\.([\w-]+)")
_OF_ATTEMPT = re.compile(r"(?<![\w.-])(?:retries|lastRetry\.\w+)\b")
_FIELDS = ("id", "status", "exitCode", "startedAt", "finishedAt", "hostNodeName")


def lint_spec(spec: Spec, semaphores: Collection[str]) -> None:
    """Raises InvalidWorkflow at the first fault; `semaphores` are the names ("config-map/key") that have a size."""
    _require_template(spec, spec.entrypoint, "spec.entrypoint")
    if spec.on_exit:
        _require_template(spec, spec.on_exit, "spec.onExit")
    for name in (spec.entrypoint, spec.on_exit):
        if name:
            _require_arguments(spec.templates[name], {p.name for p in spec.parameters}, f"spec.{name}")
    _require_sizes(spec.locks, semaphores, "spec")
    _refuse_recursion(spec)
    for template in spec.templates.values():
        path = f"templates.{template.name}"
        _require_sizes(template.locks, semaphores, path)
        if template.container:
            container = template.container
            _lint_texts(spec, template, [*container.command, *container.args, *(v for _, v in container.env)], path)
        if template.dag:
            for task in template.dag.tasks:
                _lint_task(spec, template, template.dag, task)


def _lint_task(spec: Spec, template: Template, dag: Dag, task: Task) -> None:
    path = f"templates.{template.name}.tasks.{task.name}"
    _require_template(spec, task.template, path)
    _require_arguments(spec.templates[task.template], set(task.arguments), path)
    texts = [*task.arguments.values(), task.when, task.with_param or "", list(task.with_items)]
    _lint_texts(spec, template, texts, path)
    allowed = dag.ancestors[task.name]
    for name, what in _found(_TASK_REFERENCE, texts):
        if name not in allowed:
            raise InvalidWorkflow(
                f"invalid spec: {path}: failed to resolve {{{{tasks.{name}.{what}}}}}: not an ancestor"
            )
        _require_output(spec, dag, name, what, path)


def _lint_texts(spec: Spec, template: Template, texts: list[Any], path: str) -> None:
    known = {
        "inputs": {p.name for p in template.inputs},
        "outputs": {p.name for p in template.outputs},
        "workflow": {p.name for p in spec.parameters} | {"json"},
    }
    if template.retry is None:
        for name in _found(_OF_ATTEMPT, texts):
            raise InvalidWorkflow(f"invalid spec: {path}: failed to resolve {{{{{name}}}}}: no retryStrategy")
    for room, name in _found(_PARAMETER, texts):
        if name not in known[room]:
            raise InvalidWorkflow(f"invalid spec: {path}: failed to resolve {{{{{room}.parameters.{name}}}}}")


def _found(pattern: re.Pattern[str], texts: list[Any]) -> Iterator[Any]:
    """Matches, or their groups, in what stands between `{{` and `}}`."""
    for reference in references(texts):
        yield from pattern.findall(reference)


def _refuse_recursion(spec: Spec) -> None:
    """Argo allows a DAG inside itself; whether it ever ends is for its `when` to say, and ours never needs it."""
    calls = {t.name: [task.template for task in t.dag.tasks] for t in spec.templates.values() if t.dag}
    try:
        TopologicalSorter(calls).prepare()
    except CycleError as exc:
        raise UnsupportedFeature(f"template {exc.args[1][0]} contains itself") from exc


def _require_template(spec: Spec, name: str, path: str) -> None:
    if name not in spec.templates:
        raise InvalidWorkflow(f"invalid spec: {path} template name '{name}' undefined")


def _require_arguments(template: Template, given: Collection[str], path: str) -> None:
    for parameter in template.inputs:
        if parameter.is_required and parameter.name not in given:
            raise InvalidWorkflow(
                f"invalid spec: {path} templates.{template.name} inputs.parameters.{parameter.name} was not supplied"
            )


def _require_output(spec: Spec, dag: Dag, task: str, what: str, path: str) -> None:
    if what == "outputs.result":
        raise UnsupportedFeature(f"{path}: tasks.{task}.outputs.result is not supported by the embedded engine")
    outputs = {f"outputs.parameters.{o.name}" for o in spec.templates[dag.by_name[task].template].outputs}
    if dag.by_name[task].fans_out:
        outputs.add("outputs.parameters")
    if what not in outputs and what not in _FIELDS:
        raise InvalidWorkflow(f"invalid spec: {path}: failed to resolve {{{{tasks.{task}.{what}}}}}")


def _require_sizes(locks: Collection[Lock], semaphores: Collection[str], path: str) -> None:
    for lock in locks:
        if lock.kind == "ConfigMap" and lock.name not in semaphores:
            raise InvalidWorkflow(f"invalid spec: {path}: semaphore {lock.name} has no size in the engine's settings")
