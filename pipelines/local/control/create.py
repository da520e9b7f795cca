"""New nodes: of a task, of one more attempt, and of what never runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.local.control.inputs import resolve_inputs
from pipelines.local.control.nodes import DAG, POD, RETRY, SKIPPED, Node
from pipelines.local.control.round import Round
from pipelines.local.language.errors import ExpressionError
from pipelines.local.language.text import Scope, substitute
from pipelines.local.language.when import should_execute
from pipelines.local.spec.model import Task, Template

Flag = Mapping[str, bool]
DEADLINE_EXCEEDED = "Step exceeded its deadline"


def create_task(round_: Round, boundary: Node, task: Task, name: str, scope: Scope) -> Node | None:
    """The node of a task, or of one member of its fan-out; None while parallelism forbids it."""
    try:
        when = substitute(task.when, scope)
        if not should_execute(when):
            return create_skipped(round_, boundary, task, name, "Skipped", f"when '{when}' evaluated false")
        template = round_.run.spec.templates[task.template]
        inputs = resolve_inputs(template, task.arguments, scope)
    except ExpressionError as exc:
        return create_skipped(round_, boundary, task, name, "Error", str(exc))
    return create(round_, name, template, inputs, boundary)


def create_skipped(round_: Round, boundary: Node, task: Task, name: str, phase: str, message: str) -> Node:
    """A node that never runs: skipped by `when`, omitted by `depends`, or wrong in itself (phase Error)."""
    node = round_.nodes.create(name, SKIPPED, task.template, phase, round_.now, boundary, message)
    node["nodeFlag"] = {}
    return node


def create(
    round_: Round,
    name: str,
    template: Template,
    inputs: Mapping[str, Any] | None,
    boundary: Node | None = None,
    flag: Flag | None = None,
) -> Node | None:
    """None while parallelism forbids it."""
    if round_.is_full(template, boundary):
        return None
    kind = DAG if template.dag else RETRY if template.retry else POD
    return _new(round_, name, kind, template, inputs, boundary, flag)


def create_attempt(round_: Round, retry: Node, number: int) -> Node | None:
    """The next child of a Retry node; None while parallelism forbids it."""
    template = round_.template_of(retry)
    if round_.is_full(template, None):
        return None
    name = f"{retry['name']}({number})"
    round_.nodes.connect(retry, name)
    boundary = round_.nodes.by_id.get(retry.get("boundaryID", ""))
    flag = {**(retry.get("nodeFlag") or {}), "retried": True}
    return _new(round_, name, POD, template, retry.get("inputs"), boundary, flag)


def _new(
    round_: Round,
    name: str,
    kind: str,
    template: Template,
    inputs: Mapping[str, Any] | None,
    boundary: Node | None,
    flag: Flag | None,
) -> Node:
    is_late = kind == POD and round_.is_past_deadline(name)
    phase = "Failed" if is_late else "Pending" if kind == POD else "Running"
    message = DEADLINE_EXCEEDED if is_late else ""
    node = round_.nodes.create(name, kind, template.name, phase, round_.now, boundary, message)
    if kind == POD:
        node["progress"] = "0/1"
    if inputs is not None:
        node["inputs"] = inputs
    if flag:
        node["nodeFlag"] = dict(flag)
    return node
