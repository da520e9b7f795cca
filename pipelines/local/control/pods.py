"""Pods against the world: those whose process is gone, whose time is up, or whose workflow was shut down."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipelines.local.clock import from_text
from pipelines.local.control.create import DEADLINE_EXCEEDED
from pipelines.local.control.names import is_exit
from pipelines.local.control.nodes import POD, Node, has_ended
from pipelines.local.control.retries import attempts_end
from pipelines.local.control.round import Live, Round

POD_DELETED = "pod deleted"
TIMED_OUT = "timeout"


def control_pods(round_: Round) -> None:
    """Runs before the tree is walked, so that what ends here is followed up in the same round."""
    for node in round_.nodes:
        if has_ended(node):
            continue
        if round_.is_shut_down(node["name"]):
            _shut_down(round_, node)
        elif node["phase"] == "Pending":
            _control_pending(round_, node)
        elif node["type"] == POD:
            _control_running(round_, node, round_.live.get(node["id"]))


def _shut_down(round_: Round, node: Node) -> None:
    """The node has failed at once; its process gets time to end by itself."""
    if node["type"] == POD:
        round_.nodes.mark(node, "Failed", round_.now, f"workflow shutdown with strategy:  {round_.run.shutdown}")
        if node["id"] in round_.live:
            round_.kills[node["id"]] = "shutdown"
    elif node["phase"] == "Pending":
        round_.nodes.mark(node, "Failed", round_.now, f"Stopped with strategy '{round_.run.shutdown}'")


def _control_pending(round_: Round, node: Node) -> None:
    """Waits for a processor or for a lock."""
    if round_.is_past_deadline(node["name"]):
        round_.nodes.mark(node, "Failed", round_.now, DEADLINE_EXCEEDED)
        return
    timeout = round_.template_of(node).timeout_s
    if timeout is not None and round_.now >= from_text(node["startedAt"]) + timedelta(seconds=timeout):
        round_.nodes.mark(node, "Failed", round_.now, TIMED_OUT)


def set_timers(round_: Round) -> None:
    """Runs after the walk, when all nodes of this round exist: for the workflow's deadline, and for what waits."""
    if round_.deadline is not None and round_.now < round_.deadline:
        round_.wake_at(round_.deadline)
    for node in round_.nodes:
        timeout = round_.template_of(node).timeout_s if node["phase"] == "Pending" else None
        if timeout is not None:
            round_.wake_at(from_text(node["startedAt"]) + timedelta(seconds=timeout))


def _control_running(round_: Round, node: Node, live: Live | None) -> None:
    if live is None:
        round_.nodes.mark(node, "Error", round_.now, POD_DELETED)
        return
    end = pod_end(round_, node, live)
    if live.killed_for is not None or end is None:
        return
    if round_.now >= end:
        round_.kills[node["id"]] = "deadline"
    else:
        round_.wake_at(end)


def pod_end(round_: Round, node: Node, live: Live) -> datetime | None:
    """When its time is up: by the template's deadline or timeout, the workflow's deadline, or backoff.maxDuration."""
    template = round_.template_of(node)
    ends: list[datetime | None] = []
    if template.deadline_s is not None:
        ends.append(live.started_at + timedelta(seconds=template.deadline_s))
    if template.timeout_s is not None:
        ends.append(from_text(node["startedAt"]) + timedelta(seconds=template.timeout_s))
    if not is_exit(round_.run.name, node["name"]):
        ends.append(round_.deadline)
    retry = round_.nodes.retry_of(node)
    if template.retry and retry is not None:
        ends.append(attempts_end(template.retry, round_.nodes.children(retry)))
    return min((end for end in ends if end is not None), default=None)
