"""GET /status/{task_id}/events: the status of a run as server-sent events."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from starlette.responses import Response, StreamingResponse

from api.answers import etag_of, status_body
from api.errors import correlation_id, problem_body
from api.event_stream import HEADERS, HEARTBEAT, MEDIA_TYPE, event, with_pauses
from api.following import Follower
from api.problems import problems
from api.services import ServicesDep
from pdf_parser.errors import EngineUnavailable, PdfParserError, RunExpired, RunNotFound, StorageUnavailable

router = APIRouter(tags=["runs"])

HEARTBEAT_S = 15.0
LIFETIME_S = 600.0  # then the browser connects anew: no connection is for ever, so a server can go away

_EXAMPLE = 'event: status\nid: "5d41…"\ndata: {"state": "running", "progress": 68, "stage": "parse-shard"}\n\n'
_OK = {"description": "Events until the run is final.", "content": {MEDIA_TYPE: {"example": _EXAMPLE}}}
_NO_MORE = {"description": "Last-Event-ID is the final status: a browser does not connect again."}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: _OK,
    204: _NO_MORE,
    **problems(RunNotFound, RunExpired, StorageUnavailable, EngineUnavailable),
}
LastEvent = Annotated[str | None, Header(description="The id of the last event that came; browsers send it.")]


@router.get("/status/{task_id}/events", response_class=StreamingResponse, responses=_RESPONSES)
async def events(task_id: str, services: ServicesDep, request: Request, last_event_id: LastEvent = None) -> Response:
    """The status now, and again whenever it changes, until it is final: what `/status` answers, as events.

        curl -N $HOST/status/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2/events
        new EventSource("/status/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2/events").addEventListener("status", …)

    Every event is named `status` and holds the whole status, so that none is missed by a slow reader: it gets the
    newest. A comment comes every 15 s meanwhile. When the status cannot be told any more, the last event is named
    `problem`. The stream ends after ten minutes at the latest; EventSource connects anew by itself.
    """
    status = await services.runs.find(task_id)
    if status.state.is_final and last_event_id == etag_of(status):
        return Response(status_code=204)
    stream = _stream(services.follower, task_id, correlation_id(request))
    return StreamingResponse(stream, media_type=MEDIA_TYPE, headers=HEADERS)


async def _stream(follower: Follower, task_id: str, request_id: str) -> AsyncIterator[str]:
    ends_at = time.monotonic() + LIFETIME_S
    async with aclosing(follower.statuses(task_id)) as statuses:
        try:
            async for status in with_pauses(statuses, HEARTBEAT_S):
                yield event("status", status_body(status), etag_of(status)) if status else HEARTBEAT
                if time.monotonic() > ends_at:
                    return
        except PdfParserError as exc:
            yield event("problem", problem_body(exc, request_id).model_dump(exclude_none=True))
