"""The body of `/submit` as a submission. Unknown fields are ignored, as argo-server does."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from pipelines.client import Submission
from pipelines.fake_argo.answers import INVALID, Refusal, not_found

_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?")
_LABEL = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def read_submission(body: Mapping[str, Any], templates: Collection[str]) -> Submission:
    """Raises Refusal."""
    options = body.get("submitOptions") or {}
    template = str(body.get("resourceName") or "")
    if str(body.get("resourceKind")).lower() not in ("workflowtemplate", "workflowtemplates", "wftmpl"):
        raise Refusal(400, INVALID, f"Resource kind '{body.get('resourceKind')}' is not supported for submitting")
    if template not in templates:
        raise not_found("workflowtemplates", template)
    return Submission(
        name=_name(options, template),
        template=template,
        parameters=dict(_pair(text) for text in options.get("parameters") or ()),
        labels=_labels(options.get("labels") or ""),
        annotations=dict(_pair(text) for text in filter(None, (options.get("annotations") or "").split(","))),
        priority=int(options.get("priority") or 0),
    )


def _name(options: Mapping[str, Any], template: str) -> str:
    prefix = options.get("generateName") or f"{template}-"
    name = options.get("name") or prefix + "".join(secrets.choice(_SUFFIX_LETTERS) for _ in range(5))
    if not _NAME.fullmatch(name):
        raise Refusal(400, INVALID, f'Workflow.argoproj.io "{name}" is invalid: metadata.name: Invalid value: "{name}"')
    return str(name)


def _labels(text: str) -> dict[str, str]:
    labels = dict(_pair(part) for part in filter(None, text.split(",")))
    for value in labels.values():
        if not _LABEL.fullmatch(value):
            raise Refusal(400, INVALID, f'metadata.labels: Invalid value: "{value}"')
    return labels


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Refusal(400, INVALID, f"expected name=value, got {text!r}")
    return name, value
