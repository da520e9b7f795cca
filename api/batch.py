"""Many submissions in one request: each is accepted or refused by itself."""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic import ValidationError

from api.answers import accepted
from api.errors import field_errors, problem_body
from api.schemas import BatchItem, UploadRequest
from api.submitting import Submitting
from pdf_parser.errors import InvalidOptions, PdfParserError


async def submit_all(items: list[Any], submitting: Submitting, request_id: str, key: str | None) -> list[BatchItem]:
    """In the order of the items. With a key, the n-th item has "key/n", so that the batch can be sent again."""
    keys = [f"{key}/{n}" if key else None for n in range(len(items))]
    work = (_submit(item, submitting, request_id, key) for item, key in zip(items, keys, strict=True))
    return await asyncio.gather(*work)


async def _submit(item: Any, submitting: Submitting, request_id: str, key: str | None) -> BatchItem:
    try:
        task_id = await submitting.submit(UploadRequest.model_validate(item), request_id, key)
    except ValidationError as exc:
        errors = field_errors(exc.errors())
        return BatchItem(problem=problem_body(InvalidOptions("The item is not valid."), request_id, errors))
    except PdfParserError as exc:
        return BatchItem(problem=problem_body(exc, request_id))
    return BatchItem(accepted=accepted(task_id))
