"""POST /upload/batch: many runs with one request."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.answers import accepted
from api.batch import submit_all
from api.errors import correlation_id, problem_body
from api.problems import problems
from api.routers.upload import IdempotencyKey
from api.schemas import BatchAnswer, BatchItem, BatchRequest
from api.services import ServicesDep
from pdf_parser.errors import InvalidOptions, SourceForbidden

router = APIRouter(tags=["runs"])

_ITEMS = [
    BatchItem(accepted=accepted("pdf-01k8w5q3n7e2v9b4c6d8f0g1h2")),
    BatchItem(problem=problem_body(SourceForbidden(), "7f3c0f5f9b3c4d5e")),
]
_EXAMPLE = BatchAnswer(items=_ITEMS).model_dump(exclude_none=True)
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One answer per item, in their order.",
        "content": {"application/json": {"example": _EXAMPLE}},
    },
    **problems(InvalidOptions),
}


@router.post("/upload/batch", responses=_RESPONSES, response_model_exclude_none=True)
async def upload_batch(
    body: BatchRequest, services: ServicesDep, request: Request, idempotency_key: IdempotencyKey = None
) -> BatchAnswer:
    """Up to 100 uploads: each is accepted, or refused with a problem of its own, whatever becomes of the others.

        curl -X POST $HOST/upload/batch -H 'Content-Type: application/json' \\
             -d '{"items": [{"url": "s3://reports/a.pdf"}, {"url": "s3://reports/b.pdf", "parser": "docling"}]}'

    With an Idempotency-Key the same batch can be sent again, to submit only what was refused the first time.
    """
    return BatchAnswer(
        items=await submit_all(body.items, services.submitting, correlation_id(request), idempotency_key)
    )
