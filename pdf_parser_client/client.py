"""The blocking client."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx

from pdf_parser_client import talks
from pdf_parser_client.asking import Came, Digest, Pause, Send, Talk, Todo
from pdf_parser_client.models import Parsed, Status, TaskPage

T = TypeVar("T")


class Client:
    """Threads may share it. Every method raises ApiError or one of its subclasses, and ServiceUnreachable.

    A busy service (429, 502, 503, 504) is asked again when it says; `transport` and `sleep` are for tests.
    """

    def __init__(
        self,
        base_url: str = "http://localhost:8000",
        api_key: str | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = httpx.Client(follow_redirects=True, transport=transport)
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._sleep = sleep

    def submit(self, url: str, *, idempotency_key: str | None = None, **options: Any) -> str:
        """The task id of a new run for the PDF at `url`; `options` are those of POST /upload: parser, mode, pages…"""
        return self._run(talks.submit(url, options, idempotency_key))

    def status(self, task_id: str) -> Status:
        return self._run(talks.status(task_id))

    def wait(
        self, task_id: str, timeout_s: float | None = None, on_status: Callable[[Status], None] | None = None
    ) -> Status:
        """The final status; `on_status` is told of each on the way. Raises StillRunning after `timeout_s`."""
        return self._run(talks.wait(task_id, timeout_s, on_status))

    def result(self, task_id: str, format: str = "md") -> bytes:
        """A file of the result: md, jsonl, html, chunks, tables, ledger, manifest, or all of them as zip."""
        return self._run(talks.result(task_id, format))

    def cancel(self, task_id: str) -> Status:
        """Harmless to repeat. Raises RunFinished."""
        return self._run(talks.cancel(task_id))

    def retry(self, task_id: str) -> None:
        """Runs what failed again. Raises RunNotFailed."""
        self._run(talks.retry(task_id))

    def list(self, **filters: Any) -> TaskPage:
        """One page, newest first: state, parser, tag, created_after, created_before, limit, cursor."""
        return self._run(talks.list_tasks(filters))

    def upload_file(self, path: str | Path) -> str:
        """Sends a local file, unless the service has its bytes already; gives the URL to submit."""
        return self._run(talks.upload_file(Path(path)))

    def parse(
        self,
        source: str | Path,
        timeout_s: float | None = None,
        on_status: Callable[[Status], None] | None = None,
        **options: Any,
    ) -> Parsed:
        """A local file or a URL, all the way to Markdown. Raises RunFailed, or StillRunning after `timeout_s`."""
        return self._run(talks.parse(source, options, timeout_s, on_status))

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _run(self, talk: Talk[T]) -> T:
        came: Came = None
        while True:
            try:
                todo = talk.send(came)
            except StopIteration as end:
                value: T = end.value
                return value
            came = self._do(todo)

    def _do(self, todo: Todo) -> Came:
        if isinstance(todo, Pause):
            self._sleep(todo.seconds)
            return None
        if isinstance(todo, Digest):
            return sha256_of(todo.path)
        try:
            return self._send(todo)
        except httpx.TransportError as exc:
            return exc

    def _send(self, send: Send) -> httpx.Response:
        if send.file is None:
            return self._http.request(**arguments(send, self._base_url, self._headers))
        with send.file.open("rb") as content:
            return self._http.request(**arguments(send, self._base_url, self._headers), content=content)


def arguments(send: Send, base_url: str, headers: dict[str, str]) -> dict[str, Any]:
    """For httpx. A URL of another host gets no credentials: a bucket would refuse a request that has two kinds."""
    is_ours = send.path.startswith("/")
    return {
        "method": send.method,
        "url": base_url + send.path if is_ours else send.path,
        "json": send.json,
        "params": dict(send.params) or None,
        "headers": {**send.headers, **(headers if is_ours else {})},
        "timeout": httpx.Timeout(send.timeout_s, connect=10.0),
    }


def sha256_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()
