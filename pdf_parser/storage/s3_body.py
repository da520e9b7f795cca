"""The body of a GET as a file: in pieces, by lines, and with our errors when the connection breaks."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from botocore.response import StreamingBody

READ_BYTES = 256 << 10


class _RawBody(io.RawIOBase):
    def __init__(self, body: StreamingBody, guard: Callable[[], AbstractContextManager[None]]) -> None:
        self._body = body
        self._guard = guard

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        with self._guard():
            chunk = self._body.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)

    def readall(self) -> bytes:
        with self._guard():
            return self._body.read()

    def close(self) -> None:
        self._body.close()
        super().close()


def open_body(body: StreamingBody, guard: Callable[[], AbstractContextManager[None]]) -> io.BufferedReader:
    """`guard` gives a context that translates boto3's errors; every read happens inside one."""
    return io.BufferedReader(_RawBody(body, guard), READ_BYTES)
