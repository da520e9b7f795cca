"""GET /tasks: the runs of the last days, newest first."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BeforeValidator

from api.listing import Wanted
from api.problems import problems
from api.schemas import Tag, TaskList
from api.services import ServicesDep
from api.task_id import OWN_ID
from pdf_parser.domain.run import RunState
from pdf_parser.errors import EngineUnavailable, InvalidOptions, StorageUnavailable

router = APIRouter(tags=["runs"])

_EXAMPLE: dict[str, Any] = {
    "tasks": [
        {
            "task_id": "pdf-01k8w5q3n7e2v9b4c6d8f0g1h2",
            "state": "failed",
            "error": "EncryptedPdf",
            "source": "s3://reports/2025/annual.pdf",
            "parser": "auto",
            "tags": ["annual", "2025"],
            "created_at": "2026-11-24T09:00:00Z",
            "finished_at": "2026-11-24T09:00:04Z",
            "links": {"self": "/status/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2"},
        }
    ],
    "next": "pdf-01k8w5q3n7e2v9b4c6d8f0g1h2",
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "One page.", "content": {"application/json": {"example": _EXAMPLE}}},
    **problems(InvalidOptions, StorageUnavailable, EngineUnavailable),
}


def _not_a_number(text: str) -> str:
    """pydantic would read "4.5" as seconds since 1970."""
    if "T" not in text.upper():
        raise ValueError("write it as 2026-11-24T00:00:00Z")
    return text


Parser = Annotated[str | None, Query(max_length=64, description="The parser that was asked for.")]
Limit = Annotated[int, Query(ge=1, le=100, description="Most runs on the page.")]
Cursor = Annotated[str | None, Query(pattern=OWN_ID, description="`next` of the page before.")]
Moment = Annotated[AwareDatetime, BeforeValidator(_not_a_number), Query(description="ISO 8601, with its zone.")]
OneTag = Annotated[Tag | None, Query(description="One of the run's tags.")]


@router.get("/tasks", responses=_RESPONSES, response_model_exclude_none=True)
async def tasks(
    services: ServicesDep,
    state: RunState | None = None,
    parser: Parser = None,
    tag: OneTag = None,
    created_after: Moment | None = None,
    created_before: Moment | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> TaskList:
    """What was submitted here and has not expired, newest first; filters can be combined.

        curl "$HOST/tasks?state=failed&tag=annual&created_after=2026-11-24T00:00:00Z"

    `next` is the `cursor` of the next page, and absent on the last. A page costs a bounded number of look-ups, so with
    a rare filter it may be short, even empty, and still have a next one.
    """
    return await services.listing.page(
        Wanted(
            limit=limit,
            cursor=cursor,
            state=state,
            parser=parser,
            tag=tag,
            created_after=created_after,
            created_before=created_before,
        )
    )
