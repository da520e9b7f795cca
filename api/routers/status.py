"""GET /status/{task_id}: how a run is doing, and where its result is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from api.answers import status_body
from api.problems import problems
from api.services import ServicesDep
from pdf_parser.domain.run import RunStatus
from pdf_parser.errors import EngineUnavailable, RunNotFound, StorageUnavailable

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
_OK = {"description": "The run as it is now.", "content": {"application/json": {"examples": _EXAMPLES}}}
_PROBLEMS = problems(RunNotFound, StorageUnavailable, EngineUnavailable)


@router.get("/status/{task_id}", response_model=RunStatus, responses={200: _OK, **_PROBLEMS})
async def status(task_id: str, services: ServicesDep) -> JSONResponse:
    """The state of a run: `pending`, `running`, `succeeded` or `failed`, all with HTTP 200.

        curl $HOST/status/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2

    `progress` is a percentage that never falls and is 100 only on success; `stage` names the step under way. A
    succeeded run has `result_key` (Markdown) and one of `table_keys` per table; a failed one has `error`, a name
    that programs can decide by, and `error_detail` for people. Fields that are not known yet are left out. A finished
    run is known for TASK_TTL_HOURS, then 404.
    """
    return JSONResponse(status_body(await services.runs.status(task_id)))
