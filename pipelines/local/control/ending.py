"""How a workflow ends: the exit handler, then the phase of the whole."""

from __future__ import annotations

from pipelines.local.control.create import create
from pipelines.local.control.document import mark_workflow
from pipelines.local.control.inputs import resolve_inputs
from pipelines.local.control.names import exit_name
from pipelines.local.control.nodes import Node, has_ended, has_failed
from pipelines.local.control.round import Round
from pipelines.local.control.scope import workflow_phase, workflow_scope
from pipelines.local.spec.model import Template


def finish(round_: Round, root: Node) -> None:
    """Once the root has ended. The workflow stays Running until its exit handler has ended too."""
    handler = _exit_handler(round_)
    if handler is not None and not has_ended(handler):
        return
    if handler is None and _wants_exit_handler(round_):
        return  # parallelism forbids it for now
    phase = workflow_phase(root)
    if phase == "Succeeded" and handler is not None and has_failed(handler):
        mark_workflow(round_.run, str(handler["phase"]), round_.now, handler.get("message", ""))
    else:
        mark_workflow(round_.run, phase, round_.now, _message(round_, root))


def _exit_handler(round_: Round) -> Node | None:
    name = exit_name(round_.run.name)
    node = round_.nodes.get(name)
    if node is None and _wants_exit_handler(round_):
        template = round_.run.spec.templates[round_.run.spec.on_exit or ""]
        node = create_for_workflow(round_, name, template, {"hooked": True})
    if node is not None:
        round_.advance(node)
    return node


def create_for_workflow(round_: Round, name: str, template: Template, flag: dict[str, bool] | None) -> Node | None:
    """The root, or the exit handler: their arguments are the workflow's own parameters."""
    arguments = {p.name: p.value for p in round_.run.spec.parameters if p.value is not None}
    given = {i.name: f"{{{{workflow.parameters.{i.name}}}}}" for i in template.inputs if i.name in arguments}
    return create(round_, name, template, resolve_inputs(template, given, workflow_scope(round_)), flag=flag)


def _wants_exit_handler(round_: Round) -> bool:
    return round_.run.spec.on_exit is not None and round_.run.shutdown != "Terminate"


def _message(round_: Round, root: Node) -> str:
    if has_failed(root) and round_.run.shutdown:
        return f"Stopped with strategy '{round_.run.shutdown}'"
    return str(root.get("message", ""))
