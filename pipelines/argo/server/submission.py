"""The body of `POST …/submit`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdf_parser.errors import InvalidWorkflow
from pipelines.client import Submission


def submit_body(submission: Submission, namespace: str) -> dict[str, Any]:
    options = {
        "name": submission.name,
        "labels": _pairs(submission.labels),
        "annotations": _pairs(submission.annotations),
        "parameters": [f"{name}={value}" for name, value in submission.parameters.items()],
        "priority": submission.priority,
    }
    reference = {"namespace": namespace, "resourceKind": "WorkflowTemplate", "resourceName": submission.template}
    return {**reference, "submitOptions": options}


def _pairs(mapping: Mapping[str, str]) -> str:
    """ "a=b,c=d", as argo-server reads it. Raises InvalidWorkflow for what it would cut in the wrong place."""
    for name, value in mapping.items():
        if "," in value or "=" in value:
            raise InvalidWorkflow(f"{name} cannot be submitted: its value {value!r} has a comma or an equals sign.")
    return ",".join(f"{name}={value}" for name, value in mapping.items())
