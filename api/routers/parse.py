"""POST /parse: a small document, and its result in the same answer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from starlette.responses import JSONResponse

from api.answers import accepted, status_body
from api.errors import correlation_id
from api.prefer import preferred_wait_s
from api.problems import problems
from api.routers.status import MAX_WAIT_S
from api.routers.upload import PROBLEMS, IdempotencyKey
from api.schemas import ACCEPTED_EXAMPLE, UploadAccepted, UploadRequest
from api.services import ServicesDep
from pdf_parser.domain.run import RunStatus
from pdf_parser.errors import RunNotFound

router = APIRouter(tags=["runs"])

DEFAULT_WAIT_S = 30

_FINISHED = {
    "state": "succeeded",
    "result_key": "s3://bucket/results/<sha256>/<fingerprint>/document.md",
    "table_keys": [],
    "progress": 100,
    "links": {"result": "/result/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2"},
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The run has finished.", "content": {"application/json": {"example": _FINISHED}}},
    202: {
        "description": "It takes longer; poll its status.",
        "model": UploadAccepted,
        "content": {"application/json": {"example": ACCEPTED_EXAMPLE}},
    },
    **PROBLEMS,
    **problems(RunNotFound),
}
Prefer = Annotated[str | None, Header(description="wait=N: seconds to wait for the end, 60 at most.")]


@router.post("/parse", response_model=RunStatus, responses=_RESPONSES)
async def parse(
    body: UploadRequest,
    services: ServicesDep,
    request: Request,
    prefer: Prefer = None,
    idempotency_key: IdempotencyKey = None,
) -> JSONResponse:
    """As `POST /upload`, and waits for the end: 200 with the final status, succeeded or failed.

        curl -X POST $HOST/parse -H 'Prefer: wait=60' -H 'Content-Type: application/json' \\
             -d '{"url": "s3://reports/letter.pdf"}'

    For small documents: what takes longer than `wait` (30 seconds when nothing is preferred) answers 202 as an upload
    does, and goes on. `links.result` leads to the Markdown.
    """
    wait_s = preferred_wait_s(prefer, DEFAULT_WAIT_S, MAX_WAIT_S)
    task_id = await services.submitting.submit(body, correlation_id(request), idempotency_key)
    status = await services.follower.finished(task_id, wait_s)
    answer = accepted(task_id)
    headers = {"Location": answer.status_url, "Preference-Applied": f"wait={wait_s}"}
    if status.state.is_final:
        return JSONResponse(status_body(status), 200, headers)
    return JSONResponse(answer.model_dump(), 202, headers)
