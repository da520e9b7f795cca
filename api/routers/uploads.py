"""POST /uploads: where a caller can put a PDF that lies nowhere yet. PUT: the place itself, for a folder store."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.problems import problems
from api.schemas import UploadStored, UploadUrl, UploadUrlRequest
from api.services import ServicesDep
from pdf_parser.errors import IncompleteUpload, InvalidOptions, SourceTooLarge, StorageUnavailable, UploadExpired

router = APIRouter(tags=["runs"])

_SOURCE = "store://work/uploads/7k2m9x4c8v1b6n3q5w0e7r2t4y.pdf"
_NEW: dict[str, Any] = {
    "source_url": _SOURCE,
    "upload_url": "https://bucket.s3.amazonaws.com/work/uploads/7k2m….pdf?X-Amz-Signature=…",
    "method": "PUT",
    "headers": {"Content-Length": "48213", "Content-Type": "application/pdf"},
    "expires_at": "2026-11-24T10:00:00Z",
}
_KNOWN: dict[str, Any] = {
    "source_url": "store://sources/9f86d0….pdf",
    "upload_url": None,
    "method": "PUT",
    "headers": {},
}
_OFFER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Where the bytes go, or that they are known.",
        "content": {"application/json": {"examples": {"new": {"value": _NEW}, "known": {"value": _KNOWN}}}},
    },
    **problems(InvalidOptions, SourceTooLarge, StorageUnavailable),
}
_STORED: dict[int | str, dict[str, Any]] = {
    201: {
        "description": "The bytes are stored.",
        "content": {"application/json": {"example": {"source_url": _SOURCE}}},
    },
    **problems(UploadExpired, SourceTooLarge, IncompleteUpload, StorageUnavailable),
}
_BYTES = {
    "requestBody": {
        "required": True,
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7…"}},
    }
}


@router.post("/uploads", responses=_OFFER)
async def offer_upload(body: UploadUrlRequest, services: ServicesDep) -> UploadUrl:
    """A URL to PUT a PDF to, and the one to send to `POST /upload` afterwards.

        curl -X POST $HOST/uploads -H 'Content-Type: application/json' -d '{"size_bytes": 48213}'
        curl -X PUT --upload-file a.pdf -H 'Content-Type: application/pdf' "$UPLOAD_URL"

    With a bucket the URL is presigned for exactly that size and type, and the bytes never pass this service. With a
    folder it is a path here, good for one upload. Both expire after PRESIGN_EXPIRES_S. With `sha256`, bytes that the
    service knows need no upload: `upload_url` is null.
    """
    return await services.uploads.offer(body)


@router.put("/uploads/{upload_id}", status_code=201, responses=_STORED, openapi_extra=_BYTES)
async def take_upload(upload_id: str, request: Request, services: ServicesDep) -> UploadStored:
    """The bytes of an upload; `POST /uploads` gives the path, where the store is a folder.

        curl -X PUT --upload-file a.pdf -H 'Content-Type: application/pdf' $HOST/uploads/7k2m9x4c8v1b6n3q5w0e7r2t4y

    As many bytes as were announced, once, before it expires. They are streamed to the store.
    """
    return UploadStored(source_url=await services.uploads.take(upload_id, request.stream()))
