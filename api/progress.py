"""From a workflow document to what its caller wants to know: state, progress, stage, error. Pure; knows no engine.

Argo's own N/M is no percentage: M grows while pods appear and a retried run never reaches N = M (research/argo.md §2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from api.cause import failed_tasks, find_cause
from api.fractions import ALL, Shards, is_rescuing, step_fractions, step_under_way
from api.nodes import NodeTree, read_nodes
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.run import ErrorDetail, RunState
from pdf_parser.domain.stages import MERGE, RESCUE, WEIGHTS
from pipelines.client import WorkflowDocument

FINISHING = "finish"
_CACHE_KEY = re.compile(r"^([0-9a-f]{64})-([0-9a-f]{16})(?:-|$)")  # what follows is the forced run
_RESULT_KEY = re.compile(r"^results/([0-9a-f]{64})/([0-9a-f]{16})/")
_N_OF_M = re.compile(r"^(\d+)/([1-9]\d*)$")


@dataclass(frozen=True)
class RunView:
    """A run at one moment. `progress` is 100 only when it succeeded; `stage` is the step under way, or the last one.

    `cached` is None until the cache was looked at, `pages` None unless the shards report their pages.
    """

    state: RunState
    progress: int
    stage: str | None = None
    pages: PageCounts | None = None
    cached: bool | None = None
    cache_key: CacheKey | None = None
    error: ErrorDetail | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


def read_run(document: WorkflowDocument) -> RunView:
    status: Mapping[str, Any] = document.get("status") or {}
    nodes = read_nodes(document)
    shards = Shards.of(nodes)
    fractions = step_fractions(nodes, shards)
    state = _state(status, nodes)
    error = find_cause(nodes, fractions, status.get("message") or "") if state is RunState.FAILED else None
    return RunView(
        state=state,
        progress=_progress(state, status, nodes, fractions),
        stage=error.phase if error else _stage(state, nodes, fractions),
        pages=shards.page_counts(),
        cached=_cached(nodes),
        cache_key=_cache_key(nodes),
        error=error,
        created_at=_time(document["metadata"].get("creationTimestamp")),
        started_at=_time(status.get("startedAt")),
        finished_at=_finished_at(state, status, nodes),
    )


def climb(previous: int, view: RunView) -> RunView:
    """The view with the progress that was shown before, when that was more: a retry starts its step again."""
    floor = previous if view.state is RunState.SUCCEEDED else min(previous, 99)
    return replace(view, progress=max(floor, view.progress))


def _state(status: Mapping[str, Any], nodes: NodeTree) -> RunState:
    """A run whose root node has succeeded has its result: it need not wait for the exit handler, one level later."""
    phase = status.get("phase") or ("Running" if nodes.by_id else "Pending")
    if phase in ("Failed", "Error"):
        return RunState.SUCCEEDED if _only_exit_handler_failed(nodes) else RunState.FAILED
    if phase == "Succeeded" or _root_succeeded(nodes):
        return RunState.SUCCEEDED
    return RunState.PENDING if phase == "Pending" else RunState.RUNNING


def _only_exit_handler_failed(nodes: NodeTree) -> bool:
    """Argo then fails the whole run, although its result is there (status_examples/real/27)."""
    return _root_succeeded(nodes) and all(task.may_fail for task in failed_tasks(nodes))


def _finished_at(state: RunState, status: Mapping[str, Any], nodes: NodeTree) -> datetime | None:
    """Of a success the end of its root node, so that it stays the same when the exit handler has ended too."""
    if not state.is_final:
        return None
    root = nodes.root if state is RunState.SUCCEEDED else None
    return _time((root.finished_at if root else "") or status.get("finishedAt"))


def _root_succeeded(nodes: NodeTree) -> bool:
    return nodes.root is not None and nodes.root.phase == "Succeeded"


def _progress(state: RunState, status: Mapping[str, Any], nodes: NodeTree, fractions: Mapping[str, Fraction]) -> int:
    """Percent, rounded down. 100 is kept for success."""
    if state is RunState.SUCCEEDED:
        return 100
    if not nodes.by_id:
        return _without_nodes(status)
    if _cached(nodes) is True:
        return 99
    return min(99, int(sum((WEIGHTS[step] * done for step, done in fractions.items()), Fraction(0))))


def _without_nodes(status: Mapping[str, Any]) -> int:
    """Nodes kept in a database of Argo's are not in the document: its own N/M is all there is."""
    match = _N_OF_M.match(status.get("progress") or "")
    return int(99 * min(ALL, Fraction(int(match[1]), int(match[2])))) if match else 0


def _stage(state: RunState, nodes: NodeTree, fractions: Mapping[str, Fraction]) -> str | None:
    if state is not RunState.RUNNING or not nodes.by_id:
        return None
    if _cached(nodes) is True:
        return FINISHING
    stage = step_under_way(fractions, tuple(WEIGHTS)) or FINISHING
    return RESCUE if stage == MERGE and is_rescuing(nodes) else stage


def _cached(nodes: NodeTree) -> bool | None:
    hit = nodes.output("hit")
    return None if hit is None else hit == "true"


def _cache_key(nodes: NodeTree) -> CacheKey | None:
    """From `cache-key`, else from `result-key`; None when no step has given one that is ours."""
    match = _CACHE_KEY.match(nodes.output("cache-key") or "") or _RESULT_KEY.match(nodes.output("result-key") or "")
    return CacheKey(sha256=match[1], fingerprint=match[2]) if match else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
