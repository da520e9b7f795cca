"""A new workflow document from a submission, and the fields of it that follow its phase."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pdf_parser.errors import InvalidWorkflow
from pipelines.client import Submission, WorkflowDocument
from pipelines.local.clock import to_text
from pipelines.local.control.locks import NAMESPACE
from pipelines.local.control.nodes import POD, Nodes
from pipelines.local.control.round import Run
from pipelines.local.spec.catalog import WorkflowTemplate
from pipelines.local.spec.read import any_string

PHASE, COMPLETED = "workflows.argoproj.io/phase", "workflows.argoproj.io/completed"
TEMPLATE, ACTION = "workflows.argoproj.io/workflow-template", "workflows.argoproj.io/action"


@dataclass(frozen=True)
class Birth:
    """What is fixed when a workflow is created. `deadline_s` replaces the template's own."""

    uid: str
    at: datetime
    deadline_s: int | None = None


_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?")


def new_document(submission: Submission, template: WorkflowTemplate, birth: Birth) -> WorkflowDocument:
    """Keeps its own copy of the template. Raises InvalidWorkflow for a bad name or a parameter without value."""
    if not _NAME.fullmatch(submission.name):
        raise InvalidWorkflow(f"{submission.name!r} is no name for a workflow: use at most 63 of a-z, 0-9, - and .")
    spec: dict[str, Any] = {
        "workflowTemplateRef": {"name": template.name},
        "arguments": {"parameters": [{"name": n, "value": v} for n, v in submission.parameters.items()]},
    }
    if submission.priority:
        spec["priority"] = submission.priority
    if birth.deadline_s is not None:
        spec["activeDeadlineSeconds"] = birth.deadline_s
    stored = _merged(template.spec, spec, submission.parameters)
    metadata = stored.get("workflowMetadata") or {}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {
            "name": submission.name,
            "namespace": NAMESPACE,
            "uid": birth.uid,
            "creationTimestamp": to_text(birth.at),
            "labels": {**submission.labels, **(metadata.get("labels") or {}), TEMPLATE: template.name},
            "annotations": {
                **submission.annotations,
                **(metadata.get("annotations") or {}),
                "workflows.argoproj.io/pod-name-format": "v2",
            },
        },
        "spec": spec,
        "status": {"storedWorkflowTemplateSpec": stored},
    }


def mark_workflow(run: Run, phase: str, now: datetime, message: str = "") -> None:
    """Pending has no startedAt yet: the deadline counts from Running."""
    status, labels = run.status, run.document["metadata"]["labels"]
    status["phase"] = labels[PHASE] = phase
    labels[COMPLETED] = "true" if run.is_finished else "false"
    if phase != "Pending":
        status.setdefault("startedAt", to_text(now))
    if run.is_finished:
        status["finishedAt"] = to_text(now)
    if message:
        status["message"] = message
    else:
        status.pop("message", None)


def update_conditions(run: Run, nodes: Nodes) -> None:
    runs = any(node["type"] == POD and node["phase"] == "Running" for node in nodes)
    conditions = [{"type": "PodRunning", "status": str(runs)}]
    if run.is_finished:
        conditions.append({"type": "Completed", "status": "True"})
    run.status["conditions"] = conditions


def _merged(template: Mapping[str, Any], spec: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """`status.storedWorkflowTemplateSpec`: the template with the submission's values, by name."""
    stored = copy.deepcopy(dict(template))
    declared = (stored.get("arguments") or {}).get("parameters") or []
    known = {p["name"]: p for p in declared} | {n: {"name": n} for n in parameters if n not in _names(declared)}
    merged = [{**p, "value": parameters.get(name, any_string(p.get("value")))} for name, p in known.items()]
    missing = next((p["name"] for p in merged if p["value"] is None), None)
    if missing is not None:
        raise InvalidWorkflow(f"spec.arguments.{missing}.value is required")
    return stored | dict(spec) | {"arguments": {"parameters": merged}}


def _names(parameters: list[dict[str, Any]]) -> set[str]:
    return {parameter["name"] for parameter in parameters}
