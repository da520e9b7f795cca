"""How a file of a result gets to its reader: from the bucket itself where there is one, else through this service."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from enum import Enum

from starlette.responses import RedirectResponse, Response, StreamingResponse

from pdf_parser.domain import layout
from pdf_parser.errors import ObjectNotFound
from pdf_parser.storage.base import ObjectStore

PIECE_BYTES = 256 << 10
ZIP_TYPE = "application/zip"


class Format(str, Enum):
    MD = "md"
    JSONL = "jsonl"
    HTML = "html"
    CHUNKS = "chunks"
    TABLES = "tables"
    LEDGER = "ledger"
    MANIFEST = "manifest"
    ZIP = "zip"


# Name in the result folder, and media type.
FILES: dict[Format, tuple[str, str]] = {
    Format.MD: (layout.DOCUMENT_MD, "text/markdown; charset=utf-8"),
    Format.JSONL: (layout.DOCUMENT_JSONL, "application/x-ndjson"),
    Format.HTML: (layout.DOCUMENT_HTML, "text/html; charset=utf-8"),
    Format.CHUNKS: (layout.CHUNKS, "application/x-ndjson"),
    Format.TABLES: (layout.TABLE_INDEX, "application/json"),
    Format.LEDGER: (layout.LEDGER, "application/x-ndjson"),
    Format.MANIFEST: (layout.MANIFEST, "application/json"),
}


async def deliver(store: ObjectStore, key: str, media_type: str, expires_s: int) -> Response:
    """302 to a presigned URL; of a store without such URLs the bytes, piece by piece. Raises ObjectNotFound."""
    info = await asyncio.to_thread(store.head, key)
    if info is None:
        raise ObjectNotFound(f"The result has no {key.rpartition('/')[2]}.")
    url = await asyncio.to_thread(store.presign, key, expires_s)
    if url.startswith("http"):
        return RedirectResponse(url, 302, {"Cache-Control": "no-store"})
    return StreamingResponse(_pieces(store, key), media_type=media_type, headers=download_headers(key))


def download_headers(name: str) -> dict[str, str]:
    """Offered as a file, never shown: what comes out of a stranger's PDF is not to run as a page of this host."""
    name = name.rpartition("/")[2]
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}


def _pieces(store: ObjectStore, key: str) -> Iterator[bytes]:
    """Blocking: for a thread."""
    with store.open(key) as body:
        while piece := body.read(PIECE_BYTES):
            yield piece
