"""A task with `withParam` or `withItems`: one member per item under a node of type TaskGroup."""

from __future__ import annotations

import json
from typing import Any

from pipelines.local.control.create import create_skipped, create_task
from pipelines.local.control.names import item_name
from pipelines.local.control.nodes import GROUP, Node, has_ended, has_failed
from pipelines.local.control.round import Round
from pipelines.local.control.scope import Scope, item_scope, task_scope
from pipelines.local.language.errors import ExpressionError
from pipelines.local.language.text import substitute
from pipelines.local.spec.model import Dag, Task

EMPTY = "Skipped, empty params"


def create_group(round_: Round, boundary: Node, dag: Dag, task: Task, name: str) -> Node:
    """The group, still without members, or a skipped node when there is nothing to do."""
    try:
        items = _items(task, task_scope(round_, boundary, dag, task))
    except ExpressionError as exc:
        return create_skipped(round_, boundary, task, name, "Error", str(exc))
    if not items:
        return create_skipped(round_, boundary, task, name, "Skipped", EMPTY)
    group = round_.nodes.create(name, GROUP, task.template, "Running", round_.now, boundary)
    group["nodeFlag"] = {}
    round_.run.items[group["id"]] = items
    return group


def run_group(round_: Round, boundary: Node, dag: Dag, task: Task, group: Node) -> None:
    for member in round_.nodes.children(group):
        round_.advance(member)
    items = _known_items(round_, boundary, dag, task, group)
    is_shut_down = round_.is_shut_down(group["name"])
    if len(round_.nodes.children(group)) < len(items) and not is_shut_down:
        _start_members(round_, boundary, dag, task, group)
    members = round_.nodes.children(group)
    if all(map(has_ended, members)) and (is_shut_down or len(members) == len(items)):
        failed = [member["phase"] for member in members if has_failed(member)]
        round_.nodes.mark(group, failed[-1] if failed else "Succeeded", round_.now)


def _start_members(round_: Round, boundary: Node, dag: Dag, task: Task, group: Node) -> None:
    """In order of index, and up to the first that parallelism forbids."""
    scope = task_scope(round_, boundary, dag, task)
    for index, item in enumerate(_known_items(round_, boundary, dag, task, group)):
        name = f"{boundary['name']}.{item_name(task.name, index, item)}"
        if round_.nodes.get(name) is None:
            member = create_task(round_, boundary, task, name, scope | item_scope(item))
            if member is None:
                return
            round_.nodes.connect(group, name)
            round_.advance(member)


def _known_items(round_: Round, boundary: Node, dag: Dag, task: Task, group: Node) -> list[Any]:
    """Worked out once; again only after a restart, from outputs that cannot have changed."""
    if group["id"] not in round_.run.items:
        round_.run.items[group["id"]] = _items(task, task_scope(round_, boundary, dag, task))
    return round_.run.items[group["id"]]


def _items(task: Task, scope: Scope) -> list[Any]:
    if task.with_items:
        return list(substitute(list(task.with_items), scope))
    text = substitute(task.with_param or "", scope)
    try:
        items = json.loads(text)
    except ValueError as exc:
        raise ExpressionError(f"withParam value could not be parsed as a JSON list: {text.strip()}: {exc}") from exc
    if not isinstance(items, list):
        raise ExpressionError(f"withParam value could not be parsed as a JSON list: {text.strip()}: it is not a list")
    return items
