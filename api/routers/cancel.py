"""DELETE /tasks/{task_id}: end a run."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from api.answers import status_body, status_path
from api.cancel import cancel_run
from api.problems import problems
from api.services import ServicesDep
from pdf_parser.domain.run import RunStatus
from pdf_parser.errors import EngineUnavailable, RunExpired, RunFinished, RunNotFound, StorageUnavailable

router = APIRouter(tags=["runs"])

_EXAMPLE = {"state": "failed", "error": "Canceled", "progress": 12}
_OK = {"description": "The run is canceled.", "content": {"application/json": {"example": _EXAMPLE}}}
_UNDER_WAY = {
    "description": "The run is being stopped.",
    "model": RunStatus,
    "content": {"application/json": {"example": {"state": "running", "progress": 12}}},
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: _OK,
    202: _UNDER_WAY,
    **problems(RunNotFound, RunFinished, RunExpired, StorageUnavailable, EngineUnavailable),
}


@router.delete("/tasks/{task_id}", response_model=RunStatus, responses=_RESPONSES)
async def cancel(task_id: str, services: ServicesDep) -> JSONResponse:
    """Stops a run: its state becomes `failed`, its error `Canceled`. Deleting it again changes nothing.

        curl -X DELETE $HOST/tasks/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2

    200 when it has ended, 202 while its pods still do; poll `GET /status/{task_id}`. Pages that are finished are kept,
    so `POST /tasks/{task_id}/retry` goes on where it ended. A run that has finished by itself answers 409.
    """
    status = await cancel_run(task_id, services.runs, services.client, services.records)
    code = 200 if status.state.is_final else 202
    return JSONResponse(status_body(status), code, {"Location": status_path(task_id)})
