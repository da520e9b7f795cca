"""From a run of Kubeflow Pipelines (v2beta1) to the Argo-shaped document that the API reads.

What is not told there stays unknown: KFP gives no output parameters and no exit codes of tasks. The task record, which
the exit handler writes, has the key of the result and the name of the error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pdf_parser.domain.stages import MERGE, RESCUE, lane_of, steps_of
from pipelines.client import APP_LABEL, APP_NAME, Submission, WorkflowDocument

UNFINISHED = ("RUNTIME_STATE_UNSPECIFIED", "PENDING", "RUNNING", "CANCELING", "PAUSED")
COMPLETED = "workflows.argoproj.io/completed"
PHASES = {
    "RUNNING": "Running",
    "CANCELING": "Running",
    "PAUSED": "Running",
    "SUCCEEDED": "Succeeded",
    "SKIPPED": "Skipped",
    "FAILED": "Failed",
    "CANCELED": "Failed",
}
TASK_ID = "task_id"  # the name of the run, once more as a parameter
CANCELED = "Stopped with strategy 'Terminate'"  # KFP knows no other
_COPY = re.compile(r"-\d+$")  # kfp numbers the second task of a name
_EXIT_CODE = re.compile(r"\(exit code (\d+)\)")

Task = Mapping[str, Any]


def describe(submission: Submission) -> str:
    """What KFP has no field for, in the one that it has."""
    told = {"template": submission.template, "labels": submission.labels, "annotations": submission.annotations}
    return json.dumps({name: dict(v) if isinstance(v, Mapping) else v for name, v in told.items()})


def to_document(run: Mapping[str, Any]) -> WorkflowDocument:
    told = _described(run)
    name, state = run["display_name"], run.get("state") or ""
    parameters = {k: v for k, v in _parameters(run).items() if k != TASK_ID}
    finished = state not in UNFINISHED and state != ""
    return {
        "metadata": {
            "name": name,
            "uid": run["run_id"],
            "creationTimestamp": run.get("created_at"),
            "labels": {**told["labels"], COMPLETED: "true" if finished else "false"},
            "annotations": told["annotations"],
        },
        "spec": {
            "workflowTemplateRef": {"name": told["template"]},
            "arguments": {"parameters": [{"name": k.replace("_", "-"), "value": v} for k, v in parameters.items()]},
        },
        "status": _status(run, state, finished),
    }


def _parameters(run: Mapping[str, Any]) -> Mapping[str, Any]:
    return (run.get("runtime_config") or {}).get("parameters") or {}


def _described(run: Mapping[str, Any]) -> dict[str, Any]:
    """A run that was started by hand, or by a schedule, in our experiment is ours as well."""
    try:
        told = json.loads(run.get("description") or "{}")
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    return {"template": "", "labels": {APP_LABEL: APP_NAME}, "annotations": {}, **told}


def _status(run: Mapping[str, Any], state: str, finished: bool) -> dict[str, Any]:
    phase = PHASES.get(state, "Pending").replace("Skipped", "Succeeded")
    started = _started(run) if phase != "Pending" else None
    message = CANCELED if state == "CANCELED" else (run.get("error") or {}).get("message")
    times = {"startedAt": started, "finishedAt": run.get("finished_at") if finished else None}
    status = {"phase": phase, "message": message, **times}
    if started:
        name = run["display_name"]
        root = {"id": name, "name": name, "type": "DAG", "templateName": "main", "phase": phase, **times}
        status["nodes"] = {name: root, **{node["id"]: node for node in _nodes(run)}}
    return {key: value for key, value in status.items() if value is not None}


def _started(run: Mapping[str, Any]) -> str | None:
    """The last change to RUNNING: a retried run starts again."""
    moments = [h["update_time"] for h in run.get("state_history") or () if h.get("state") == "RUNNING"]
    return moments[-1] if moments else run.get("created_at")


def _nodes(run: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The tasks that are steps of ours; their drivers, loops and conditions are KFP's own."""
    tasks: list[Task] = (run.get("run_details") or {}).get("task_details") or []
    rescued = _below(RESCUE, tasks)
    for task in tasks:
        step = _COPY.sub("", task.get("display_name") or "")
        if steps_of(step):
            in_rescue = _id(task) in rescued and (step == MERGE or lane_of(step) is not None)
            yield _node(task, step, f"{run['display_name']}{f'.{RESCUE}' if in_rescue else ''}.{step}")


def _node(task: Task, step: str, name: str) -> dict[str, Any]:
    phase = PHASES.get(task.get("state") or "", "Pending")
    message = (task.get("error") or {}).get("message") or ""
    node = {
        "id": _id(task),
        "name": name,
        "displayName": step,
        "type": "Skipped" if phase == "Skipped" else "Pod",
        "templateName": step,
        "phase": phase,
        "message": message or (CANCELED if task.get("state") == "CANCELED" else None),
        "startedAt": task.get("start_time"),
        "finishedAt": task.get("end_time") if phase not in ("Pending", "Running") else None,
    }
    if code := _EXIT_CODE.search(message):
        node["outputs"] = {"exitCode": code[1]}
    return {key: value for key, value in node.items() if value is not None}


def _below(name: str, tasks: list[Task]) -> set[str]:
    """Ids of the tasks reached from that of `name`: Argo links a task to what is inside and to what follows."""
    children = {_id(t): [c.get("pod_name") or c.get("task_id") for c in t.get("child_tasks") or ()] for t in tasks}
    found: set[str] = set()
    left = [_id(t) for t in tasks if t.get("display_name") == name]
    while left:
        for child in children.get(left.pop(), ()):
            if child and child not in found:
                found.add(child)
                left.append(child)
    return found


def _id(task: Task) -> str:
    """The links name Argo's nodes, which KFP calls pods."""
    return str(task.get("pod_name") or task["task_id"])
