"""POST /tasks/{task_id}/retry: run again what failed."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers import accepted
from api.errors import correlation_id
from api.problems import problems
from api.schemas import ACCEPTED_EXAMPLE, UploadAccepted
from api.services import ServicesDep
from pdf_parser.errors import (
    EngineUnavailable,
    InvalidWorkflow,
    QueueFull,
    RetryExpired,
    RunNotFailed,
    RunNotFound,
    StorageUnavailable,
)

router = APIRouter(tags=["runs"])

_ACCEPTED = {"description": "The run goes on.", "content": {"application/json": {"example": ACCEPTED_EXAMPLE}}}
_PROBLEMS = problems(
    RunNotFound, RunNotFailed, RetryExpired, QueueFull, StorageUnavailable, EngineUnavailable, InvalidWorkflow
)


@router.post("/tasks/{task_id}/retry", status_code=202, responses={202: _ACCEPTED, **_PROBLEMS})
async def retry(task_id: str, services: ServicesDep, request: Request, response: Response) -> UploadAccepted:
    """Runs what failed again, under the same task id; poll `GET /status/{task_id}` as after an upload.

        curl -X POST $HOST/tasks/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2/retry

    Steps that went well are kept, and so is every page that is finished: only those that failed are parsed again. The
    state goes from `failed` to `running`, and `progress` begins anew at what is kept; it never falls within one
    attempt. A run that has not failed answers 409; with MAX_Q unfinished runs the answer is 429 with Retry-After. Once
    the workflow is gone the document is submitted anew under the same id, from its source or from the copy in the
    store; 410 when neither can be read any more.
    """
    failed = await services.runs.failed(task_id)
    async with services.gate.admit():
        await services.runs.retry(task_id, failed, correlation_id(request))
    answer = accepted(task_id)
    response.headers["Location"] = answer.status_url
    return answer
