from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from pipelines.argo.server.logs import read_log

EXECUTOR = 'time=2026-11-24T10:00:00.000Z level=INFO msg="sub-process exited" argo=true error=<nil>'


async def stream(*lines: tuple[str, str]) -> AsyncIterator[dict[str, Any]]:
    for pod, content in lines:
        yield {"result": {"podName": pod, "content": content}}


def test_pods_come_in_the_order_of_their_start_and_lines_in_their_own():
    nodes = {f"run-{n}": {"id": f"run-{n}", "startedAt": time} for n, time in (("22", "10:02"), ("11", "10:01"))}
    mixed = stream(("run-merge-22", "c"), ("run-fetch-11", "a"), ("run-fetch-11", EXECUTOR), ("run-fetch-11", "b"))
    assert asyncio.run(read_log(mixed, {"status": {"nodes": nodes}})) == ["a", "b", "c"]


def test_a_line_that_only_looks_like_the_executors_is_kept():
    line = "time=noon level=high tide"
    assert asyncio.run(read_log(stream(("p", line)), {})) == [line]
