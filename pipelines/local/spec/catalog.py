"""The WorkflowTemplates in a folder, read and checked once when the engine starts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pdf_parser.errors import InvalidWorkflow, PdfParserError
from pipelines.local.spec.lint import lint_spec
from pipelines.local.spec.read import Raw, read_spec
from pipelines.local.spec.subset import refuse_unsupported


@dataclass(frozen=True)
class WorkflowTemplate:
    """`spec` is raw: each workflow keeps a copy of its own, so that a run ends with the template it began with."""

    name: str
    spec: Raw


def load_catalog(folder: Path, semaphores: Collection[str]) -> dict[str, WorkflowTemplate]:
    """Raises UnsupportedFeature or InvalidWorkflow naming the file; documents of another kind are passed over."""
    catalog: dict[str, WorkflowTemplate] = {}
    for path in sorted(folder.glob("*.yaml")):
        for document in _documents(path):
            template = WorkflowTemplate(document["metadata"]["name"], document["spec"])
            _check(template, semaphores, path)
            catalog[template.name] = template
    return catalog


def _documents(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as exc:
        raise InvalidWorkflow(f"{path.name} is not YAML: {exc}") from exc
    return (d for d in documents if isinstance(d, dict) and d.get("kind") == "WorkflowTemplate")


def _check(template: WorkflowTemplate, semaphores: Collection[str], path: Path) -> None:
    try:
        refuse_unsupported(template.spec, template.name)
        lint_spec(read_spec(template.spec), semaphores)
    except PdfParserError as exc:
        raise type(exc)(f"{path.name}: {exc}") from exc
