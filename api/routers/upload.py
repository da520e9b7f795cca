"""POST /upload: from the URL of a PDF to a run."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from api.answers import accepted
from api.errors import correlation_id
from api.problems import problems
from api.schemas import ACCEPTED_EXAMPLE, UploadAccepted, UploadRequest
from api.services import ServicesDep
from pdf_parser.errors import (
    CallbackRefused,
    EngineUnavailable,
    IdempotencyKeyReused,
    InvalidOptions,
    InvalidWorkflow,
    QueueFull,
    SourceForbidden,
    StorageUnavailable,
)

router = APIRouter(tags=["runs"])

_JSON = {"application/json": {"example": ACCEPTED_EXAMPLE}}
_ACCEPTED = {"description": "The run has been submitted.", "content": _JSON}
PROBLEMS = problems(
    InvalidOptions,
    IdempotencyKeyReused,
    SourceForbidden,
    CallbackRefused,
    QueueFull,
    StorageUnavailable,
    EngineUnavailable,
    InvalidWorkflow,
)
IdempotencyKey = Annotated[
    str | None, Header(min_length=1, max_length=255, description="The same key and body again: the same run again.")
]


@router.post("/upload", status_code=202, responses={202: _ACCEPTED, **PROBLEMS})
async def upload(
    body: UploadRequest,
    services: ServicesDep,
    request: Request,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> UploadAccepted:
    """Starts a run for the PDF at `url` and answers at once; poll `GET /status/{task_id}` for the result.

        curl -X POST $HOST/upload -H 'Content-Type: application/json' \\
             -d '{"url": "s3://reports/2025/annual.pdf", "parser": "auto", "pages": "1-5,9"}'

    The bytes never pass this service: the run fetches them from S3, MinIO or a (presigned) https URL. What the URL
    alone shows to be wrong is refused here; a source that does not exist fails the run. `callback` is sent the events
    of the run, signed, each until it has been taken. With MAX_Q unfinished runs the answer is 429 with Retry-After.

    With an Idempotency-Key the request can be sent again without starting a second run;
    the key holds for TASK_TTL_HOURS, and another body under it is refused.

    Bytes that were parsed before with the same options need no run: `/status` says `succeeded`, `cached` at once. They
    are known by `sha256`, or by the object's checksum or ETag.
    """
    task_id = await services.submitting.submit(body, correlation_id(request), idempotency_key)
    answer = accepted(task_id)
    response.headers["Location"] = answer.status_url
    return answer
