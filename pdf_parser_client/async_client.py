"""The client for asyncio: the methods of `Client`, to be awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx

from pdf_parser_client import talks
from pdf_parser_client.asking import Came, Digest, Pause, Send, Talk, Todo
from pdf_parser_client.client import arguments, sha256_of
from pdf_parser_client.models import Parsed, Status, TaskPage

PIECE_BYTES = 1 << 20
T = TypeVar("T")


class AsyncClient:
    """Of one event loop. See `Client` for what each method does and raises."""

    def __init__(
        self,
        base_url: str = "http://localhost:8000",
        api_key: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = httpx.AsyncClient(follow_redirects=True, transport=transport)
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._sleep = sleep

    async def submit(self, url: str, *, idempotency_key: str | None = None, **options: Any) -> str:
        return await self._run(talks.submit(url, options, idempotency_key))

    async def status(self, task_id: str) -> Status:
        return await self._run(talks.status(task_id))

    async def wait(
        self, task_id: str, timeout_s: float | None = None, on_status: Callable[[Status], None] | None = None
    ) -> Status:
        return await self._run(talks.wait(task_id, timeout_s, on_status))

    async def result(self, task_id: str, format: str = "md") -> bytes:
        return await self._run(talks.result(task_id, format))

    async def cancel(self, task_id: str) -> Status:
        return await self._run(talks.cancel(task_id))

    async def retry(self, task_id: str) -> None:
        await self._run(talks.retry(task_id))

    async def list(self, **filters: Any) -> TaskPage:
        return await self._run(talks.list_tasks(filters))

    async def upload_file(self, path: str | Path) -> str:
        return await self._run(talks.upload_file(Path(path)))

    async def parse(
        self,
        source: str | Path,
        timeout_s: float | None = None,
        on_status: Callable[[Status], None] | None = None,
        **options: Any,
    ) -> Parsed:
        return await self._run(talks.parse(source, options, timeout_s, on_status))

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self, talk: Talk[T]) -> T:
        came: Came = None
        while True:
            try:
                todo = talk.send(came)
            except StopIteration as end:
                value: T = end.value
                return value
            came = await self._do(todo)

    async def _do(self, todo: Todo) -> Came:
        if isinstance(todo, Pause):
            await self._sleep(todo.seconds)
            return None
        if isinstance(todo, Digest):
            return await asyncio.to_thread(sha256_of, todo.path)
        try:
            return await self._send(todo)
        except httpx.TransportError as exc:
            return exc

    async def _send(self, send: Send) -> httpx.Response:
        content = _pieces(send.file) if send.file else None
        return await self._http.request(**arguments(send, self._base_url, self._headers), content=content)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield piece
