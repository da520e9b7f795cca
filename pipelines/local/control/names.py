"""Names and ids of nodes and pods, as Argo forms them (operator.go, workflow/util/pod_name.go)."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=65536)
def node_id(workflow: str, node_name: str) -> str:
    """The root node has the workflow's own name as id."""
    return workflow if node_name == workflow else f"{workflow}-{_fnv32a(node_name)}"


def pod_name(workflow: str, template: str, node_name: str) -> str:
    return workflow if node_name == workflow else f"{workflow}-{template}-{_fnv32a(node_name)}"


def exit_name(workflow: str) -> str:
    return f"{workflow}.onExit"


def is_exit(workflow: str, node_name: str) -> bool:
    """True for the exit handler and everything below it."""
    return node_name.startswith(exit_name(workflow))


def display_name(node_name: str, boundary: str | None) -> str:
    """Without the name of the DAG around it."""
    return node_name.removeprefix(boundary).removeprefix(".") if boundary else node_name


def item_name(task: str, index: int, item: Any) -> str:
    """ "gpu(0:7)": parentheses inside the item are dropped."""
    return f"{task}({index}:{_description(item).replace('(', '').replace(')', '')})"


def item_text(item: Any) -> str:
    """What `{{item}}` stands for: a string itself, anything else as compact JSON."""
    return item if isinstance(item, str) else json.dumps(item, separators=(",", ":"), ensure_ascii=False)


def _description(item: Any) -> str:
    if isinstance(item, dict):
        return ",".join(f"{key}:{item_text(item[key])}" for key in sorted(item))
    return item_text(item)


def _fnv32a(text: str) -> int:
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value
