"""Puts the web tier together. Everything it depends on is handed in, so tests hand in fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.docs import add_docs
from api.errors import install_error_handlers
from api.middleware import BodyLimit, CorrelationId, Measure, Trace
from api.problems import DocumentedApp
from api.routers import (
    batch,
    cancel,
    capabilities,
    events,
    health,
    metrics,
    parse,
    result,
    retry,
    status,
    tasks,
    upload,
    uploads,
)
from api.services import Services
from pdf_parser.observability.trace import open_tracer
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pipelines.client import WorkflowClient

ROUTERS = (upload, batch, parse, uploads, status, events, result, tasks, cancel, retry, capabilities, health, metrics)
VERSION = "/v1"

DESCRIPTION = """Turns PDFs into Markdown, JSONL, table files and chunks.

Send the URL of a PDF to `POST /upload`, then poll `GET /status/{task_id}` until it says `succeeded` or `failed`.
Every error is `application/problem+json` with a `code`. Every path is there below `/v1` as well.
"""


def create_app(settings: Settings, client: WorkflowClient, store: ObjectStore) -> FastAPI:
    """The app closes `client` when it shuts down."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with services.reconciler.running(), services.sweeper.running(settings.event_sweep_s):
            yield
        await client.close()
        await asyncio.to_thread(tracer.close)

    tracer = open_tracer(settings, "pdf-parser-api")
    services = Services.build(settings, client, store)
    app = DocumentedApp(title="pdf-parser", description=DESCRIPTION, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.services = services
    for room in ROUTERS:
        app.include_router(room.router)
        app.include_router(room.router, prefix=VERSION, include_in_schema=False)  # the same, by a name that stays
    add_docs(app)
    install_error_handlers(app, settings.retry_after_s)
    app.add_middleware(BodyLimit)  # innermost
    app.add_middleware(Measure, metrics=services.metrics)
    app.add_middleware(Trace, tracer=tracer)
    app.add_middleware(CorrelationId)
    return app
