"""Every operation of the client, once for both of them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pdf_parser_client.asking import Digest, Send, Talk, ask
from pdf_parser_client.errors import RunFailed, StillRunning
from pdf_parser_client.models import Parsed, Status, Task, TaskPage

LONG_POLL_S = 30
SLACK_S = 30.0  # for the answer itself
PUT_TIMEOUT_S = 3600.0

OnStatus = Callable[[Status], None]


def submit(url: str, options: Mapping[str, Any], idempotency_key: str | None) -> Talk[str]:
    """The task id. With a key of its own a submission can be repeated without parsing anything twice."""
    body = {"url": url, **{name: value for name, value in options.items() if value is not None}}
    key = idempotency_key or uuid.uuid4().hex
    answer = yield from ask(Send("POST", "/upload", json=body, headers={"Idempotency-Key": key}))
    return str(answer.json()["task_id"])


def status(task_id: str) -> Talk[Status]:
    answer = yield from ask(Send("GET", f"/status/{task_id}"))
    return Status.of(task_id, answer.json())


def wait(task_id: str, timeout_s: float | None, on_status: OnStatus | None) -> Talk[Status]:
    """The final status. Raises StillRunning."""
    ends_at = time.monotonic() + timeout_s if timeout_s is not None else float("inf")
    etag: str | None = None
    while (left := ends_at - time.monotonic()) > 0:
        seconds = max(1, int(min(left, LONG_POLL_S)))
        seen = {"If-None-Match": etag} if etag else {}
        send = Send("GET", f"/status/{task_id}", params={"wait": seconds}, headers=seen, timeout_s=seconds + SLACK_S)
        answer = yield from ask(send)
        etag = answer.headers.get("ETag")
        if answer.status_code == 304:
            continue
        found = Status.of(task_id, answer.json())
        if on_status is not None:
            on_status(found)
        if found.is_final:
            return found
    raise StillRunning(f"{task_id} has not finished in {timeout_s} s.")


def result(task_id: str, form: str) -> Talk[bytes]:
    answer = yield from ask(Send("GET", f"/result/{task_id}", params={"format": form}))
    return answer.content


def cancel(task_id: str) -> Talk[Status]:
    answer = yield from ask(Send("DELETE", f"/tasks/{task_id}"))
    return Status.of(task_id, answer.json())


def retry(task_id: str) -> Talk[None]:
    yield from ask(Send("POST", f"/tasks/{task_id}/retry"))


def list_tasks(filters: Mapping[str, Any]) -> Talk[TaskPage]:
    params = {name: value for name, value in filters.items() if value is not None}
    answer = yield from ask(Send("GET", "/tasks", params=params))
    body = answer.json()
    return TaskPage(tuple(map(Task.of, body["tasks"])), body.get("next"))


def upload_file(path: Path) -> Talk[str]:
    """The URL to submit. Bytes that the service knows already are not sent."""
    sha256, size = (yield Digest(path)), path.stat().st_size
    answer = yield from ask(Send("POST", "/uploads", json={"size_bytes": size, "sha256": sha256}))
    body = answer.json()
    if body["upload_url"] is not None:
        headers = {**body["headers"], "Content-Length": str(size)}
        yield from ask(Send("PUT", body["upload_url"], headers=headers, file=path, timeout_s=PUT_TIMEOUT_S))
    return str(body["source_url"])


def parse(
    source: str | Path, options: Mapping[str, Any], timeout_s: float | None, on_status: OnStatus | None
) -> Talk[Parsed]:
    """A file, or a URL that the service can read, all the way to Markdown. Raises RunFailed, StillRunning."""
    is_url = isinstance(source, str) and "://" in source
    url = str(source) if is_url else (yield from upload_file(Path(source)))
    task_id = yield from submit(url, options, None)
    found = yield from wait(task_id, timeout_s, on_status)
    if not found.succeeded:
        raise RunFailed(found)
    markdown = yield from result(task_id, "md")
    return Parsed(task_id, found, markdown.decode())
