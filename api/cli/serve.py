"""`pdf-parser serve`: the API under uvicorn, with the engine that the settings name. `fake-argo`: an engine to name."""

from __future__ import annotations

import os

SHUTDOWN_S = 10  # then long polls and event streams are cut; their callers come again


def serve(host: str, port: int, dev: bool) -> int:
    import uvicorn

    if dev:
        _relax()
    uvicorn.run(
        "api.main:make_app",
        factory=True,
        host=host,
        port=port,
        log_config=None,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    return 0


def serve_fake_argo(host: str, port: int, token: str, dev: bool) -> int:
    from pdf_parser.observability.log import setup_logging
    from pdf_parser.settings import Settings
    from pipelines.fake_argo.serve import serve

    if dev:
        _relax()
    setup_logging(Settings())
    return serve(host, port, token)


def _relax() -> None:
    """What is handy on one's own machine; steps inherit it."""
    os.environ.setdefault("LOG_FORMAT", "text")
    os.environ.setdefault("SOURCE_FILE_ROOTS", "/")
    os.environ.setdefault("SOURCE_HTTP", "true")
    os.environ.setdefault("SOURCE_PRIVATE_NETWORKS", "127.0.0.0/8,::1")
