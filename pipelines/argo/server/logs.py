"""The lines of a run: pods in the order of their start, without what Argo's executor writes in between."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

from pipelines.client import WorkflowDocument

MAX_LINES = 100_000
_EXECUTOR_LINE = re.compile(r"^time=\S+ level=\w+ .*\bargo=true\b")


async def read_log(stream: AsyncIterator[Mapping[str, Any]], document: WorkflowDocument) -> list[str]:
    """Of a stream of `{"result": {"content", "podName"}}`; the first MAX_LINES lines."""
    by_pod: dict[str, list[str]] = {}
    count = 0
    async for event in stream:
        result = event.get("result") or {}
        line = str(result.get("content") or "")
        if not _EXECUTOR_LINE.match(line):
            by_pod.setdefault(str(result.get("podName") or ""), []).append(line)
            count += 1
        if count >= MAX_LINES:
            break
    started = _starts(document)
    in_order = sorted(by_pod, key=lambda pod: started.get(pod.rpartition("-")[2], "~"))
    return [line for pod in in_order for line in by_pod[pod]]


def _starts(document: WorkflowDocument) -> dict[str, str]:
    """Start times by the hash at the end of a node's id, which is also at the end of its pod's name."""
    nodes = (document.get("status") or {}).get("nodes") or {}
    return {node["id"].rpartition("-")[2]: node.get("startedAt") or "~" for node in nodes.values()}
