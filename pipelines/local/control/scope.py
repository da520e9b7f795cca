"""The variables that a text may use, by where it stands: in the workflow, in a task of a DAG, in a pod."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipelines.local.clock import from_text
from pipelines.local.control.failures import quoted_failures
from pipelines.local.control.locks import NAMESPACE
from pipelines.local.control.names import item_text, pod_name
from pipelines.local.control.nodes import GROUP, Node, has_ended
from pipelines.local.control.round import Round
from pipelines.local.spec.model import Dag, Task

Scope = dict[str, str]


def workflow_scope(round_: Round) -> Scope:
    metadata, run = round_.run.document["metadata"], round_.run
    parameters = {p.name: p.value or "" for p in run.spec.parameters}
    root = round_.nodes.by_id.get(run.name)
    return {
        "workflow.name": run.name,
        "workflow.namespace": metadata["namespace"],
        "workflow.uid": metadata["uid"],
        "workflow.serviceAccountName": "default",
        "workflow.mainEntrypoint": run.spec.entrypoint,
        "workflow.creationTimestamp": metadata["creationTimestamp"],
        "workflow.priority": str(run.document["spec"].get("priority") or 0),
        "workflow.duration": _duration(round_),
        **_parameters("workflow.parameters", parameters),
        "workflow.parameters.json": _list(parameters),
        **{f"workflow.labels.{name}": value for name, value in metadata.get("labels", {}).items()},
        **{f"workflow.annotations.{name}": value for name, value in metadata.get("annotations", {}).items()},
        **{f"workflow.outputs.parameters.{name}": value for name, value in _outputs(run.status).items()},
        **(_end_scope(round_, root) if root is not None and has_ended(root) else {}),
    }


def _end_scope(round_: Round, root: Node) -> Scope:
    """What only the exit handler may ask: how the run has ended."""
    return {"workflow.status": workflow_phase(root), "workflow.failures": quoted_failures(round_.nodes)}


def workflow_phase(root: Node) -> str:
    return "Succeeded" if root["phase"] in ("Skipped", "Omitted") else str(root["phase"])


def inputs_scope(node: Node) -> Scope:
    parameters = (node.get("inputs") or {}).get("parameters") or ()
    return _parameters("inputs.parameters", {p["name"]: p["value"] for p in parameters})


def task_scope(round_: Round, boundary: Node, dag: Dag, task: Task) -> Scope:
    """The workflow's variables, the inputs of the DAG around, and how the task's ancestors have ended."""
    scope = workflow_scope(round_) | inputs_scope(boundary)
    for ancestor in dag.ancestors[task.name]:
        node = round_.nodes.get(f"{boundary['name']}.{ancestor}")
        if node is not None:
            scope |= _result_scope(round_, node, f"tasks.{ancestor}")
    return scope


def item_scope(item: Any) -> Scope:
    fields = item if isinstance(item, dict) else {}
    return {"item": item_text(item)} | {f"item.{key}": item_text(value) for key, value in fields.items()}


def pod_scope(round_: Round, node: Node) -> Scope:
    """The variables of a container: without the paths of its outputs, which only the engine knows."""
    retry = round_.nodes.retry_of(node)
    return {
        **workflow_scope(round_),
        **inputs_scope(node),
        "node.name": node["name"],
        "pod.name": pod_name(round_.run.name, node["templateName"], node["name"]),
        "tasks.name": (retry or node)["displayName"],
        **(attempt_scope(round_.nodes.children(retry), node) if retry else {}),
    }


def attempt_scope(attempts: list[Node], node: Node | None) -> Scope:
    """`retries` and `lastRetry.*` for one attempt of several: about the attempt before it, or about no attempt."""
    number = attempts.index(node) if node in attempts else len(attempts)
    last = attempts[number - 1] if number else None
    outputs = (last or {}).get("outputs") or {}
    return {
        "retries": str(number),
        "lastRetry.exitCode": str(outputs.get("exitCode", "0")),
        "lastRetry.status": last["phase"] if last else "",
        "lastRetry.message": last.get("message", "") if last else "",
        "lastRetry.duration": seconds_of(last) if last else "0",
    }


def seconds_of(node: Node) -> str:
    taken = (from_text(node["finishedAt"]) - from_text(node["startedAt"])).total_seconds()
    return f"{taken:g}"


def _result_scope(round_: Round, node: Node, prefix: str) -> Scope:
    scope = {
        f"{prefix}.id": node["id"],
        f"{prefix}.status": node["phase"],
        f"{prefix}.startedAt": node["startedAt"],
        f"{prefix}.hostNodeName": NAMESPACE,
    }
    if "finishedAt" in node:
        scope[f"{prefix}.finishedAt"] = node["finishedAt"]
    if node["type"] == GROUP:
        return scope | _aggregated(round_.nodes.children(node), prefix)
    if "exitCode" in (node.get("outputs") or {}):
        scope[f"{prefix}.exitCode"] = node["outputs"]["exitCode"]
    return scope | {f"{prefix}.outputs.parameters.{name}": value for name, value in _outputs(node).items()}


def _aggregated(members: list[Node], prefix: str) -> Scope:
    """Outputs of a fan-out as JSON lists: of the members that succeeded, in order of their index."""
    rows = [_outputs(member) for member in members if member["phase"] == "Succeeded"]
    names = dict.fromkeys(name for row in rows for name in row)
    scope = {f"{prefix}.outputs.parameters.{n}": _embedded([row[n] for row in rows if n in row]) for n in names}
    return scope | {f"{prefix}.outputs.parameters": json.dumps(rows, ensure_ascii=False)}


def _embedded(values: list[str]) -> str:
    """Values that all are JSON objects or arrays are put in as such, otherwise all are strings."""
    try:
        parsed = [json.loads(value) for value in values]
    except ValueError:
        return json.dumps(values, ensure_ascii=False)
    are_structures = all(isinstance(value, (dict, list)) for value in parsed)
    return json.dumps(parsed if are_structures else values, separators=(",", ":"), ensure_ascii=False)


def _outputs(owner: Mapping[str, Any]) -> dict[str, str]:
    parameters = (owner.get("outputs") or {}).get("parameters") or ()
    return {p["name"]: p["value"] for p in parameters if "value" in p}


def _parameters(prefix: str, values: Mapping[str, str]) -> Scope:
    return {prefix: _list(values)} | {f"{prefix}.{name}": value for name, value in values.items()}


def _list(values: Mapping[str, str]) -> str:
    listed = [{"name": name, "value": value} for name, value in values.items()]
    return json.dumps(listed, separators=(",", ":"), ensure_ascii=False)


def _duration(round_: Round) -> str:
    started = round_.run.status.get("startedAt")
    return f"{(round_.now - from_text(started)).total_seconds() if started else 0:f}"
