"""GET /status/{task_id}: how a run is doing, and where its result is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from starlette.responses import JSONResponse, Response

from api.answers import etag_of, retry_after_s, status_body
from api.conditional import first_tag, has_tag
from api.problems import problems
from api.runs import utc_now
from api.services import ServicesDep
from pdf_parser.domain.run import RunStatus
from pdf_parser.errors import EngineUnavailable, InvalidOptions, RunNotFound, StorageUnavailable

router = APIRouter(tags=["runs"])

_RESULT = "s3://bucket/results/<sha256>/<fingerprint>"
_EXAMPLES: dict[str, dict[str, Any]] = {
    "pending": {"value": {"state": "pending", "progress": 0}},
    "running": {
        "value": {
            "state": "running",
            "progress": 68,
            "stage": "parse-shard",
            "pages": {"total": 64, "done": 50},
            "cached": False,
        }
    },
    "succeeded": {
        "value": {
            "state": "succeeded",
            "result_key": f"{_RESULT}/document.md",
            "table_keys": [f"{_RESULT}/tables/0001.json"],
            "progress": 100,
            "partial": False,
            "failed_pages": [],
        }
    },
    "failed": {
        "value": {
            "state": "failed",
            "error": "OutOfMemory",
            "progress": 12,
            "error_detail": {
                "code": "OutOfMemory",
                "message": "Parsing ran out of memory.",
                "retryable": True,
                "user_action": "Raise the memory limit or lower the batch size.",
                "phase": "parse-shard",
            },
        }
    },
}
_HEADERS = {
    "ETag": {"description": "Names this status.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds until the next poll, while unfinished.", "schema": {"type": "integer"}},
}
_OK = {
    "description": "The run as it is now.",
    "headers": _HEADERS,
    "content": {"application/json": {"examples": _EXAMPLES}},
}
_SAME = {"description": "It is still as If-None-Match says.", "headers": _HEADERS}
_PROBLEMS = problems(RunNotFound, InvalidOptions, StorageUnavailable, EngineUnavailable)
MAX_WAIT_S = 60

Wait = Annotated[int, Query(ge=0, le=MAX_WAIT_S, description="Seconds to wait for a change.")]
SeenTags = Annotated[str | None, Header(description="ETags of statuses that the caller has seen.")]


@router.get("/status/{task_id}", response_model=RunStatus, responses={200: _OK, 304: _SAME, **_PROBLEMS})
async def status(task_id: str, services: ServicesDep, wait: Wait = 0, if_none_match: SeenTags = None) -> Response:
    """The state of a run: `pending`, `running`, `succeeded` or `failed`, all with HTTP 200.

        curl $HOST/status/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2
        curl "$HOST/status/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2?wait=60" -H 'If-None-Match: "5d41…"'

    `progress` is a percentage that never falls and is 100 only on success; `stage` names the step under way. A
    succeeded run has `result_key` (Markdown) and one of `table_keys` per table; a failed one has `error`, a name
    that programs can decide by, and `error_detail` for people. Fields that are not known yet are left out. A finished
    run is known for TASK_TTL_HOURS, then 404.

    With `wait` the answer comes as soon as the status is not the one of If-None-Match (without it: not the one when
    the request came), or when the run has finished; after `wait` seconds it comes as it is. 304 says that nothing has
    changed. `Retry-After` is a good pause before the next poll.
    """
    found = await services.follower.wait(task_id, first_tag(if_none_match), wait)
    headers = {"ETag": etag_of(found), "Cache-Control": "no-cache"}
    if not found.state.is_final:
        headers["Retry-After"] = str(retry_after_s(found, utc_now()))
    if has_tag(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return JSONResponse(status_body(found), headers=headers)
