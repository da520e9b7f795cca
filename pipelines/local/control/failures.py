"""`{{workflow.failures}}`: the failed nodes, for the exit handler."""

from __future__ import annotations

import json

from pipelines.local.control.names import pod_name
from pipelines.local.control.nodes import Node, Nodes, has_failed


def quoted_failures(nodes: Nodes) -> str:
    """JSON inside a JSON string, and "null" when nothing failed: just so Argo writes it (operator.go, strconv.Quote).

    Recovered attempts and the wrappers around a failure (Retry, TaskGroup, DAG) are in it too.
    """
    failed = [_entry(nodes.workflow, node) for node in nodes if has_failed(node)]
    return json.dumps(json.dumps(failed or None, ensure_ascii=False), ensure_ascii=False)


def _entry(workflow: str, node: Node) -> dict[str, str]:
    return {
        "displayName": node["displayName"],
        "message": node.get("message", ""),
        "templateName": node["templateName"],
        "phase": node["phase"],
        "podName": pod_name(workflow, node["templateName"], node["name"]),
        "finishedAt": node.get("finishedAt", ""),
    }
