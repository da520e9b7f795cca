"""`pdf-parser submit | status | result | cancel | list`: a service somewhere else, by its client."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from api.cli.progress_bar import stage_bars
from pdf_parser_client import Client, Status
from pdf_parser_client.errors import ApiError, ClientError


@dataclass(frozen=True)
class Service:
    url: str
    api_key: str | None
    as_json: bool


def with_client(service: Service, work: Callable[[Client], int]) -> int:
    """Exit code 1 for what the service refuses, with what can be done about it."""
    try:
        with Client(service.url, service.api_key) as client:
            return work(client)
    except ApiError as exc:
        Console(stderr=True).print(f"[red]{exc.code}[/]: {exc} {exc.user_action}", highlight=False)
    except ClientError as exc:
        Console(stderr=True).print(f"[red]{type(exc).__name__}[/]: {exc}", highlight=False)
    return 1


def submit(client: Client, service: Service, sources: Sequence[str], options: dict[str, Any], wait: bool) -> int:
    """One task id per line on stdout, in the order of the sources; with `wait` the final statuses."""
    ids = [client.submit(_url(client, source), **options) for source in sources]
    if not wait:
        sys.stdout.writelines(f"{task_id}\n" for task_id in ids)
        return 0
    return follow(client, service, ids)


def follow(client: Client, service: Service, ids: Sequence[str]) -> int:
    """A live bar per run on stderr until all have finished; exit code 1 when one has failed."""
    finished = []
    with stage_bars(quiet=service.as_json) as bars:
        shown = {task_id: bars.add_task(task_id, total=100, stage="") for task_id in ids}
        for task_id in ids:
            finished.append(client.wait(task_id, on_status=lambda status: _show(bars, shown, status)))
    for status in finished:
        _tell(status, service)
    return 0 if all(status.succeeded for status in finished) else 1


def show_status(client: Client, service: Service, task_id: str, wait: bool) -> int:
    if wait:
        return follow(client, service, [task_id])
    _tell(client.status(task_id), service)
    return 0


def save_result(client: Client, task_id: str, form: str, out: Path | None) -> int:
    data = client.result(task_id, form)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(data)
    return 0


def cancel(client: Client, service: Service, ids: Sequence[str]) -> int:
    for task_id in ids:
        _tell(client.cancel(task_id), service)
    return 0


def list_runs(client: Client, service: Service, filters: dict[str, Any], limit: int) -> int:
    """The newest `limit` runs that suit, over as many pages as that takes."""
    table = Table("task", "state", "created", "source", "tags", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    left, cursor = limit, None
    while left > 0:
        page = client.list(**filters, limit=min(left, 100), cursor=cursor)
        for task in page.tasks:
            if service.as_json:
                sys.stdout.write(json.dumps(vars(task), ensure_ascii=False) + "\n")
            state = f"{task.state}: {task.error}" if task.error else f"{task.state} {task.progress} %"
            table.add_row(task.task_id, state, task.created_at[:19], task.source, " ".join(task.tags))
        left, cursor = left - len(page.tasks), page.next
        if cursor is None:
            break
    if not service.as_json:
        Console().print(table)
    return 0


def _url(client: Client, source: str) -> str:
    return source if "://" in source else client.upload_file(source)


def _tell(status: Status, service: Service) -> None:
    if service.as_json:
        sys.stdout.write(json.dumps({"task_id": status.task_id, **status.raw}, ensure_ascii=False) + "\n")
        return
    told = status.result_key or (f"{status.error}: {status.message}" if status.error else status.stage) or ""
    sys.stdout.write(f"{status.task_id} {status.state} {status.progress} % {told}\n")


def _show(bars: Progress, shown: dict[str, TaskID], status: Status) -> None:
    stage = status.state if status.is_final else status.stage or status.state
    bars.update(shown[status.task_id], completed=status.progress, stage=stage)
