"""POST /upload: from the URL of a PDF to a run."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from api.answers import accepted
from api.errors import correlation_id
from api.problems import problems
from api.schemas import ACCEPTED_EXAMPLE, UploadAccepted, UploadRequest
from api.services import ServicesDep
from pdf_parser.errors import (
    CallbackRefused,
    EngineUnavailable,
    InvalidOptions,
    InvalidWorkflow,
    QueueFull,
    SourceForbidden,
    StorageUnavailable,
)
from pdf_parser.events.webhook import check_callback
from pdf_parser.storage.sources import check_source_url

router = APIRouter(tags=["runs"])

_JSON = {"application/json": {"example": ACCEPTED_EXAMPLE}}
_ACCEPTED = {"description": "The run has been submitted.", "content": _JSON}
_PROBLEMS = problems(
    InvalidOptions,
    SourceForbidden,
    CallbackRefused,
    QueueFull,
    StorageUnavailable,
    EngineUnavailable,
    InvalidWorkflow,
)


@router.post("/upload", status_code=202, responses={202: _ACCEPTED, **_PROBLEMS})
async def upload(body: UploadRequest, services: ServicesDep, request: Request, response: Response) -> UploadAccepted:
    """Starts a run for the PDF at `url` and answers at once; poll `GET /status/{task_id}` for the result.

        curl -X POST $HOST/upload -H 'Content-Type: application/json' \\
             -d '{"url": "s3://reports/2025/annual.pdf", "parser": "auto", "pages": "1-5,9"}'

    The bytes never pass this service: the run fetches them from S3, MinIO or a (presigned) https URL. What the URL
    alone shows to be wrong is refused here; a source that does not exist fails the run. `callback` is sent the events
    of the run, signed, each until it has been taken. With MAX_Q unfinished runs the answer is 429 with Retry-After.

    Bytes that were parsed before with the same options need no run: `/status` says `succeeded`, `cached` at once. They
    are known by `sha256`, or by the object's checksum or ETag.
    """
    run = body.as_run(services.settings.default_parser)
    await asyncio.to_thread(check_source_url, run.source, services.settings)
    if run.callback is not None:
        check_callback(run.callback, services.settings)
    seen = await services.known.look(run)
    if seen.result is not None:
        services.metrics.observe_known_upload(seen.result.by)
        task_id = await services.runs.answer(run, seen.result)
    else:
        async with services.gate.admit():
            task_id = await services.runs.submit(run, correlation_id(request), seen.size_bytes)
    answer = accepted(task_id)
    response.headers["Location"] = answer.status_url
    return answer
