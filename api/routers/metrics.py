"""GET /metrics: for Prometheus."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from api.gpus import used_gpu_memory
from api.health import TIMEOUT_S
from api.services import ServicesDep
from pipelines.client import EngineHealth

router = APIRouter(tags=["operation"])

MEDIA_TYPE = "text/plain; version=0.0.4"
_EXAMPLE = 'error_total{code="OutOfMemory"} 3.0\nqueue_unfinished_runs 7.0\n'
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Prometheus text format.", "content": {"text/plain": {"example": _EXAMPLE}}}
}


@router.get("/metrics", response_class=PlainTextResponse, responses=_RESPONSES)
async def metrics(services: ServicesDep) -> PlainTextResponse:
    """Latency and errors of runs, queue, GPU memory and HTTP traffic of this process.

    curl $HOST/metrics
    """
    engine, gpus = await asyncio.gather(services.health.engine(), used_gpu_memory(TIMEOUT_S))
    services.metrics.observe_engine(engine if isinstance(engine, EngineHealth) else None)
    services.metrics.observe_gpus(gpus)
    return PlainTextResponse(services.metrics.text(), media_type=MEDIA_TYPE)
