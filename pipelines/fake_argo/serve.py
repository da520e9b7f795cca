"""`pdf-parser fake-argo`: the embedded engine as if it were an Argo cluster, for clients that speak to one."""

from __future__ import annotations

import asyncio
from typing import Any

import yaml

from pdf_parser.settings import Settings
from pipelines.compile import templates_dir
from pipelines.fake_argo.app import FakeArgo
from pipelines.local.client import local_client

PORT = 2746
CLOSE_S = 2  # watches stay open; nobody waits for them longer


def serve(host: str, port: int, token: str) -> int:
    asyncio.run(_serve(host, port, token))
    return 0


async def _serve(host: str, port: int, token: str) -> None:
    import uvicorn

    settings = Settings()
    engine = local_client(settings)
    try:
        fake = FakeArgo(engine, read_templates(), (token,) if token else (), settings.argo_namespace)
        config = uvicorn.Config(fake.app(), host=host, port=port, log_config=None, timeout_graceful_shutdown=CLOSE_S)
        await uvicorn.Server(config).serve()
    finally:
        await engine.close()


def read_templates() -> dict[str, dict[str, Any]]:
    """The compiled templates by name."""
    documents = [
        document
        for path in sorted(templates_dir().glob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        if document and document.get("kind") == "WorkflowTemplate"
    ]
    return {document["metadata"]["name"]: document for document in documents}
