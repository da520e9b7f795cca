"""Where callers put their own bytes: into the bucket by a signed URL, or past this service into a folder store.

For a folder a ticket in the store is what a signature is for a bucket: it says how many bytes may come, until when, and
under which unguessable name; it is gone after use. So no key has to be kept, and every API process honours it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from pydantic import ValidationError

from api.runs import utc_now
from api.schemas import UploadUrl, UploadUrlRequest
from api.task_id import is_upload_id, new_upload_id
from pdf_parser.domain import layout
from pdf_parser.domain.base import Model
from pdf_parser.errors import IncompleteUpload, ObjectNotFound, SourceTooLarge, UploadExpired
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore

PDF = "application/pdf"
SOURCE_URL = "store://{}"  # read by pdf_parser.storage.sources.store
WRITE_BYTES = 1 << 20


class Ticket(Model):
    size_bytes: int
    expires_at: datetime


class Uploads:
    def __init__(self, store: ObjectStore, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._limit_bytes = settings.max_source_bytes
        self._expires_s = settings.presign_expires_s
        self._clock = clock

    async def offer(self, wanted: UploadUrlRequest) -> UploadUrl:
        """Where to put the bytes, or that they are known. Raises SourceTooLarge."""
        if wanted.size_bytes > self._limit_bytes:
            raise SourceTooLarge(f"{wanted.size_bytes} bytes are more than {self._limit_bytes}. Split the file.")
        if wanted.sha256 and await self._is_known(wanted.sha256, wanted.size_bytes):
            return UploadUrl(source_url=SOURCE_URL.format(layout.source(wanted.sha256)), upload_url=None)
        upload_id, expires_at = new_upload_id(), self._clock() + timedelta(seconds=self._expires_s)
        key = layout.upload(upload_id)
        signed = await asyncio.to_thread(self._store.presign_put, key, wanted.size_bytes, PDF, self._expires_s)
        if signed is None:
            await self._write_ticket(upload_id, Ticket(size_bytes=wanted.size_bytes, expires_at=expires_at))
        return UploadUrl(
            source_url=SOURCE_URL.format(key),
            upload_url=signed.url if signed else f"/uploads/{upload_id}",
            headers=dict(signed.headers) if signed else {"Content-Type": PDF},
            expires_at=expires_at,
        )

    async def take(self, upload_id: str, body: AsyncIterator[bytes]) -> str:
        """Stores the bytes and gives the URL of the source.

        Raises UploadExpired, SourceTooLarge for more bytes than the ticket is for, IncompleteUpload for fewer.
        """
        ticket = await self._ticket(upload_id)
        key = layout.upload(upload_id)
        with NamedTemporaryFile(prefix="pdf-parser-upload-") as file:
            try:
                time_left_s = (ticket.expires_at - self._clock()).total_seconds()
                await asyncio.wait_for(_receive(body, file, ticket.size_bytes), time_left_s)
            except asyncio.TimeoutError as exc:
                raise UploadExpired from exc
            await asyncio.to_thread(self._store.put_file, key, Path(file.name), PDF)
        await asyncio.to_thread(self._store.delete, layout.upload_ticket(upload_id))
        return SOURCE_URL.format(key)

    async def _is_known(self, sha256: str, size_bytes: int) -> bool:
        """A caller who knows the hash but not the size has not got the file."""
        info = await asyncio.to_thread(self._store.head, layout.source(sha256))
        return info is not None and info.size_bytes == size_bytes

    async def _write_ticket(self, upload_id: str, ticket: Ticket) -> None:
        data = ticket.model_dump_json().encode()
        await asyncio.to_thread(self._store.put, layout.upload_ticket(upload_id), data, "application/json")

    async def _ticket(self, upload_id: str) -> Ticket:
        try:
            if not is_upload_id(upload_id):
                raise UploadExpired
            data = await asyncio.to_thread(self._store.get, layout.upload_ticket(upload_id))
            ticket = Ticket.model_validate_json(data)
        except (ObjectNotFound, ValidationError) as exc:
            raise UploadExpired from exc
        if ticket.expires_at <= self._clock():
            raise UploadExpired
        return ticket


async def _receive(body: AsyncIterator[bytes], file: IO[bytes], size_bytes: int) -> None:
    received, waiting = 0, bytearray()
    async for piece in body:
        received += len(piece)
        if received > size_bytes:
            raise SourceTooLarge(f"More than the {size_bytes} bytes that were announced. {UploadExpired.user_action()}")
        waiting += piece
        if len(waiting) >= WRITE_BYTES:
            await asyncio.to_thread(file.write, bytes(waiting))
            waiting.clear()
    if received < size_bytes:
        raise IncompleteUpload(f"{received} bytes came, {size_bytes} were announced. {IncompleteUpload.user_action()}")
    await asyncio.to_thread(file.write, bytes(waiting))
    await asyncio.to_thread(file.flush)
