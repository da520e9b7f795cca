"""From the raw `spec` of a workflow to `Spec`. The fields are known to lie inside the subset (subset.py)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pdf_parser.errors import InvalidWorkflow, UnsupportedFeature
from pipelines.local.clock import parse_duration
from pipelines.local.language.depends import Depends, from_dependencies, parse_depends
from pipelines.local.language.errors import ExpressionError
from pipelines.local.language.expression import compile_expression
from pipelines.local.spec.model import (
    Backoff,
    Container,
    Dag,
    Input,
    Lock,
    Output,
    RetryStrategy,
    Spec,
    Task,
    Template,
    TimeToLive,
)

Raw = Mapping[str, Any]

_POLICIES = {"Always": (True, True), "OnFailure": (True, False), "OnError": (False, True)}  # on Failed, on Error


def read_spec(raw: Raw) -> Spec:
    """Raises InvalidWorkflow for a value that cannot be read, UnsupportedFeature for one outside the subset."""
    templates = [_template(template) for template in raw.get("templates") or ()]
    return Spec(
        entrypoint=raw.get("entrypoint") or "",
        templates={template.name: template for template in templates},
        parameters=tuple(_inputs(raw.get("arguments"))),
        on_exit=raw.get("onExit"),
        parallelism=raw.get("parallelism"),
        deadline_s=_seconds(raw.get("activeDeadlineSeconds"), "spec.activeDeadlineSeconds"),
        locks=tuple(_locks(raw.get("synchronization"))),
        ttl=_ttl(raw.get("ttlStrategy") or {}),
    )


def any_string(value: object) -> str | None:
    """A parameter value: YAML may give a number or a boolean, Argo makes it a string."""
    return value if value is None or isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _template(raw: Raw) -> Template:
    name = raw.get("name") or ""
    if ("container" in raw) == ("dag" in raw):
        raise InvalidWorkflow(f"invalid spec: templates.{name} must have either a container or a dag")
    if "dag" in raw and "retryStrategy" in raw:
        raise UnsupportedFeature(f"templates.{name}.retryStrategy: the embedded engine retries containers, not a dag")
    return Template(
        name=name,
        inputs=tuple(_inputs(raw.get("inputs"))),
        outputs=tuple(_outputs(raw.get("outputs"), name)),
        container=_container(raw["container"], name) if "container" in raw else None,
        dag=_dag(raw["dag"], name) if "dag" in raw else None,
        retry=_retry(raw["retryStrategy"], name) if "retryStrategy" in raw else None,
        deadline_s=_seconds(raw.get("activeDeadlineSeconds"), f"templates.{name}.activeDeadlineSeconds"),
        timeout_s=_seconds(raw.get("timeout"), f"templates.{name}.timeout"),
        parallelism=raw.get("parallelism"),
        locks=tuple(_locks(raw.get("synchronization"))),
    )


def _inputs(raw: Raw | None) -> Iterator[Input]:
    for parameter in (raw or {}).get("parameters") or ():
        yield Input(parameter["name"], any_string(parameter.get("value")), any_string(parameter.get("default")))


def _outputs(raw: Raw | None, template: str) -> Iterator[Output]:
    for parameter in (raw or {}).get("parameters") or ():
        source = parameter.get("valueFrom") or {}
        if "path" not in source:
            raise UnsupportedFeature(
                f"templates.{template}.outputs.{parameter['name']}: only valueFrom.path is supported"
            )
        yield Output(parameter["name"], source["path"], any_string(source.get("default")), parameter.get("globalName"))


def _container(raw: Raw, template: str) -> Container:
    command = tuple(raw.get("command") or ())
    if not command:
        raise InvalidWorkflow(f"invalid spec: templates.{template}.container.command is required")
    env = tuple((e["name"], any_string(e["value"]) or "") for e in raw.get("env") or () if "value" in e)
    return Container(command, tuple(raw.get("args") or ()), env, _image_name(raw.get("image") or ""))


def _image_name(reference: str) -> str:
    """ "parser-gpu" for "registry:5000/pdf-parser/parser-gpu:0.1.0@sha256:…"."""
    return reference.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _dag(raw: Raw, template: str) -> Dag:
    tasks = {task["name"]: _task(task, f"templates.{template}.tasks.{task['name']}") for task in raw["tasks"]}
    unknown = sorted({need for task in tasks.values() for need in task.needs} - set(tasks))
    if unknown:
        raise InvalidWorkflow(f"invalid spec: templates.{template} sorting failed: invalid dependency {unknown[0]}")
    try:
        order = TopologicalSorter({name: task.needs for name, task in tasks.items()}).static_order()
        return Dag(tuple(tasks[name] for name in _stable(tasks, list(order))), raw.get("failFast", True) is not False)
    except CycleError as exc:
        raise InvalidWorkflow(f"invalid spec: templates.{template} has a cycle: {' -> '.join(exc.args[1])}") from exc


def _stable(tasks: Mapping[str, Task], order: Sequence[str]) -> list[str]:
    """By depth, then as written: the sorter itself leaves the order of equals open."""
    depth: dict[str, int] = {}
    for name in order:
        depth[name] = 1 + max((depth[need] for need in tasks[name].needs), default=0)
    return sorted(tasks, key=lambda name: depth[name])


def _task(raw: Raw, path: str) -> Task:
    parameters = (raw.get("arguments") or {}).get("parameters") or ()
    return Task(
        name=raw["name"],
        template=raw.get("template") or "",
        arguments={p["name"]: any_string(p["value"]) or "" for p in parameters if "value" in p},
        depends=_depends(raw, path),
        when=raw.get("when") or "",
        with_param=any_string(raw.get("withParam")),
        with_items=tuple(raw.get("withItems") or ()),
    )


def _depends(raw: Raw, path: str) -> Depends | None:
    try:
        if raw.get("depends"):
            return parse_depends(raw["depends"])
        return from_dependencies(raw["dependencies"]) if raw.get("dependencies") else None
    except ExpressionError as exc:
        raise InvalidWorkflow(f"invalid spec: {path}.depends: {exc}") from exc


def _retry(raw: Raw, template: str) -> RetryStrategy:
    path = f"templates.{template}.retryStrategy"
    expression = raw.get("expression") or ""
    policy = raw.get("retryPolicy") or ("Always" if expression else "OnFailure")
    if policy not in _POLICIES:
        raise UnsupportedFeature(f"{path}.retryPolicy {policy} is not supported by the embedded engine")
    try:
        compile_expression(expression or "true")
    except ExpressionError as exc:
        raise InvalidWorkflow(f"invalid spec: {path}.expression: {exc}") from exc
    limit = _integer(raw.get("limit"), f"{path}.limit")
    return RetryStrategy(limit, *_POLICIES[policy], expression, _backoff(raw.get("backoff"), path))


def _backoff(raw: Raw | None, path: str) -> Backoff | None:
    if not raw:
        return None
    duration = _seconds(raw.get("duration"), f"{path}.backoff.duration")
    if duration is None:
        raise InvalidWorkflow(f"invalid spec: {path}.backoff: no base duration specified")
    return Backoff(
        duration,
        _integer(raw.get("factor"), f"{path}.backoff.factor"),
        _seconds(raw.get("cap"), f"{path}.backoff.cap"),
        _seconds(raw.get("maxDuration"), f"{path}.backoff.maxDuration"),
    )


def _locks(raw: Raw | None) -> Iterator[Lock]:
    for semaphore in (raw or {}).get("semaphores") or ():
        reference = semaphore["configMapKeyRef"]
        yield Lock("ConfigMap", f"{reference['name']}/{reference['key']}")
    for mutex in (raw or {}).get("mutexes") or ():
        yield Lock("Mutex", mutex["name"])


def _ttl(raw: Raw) -> TimeToLive:
    after = _seconds(raw.get("secondsAfterCompletion"), "spec.ttlStrategy.secondsAfterCompletion")
    success = _seconds(raw.get("secondsAfterSuccess"), "spec.ttlStrategy.secondsAfterSuccess")
    failure = _seconds(raw.get("secondsAfterFailure"), "spec.ttlStrategy.secondsAfterFailure")
    return TimeToLive(after if success is None else success, after if failure is None else failure)


def _integer(value: object, path: str) -> int | None:
    """Of an IntOrString."""
    try:
        return None if value is None else int(str(value))
    except ValueError as exc:
        raise UnsupportedFeature(f"{path}: {value!r} is not a plain number") from exc


def _seconds(value: object, path: str) -> float | None:
    try:
        return None if value in (None, "") else parse_duration(str(value))
    except ValueError as exc:
        raise UnsupportedFeature(f"{path}: {value!r} is neither seconds nor a duration") from exc
