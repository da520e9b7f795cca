"""An ASGI app on a socket, in the event loop of the test: it can go away and come back at the same address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from tests.e2e.service import free_port


class Served:
    """`make_app` is called at each start."""

    def __init__(self, make_app: Callable[[], ASGIApp]) -> None:
        self._make_app = make_app
        self._port = free_port()
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        config = uvicorn.Config(
            self._make_app(), host="127.0.0.1", port=self._port, log_config=None, timeout_graceful_shutdown=0
        )
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            assert not self._task.done(), "the server did not start"
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Open connections are cut."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task
