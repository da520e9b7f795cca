"""GET /result/{task_id}: the files of a finished run."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from api.archive import zip_of
from api.downloads import FILES, ZIP_TYPE, Format, deliver, download_headers
from api.problems import problems
from api.services import Services, ServicesDep
from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.run import RunState
from pdf_parser.errors import (
    EngineUnavailable,
    InvalidOptions,
    ObjectNotFound,
    RunExpired,
    RunHasFailed,
    RunNotFinished,
    RunNotFound,
    StepOutputMissing,
    StorageUnavailable,
)

router = APIRouter(tags=["runs"])

_EXAMPLES: dict[Format, Any] = {
    Format.MD: "# Annual report\n\nRevenue rose…\n",
    Format.JSONL: '{"kind": "heading", "page": 1, "text": "Annual report", …}\n',
    Format.HTML: "<!doctype html>…",
    Format.TABLES: {"tables": [{"page": 3, "json": "0001.json"}]},
}
_CONTENT: dict[str, Any] = {
    **{FILES[form][1].partition(";")[0]: {"example": example} for form, example in _EXAMPLES.items()},
    ZIP_TYPE: {"schema": {"type": "string", "format": "binary"}, "example": "PK…"},
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file itself, where the store is a folder; the ZIP always.", "content": _CONTENT},
    302: {
        "description": "Where the file is: a presigned URL of the bucket.",
        "headers": {"Location": {"schema": {"type": "string"}}},
    },
    **problems(
        RunNotFound,
        ObjectNotFound,
        RunNotFinished,
        RunHasFailed,
        RunExpired,
        InvalidOptions,
        StepOutputMissing,
        StorageUnavailable,
        EngineUnavailable,
    ),
}
Wanted = Annotated[Format, Query(alias="format", description="Which file of the result; zip is all of them.")]


@router.get("/result/{task_id}", response_class=Response, responses=_RESPONSES)
async def result(task_id: str, services: ServicesDep, wanted: Wanted = Format.MD) -> Response:
    """A file of the result: Markdown, or what `format` says; `tables` is the index of the table files.

        curl -L $HOST/result/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2 -o document.md
        curl -L "$HOST/result/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2?format=zip" -o document.zip

    With a bucket the answer leads to a presigned URL (302), so that no bytes pass this service; a folder's files and
    the ZIP are sent by it. 409 while the run has not finished, and when it has failed; 410 when it has expired.
    """
    key = await _key(task_id, services)
    if wanted is Format.ZIP:
        return await _zip(task_id, key, services)
    name, media_type = FILES[wanted]
    return await deliver(services.store, layout.result(key, name), media_type, services.settings.presign_expires_s)


async def _key(task_id: str, services: Services) -> CacheKey:
    status = await services.runs.find(task_id)
    if not status.state.is_final:
        raise RunNotFinished
    if status.state is RunState.FAILED:
        raise RunHasFailed(f"The run has failed with {status.error}. {RunHasFailed.user_action()}")
    key = await services.runs.cache_key(task_id)
    if key is None:
        raise StepOutputMissing
    return key


async def _zip(task_id: str, key: CacheKey, services: Services) -> Response:
    manifest = await services.records.manifest(key)
    if manifest is None:
        raise ObjectNotFound
    pieces = zip_of(services.store, key, manifest)
    return StreamingResponse(pieces, media_type=ZIP_TYPE, headers=download_headers(f"{task_id}.zip"))
