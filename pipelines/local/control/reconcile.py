"""One round over one workflow: its document is brought up to date, and what the engine has to do is returned.

Pure but for the document and the locks, which are changed in place: no clock, no processes, no disk. Pod nodes that are
Pending and wait for no lock are those the engine may start; it tells the end of a process by `apply_exit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipelines.local.control.advance import advance
from pipelines.local.control.document import mark_workflow, update_conditions
from pipelines.local.control.ending import create_for_workflow, finish
from pipelines.local.control.locks import Holder, Locks, lock_name
from pipelines.local.control.nodes import DAG, POD, Node, has_ended
from pipelines.local.control.pods import control_pods, set_timers
from pipelines.local.control.progress import update_progress
from pipelines.local.control.round import Live, Reason, Round, Run
from pipelines.local.control.scope import workflow_scope
from pipelines.local.language.errors import ExpressionError
from pipelines.local.language.text import substitute


@dataclass(frozen=True)
class Actions:
    """`kills` maps node id → why; `wake_at` is when the next round is due; `woken` are workflows to look at next."""

    kills: Mapping[str, Reason]
    wake_at: datetime | None
    woken: frozenset[str]


def reconcile(run: Run, now: datetime, locks: Locks, live: Mapping[str, Live]) -> Actions:
    round_ = Round(run, now, locks, live, advance)
    if not run.is_finished:
        _proceed(round_)
    _release_locks(round_)
    _describe(round_)
    return Actions(round_.kills, min(round_.timers, default=None), frozenset(round_.woken))


def startable(run: Run) -> list[Node]:
    """Pods that wait for nothing but a free processor, oldest first."""
    nodes = (run.status.get("nodes") or {}).values()
    return [n for n in nodes if n["type"] == POD and n["phase"] == "Pending" and "synchronizationStatus" not in n]


def _proceed(round_: Round) -> None:
    try:
        if not _may_run(round_):
            return
        control_pods(round_)
        root = _root(round_)
        if root is None:
            return
        round_.advance(root)
        if has_ended(root):
            finish(round_, root)
        if not round_.run.is_finished:
            set_timers(round_)
    except ExpressionError as exc:  # in a text of the workflow itself; those of tasks end up in their nodes
        mark_workflow(round_.run, "Error", round_.now, f"error in entry template execution: {exc}")
        round_.kills.update(dict.fromkeys(round_.live, "shutdown"))


def _may_run(round_: Round) -> bool:
    """False while the workflow waits for its own locks: phase Pending, the message names the lock."""
    run = round_.run
    if run.spec.locks and not run.shutdown:
        scope = workflow_scope(round_)
        names = [lock_name(lock.kind, substitute(lock.name, scope)) for lock in run.spec.locks]
        waiting = round_.locks.acquire(round_.holder(), names)
        if waiting is not None:
            mark_workflow(run, run.phase or "Pending", round_.now, waiting.message)
            return False
    if run.phase != "Running":
        mark_workflow(run, "Running", round_.now)
    return True


def _root(round_: Round) -> Node | None:
    """A workflow that is stopped before it began has a root all the same, so that its exit handler can tell."""
    run = round_.run
    root = round_.nodes.by_id.get(run.name)
    if root is not None:
        return root
    template = run.spec.templates[run.spec.entrypoint]
    if run.shutdown:
        message = f"Stopped with strategy '{run.shutdown}'"
        return round_.nodes.create(run.name, DAG, template.name, "Failed", round_.now, message=message)
    return create_for_workflow(round_, run.name, template, None)


def _release_locks(round_: Round) -> None:
    """A lock is given back when its node has ended and no process of it is left: a dying one still has the GPU."""
    for holder in round_.locks.of(round_.run.name):
        if _is_done(round_, holder):
            round_.woken |= round_.locks.release(holder)


def _is_done(round_: Round, holder: Holder) -> bool:
    if not holder.node:
        return round_.run.is_finished and not round_.live
    node = round_.nodes.by_id.get(holder.node)
    if node is None:
        return True
    own = {holder.node, *(child["id"] for child in round_.nodes.children(node))}
    return has_ended(node) and own.isdisjoint(round_.live)


def _describe(round_: Round) -> None:
    update_progress(round_.run, round_.nodes)
    update_conditions(round_.run, round_.nodes)
    synchronization = round_.locks.describe(round_.run.name)
    if synchronization:
        round_.run.status["synchronization"] = synchronization
    else:
        round_.run.status.pop("synchronization", None)
