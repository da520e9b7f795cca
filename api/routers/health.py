"""GET /health for people and alarms, /livez for whoever restarts processes, /readyz for whoever routes to them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.problems import problems
from api.schemas import Health
from api.services import ServicesDep
from pdf_parser.errors import StorageUnavailable

router = APIRouter(tags=["operation"])

_QUEUE = {"pending": 2, "unfinished": 7, "max": 100}
_OK: dict[str, Any] = {
    "status": "ok",
    "engine": {"status": "ok", "name": "local"},
    "queue": _QUEUE,
    "storage": {"status": "ok"},
}
_DOWN = {"status": "down", "error": "StorageUnavailable", "message": "No answer within 2 s."}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Everything answers.", "content": {"application/json": {"example": _OK}}},
    503: {
        "description": "Something does not answer; it is named.",
        "model": Health,
        "content": {"application/json": {"example": {**_OK, "status": "degraded", "storage": _DOWN}}},
    },
}


@router.get("/health", responses=_RESPONSES, response_model_exclude_none=True)
async def health(services: ServicesDep, response: Response) -> Health:
    """Whether engine and store answer, and how full the queue is: 200 when all is well, 503 otherwise.

        curl $HOST/health

    Each check has two seconds; what fails is named.
    """
    found = await services.health.check()
    response.status_code = 200 if found.status == "ok" else 503
    return found


@router.get(
    "/readyz",
    responses={
        200: {"content": {"application/json": {"example": {"status": "ok"}}}},
        **problems(StorageUnavailable),
    },
)
async def readyz(services: ServicesDep) -> dict[str, str]:
    """Whether requests can be served here: the store answers. 503 otherwise.

        curl $HOST/readyz

    The engine is not asked: without it `/status` still knows finished runs.
    """
    if (failure := await services.health.storage()) is not None:
        raise failure
    return {"status": "ok"}


@router.get("/livez", responses={200: {"content": {"application/json": {"example": {"status": "ok"}}}}})
async def livez() -> dict[str, str]:
    """Whether this process answers, whatever engine and store do: for liveness probes.

        curl $HOST/livez

    A restart mends neither engine nor store, and without them `/status` still knows finished runs.
    """
    return {"status": "ok"}
