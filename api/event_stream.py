"""Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) from an async iterator."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any, TypeVar

MEDIA_TYPE = "text/event-stream"
HEARTBEAT = ": still here\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # the second is for nginx, which would hold it back

T = TypeVar("T")


def event(name: str, data: Mapping[str, Any], event_id: str | None = None) -> str:
    lines = [f"event: {name}", *([f"id: {event_id}"] if event_id else []), f"data: {json.dumps(data)}"]
    return "\n".join(lines) + "\n\n"


async def with_pauses(items: AsyncIterator[T], every_s: float) -> AsyncIterator[T | None]:
    """The items as they come, and None whenever none has come for `every_s` seconds."""
    while True:
        coming = asyncio.ensure_future(anext(items))
        try:
            while not (await asyncio.wait({coming}, timeout=every_s))[0]:
                yield None
            item = coming.result()
        except StopAsyncIteration:
            return
        finally:
            coming.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration, Exception):
                await coming
        yield item
