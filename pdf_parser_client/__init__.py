"""The client of a pdf-parser service: submit PDFs, follow their runs, fetch what comes out. Needs httpx alone.

    from pdf_parser_client import Client

    with Client("http://localhost:8000") as client:
        print(client.parse("report.pdf").markdown)

`AsyncClient` has the same methods, to be awaited.
"""

from pdf_parser_client.async_client import AsyncClient
from pdf_parser_client.client import Client
from pdf_parser_client.errors import (
    ApiError,
    EngineUnavailable,
    InvalidOptions,
    QueueFull,
    RunExpired,
    RunFailed,
    RunFinished,
    RunNotFailed,
    RunNotFinished,
    RunNotFound,
    ServiceUnreachable,
    SourceForbidden,
    SourceTooLarge,
    StillRunning,
    StorageUnavailable,
)
from pdf_parser_client.models import Parsed, Status, Task, TaskPage

__all__ = [
    "ApiError",
    "AsyncClient",
    "Client",
    "EngineUnavailable",
    "InvalidOptions",
    "Parsed",
    "QueueFull",
    "RunExpired",
    "RunFailed",
    "RunFinished",
    "RunNotFailed",
    "RunNotFinished",
    "RunNotFound",
    "ServiceUnreachable",
    "SourceForbidden",
    "SourceTooLarge",
    "Status",
    "StillRunning",
    "StorageUnavailable",
    "Task",
    "TaskPage",
]
