"""Start here: `uvicorn --factory api.main:make_app`."""

from __future__ import annotations

from fastapi import FastAPI

from api.app import create_app
from pdf_parser.observability.log import setup_logging
from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from pipelines.client import WorkflowClient


def make_app() -> FastAPI:
    settings = Settings()
    setup_logging(settings)
    return create_app(settings, make_client(settings), open_store(settings))


def make_client(settings: Settings) -> WorkflowClient:
    """The engine of ENGINE. Each is imported only when it is chosen."""
    if settings.engine == "stub":
        from pipelines.stub import StubWorkflowClient

        return StubWorkflowClient()
    if settings.engine == "argo":
        from pipelines.argo.client import argo_client

        return argo_client(settings)
    if settings.engine == "kubeflow":
        from pipelines.kubeflow.client import kubeflow_client

        return kubeflow_client(settings)
    from pipelines.local.client import local_client

    return local_client(settings)
