"""Of a workflow document, what the service reads: a cached run costs a few kB instead of its whole template."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Mapping
from typing import Any

from pipelines.client import WorkflowDocument

_METADATA = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp", "labels", "annotations")
_SPEC = ("arguments", "workflowTemplateRef", "priority", "shutdown", "activeDeadlineSeconds")
_STATUS = ("phase", "message", "startedAt", "finishedAt", "progress", "offloadNodeStatusVersion")
_NODE = (
    "id",
    "name",
    "displayName",
    "type",
    "templateName",
    "phase",
    "boundaryID",
    "message",
    "startedAt",
    "finishedAt",
    "progress",
    "children",
    "nodeFlag",
)


def slim(document: Mapping[str, Any]) -> WorkflowDocument:
    """The deadline of the stored template becomes the run's own, unless it has one."""
    status = document.get("status") or {}
    spec = _chosen(document.get("spec") or {}, _SPEC)
    stored = status.get("storedWorkflowTemplateSpec") or {}
    if "activeDeadlineSeconds" in stored:
        spec.setdefault("activeDeadlineSeconds", stored["activeDeadlineSeconds"])
    slimmed = _chosen(status, _STATUS)
    if nodes := status.get("nodes") or _unpacked(status.get("compressedNodes")):
        slimmed["nodes"] = {key: _node(node) for key, node in nodes.items()}
    return {"metadata": _chosen(document["metadata"], _METADATA), "spec": spec, "status": slimmed}


def version_of(document: Mapping[str, Any]) -> int:
    """Kubernetes' resourceVersion, which grows with every write to the cluster; 0 when there is none."""
    text = document["metadata"].get("resourceVersion") or ""
    return int(text) if text.isdecimal() else 0


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    slimmed = _chosen(node, _NODE)
    if outputs := _chosen(node.get("outputs") or {}, ("exitCode", "parameters")):
        slimmed["outputs"] = outputs
    return slimmed


def _chosen(mapping: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: mapping[name] for name in names if mapping.get(name) is not None}


def _unpacked(text: str | None) -> dict[str, Any]:
    """Nodes of a large run: gzip in base64. argo-server unpacks them, unless it was told to leave nodes out.

    Empty for what cannot be read (Argo 4.1 may be set to zstd or brotli): N/M is then all that is known of the run.
    """
    try:
        nodes = json.loads(gzip.decompress(base64.b64decode(text or "")) or "{}")
    except (binascii.Error, OSError, EOFError, zlib.error, ValueError):
        return {}
    return nodes if isinstance(nodes, dict) else {}
