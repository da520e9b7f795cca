"""`pdf-parser serve`: the API under uvicorn, with the engine that the settings name."""

from __future__ import annotations

import os


def serve(host: str, port: int, dev: bool) -> int:
    import uvicorn

    if dev:
        os.environ.setdefault("LOG_FORMAT", "text")
        os.environ.setdefault("SOURCE_FILE_ROOTS", "/")
        os.environ.setdefault("SOURCE_HTTP", "true")
        os.environ.setdefault("SOURCE_PRIVATE_NETWORKS", "127.0.0.0/8,::1")
    uvicorn.run("api.main:make_app", factory=True, host=host, port=port, log_config=None)
    return 0
