"""A stub engine behind an argo-server of ours with faults before it, and an Argo client that knows nothing of that."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pdf_parser.errors import EngineUnavailable
from pdf_parser.settings import Settings
from pipelines.argo.client import ArgoClient, argo_client
from pipelines.client import APP_LABEL, APP_NAME, Submission
from pipelines.fake_argo.app import FakeArgo
from pipelines.fake_argo.serve import read_templates
from pipelines.stub import StubWorkflowClient
from tests.pipelines.argo.faulty import Faults
from tests.served import Served

SOON_S = 30.0
QUICK = {"argo_timeout_s": 0.5, "argo_connect_timeout_s": 1.0, "argo_stale_s": 0.5}


@dataclass
class Stage:
    stub: StubWorkflowClient
    fake: FakeArgo
    faults: Faults
    server: Served
    client: ArgoClient
    calls: Any = field(init=False)

    def __post_init__(self) -> None:
        self.calls = self.faults.calls

    async def submit(self, name: str = "a", template: str = "pdf-parse", **changes: Any) -> None:
        await self.client.submit(Submission(name, template, {"source": "s3://b/k"}, {APP_LABEL: APP_NAME}, **changes))

    async def phase(self, name: str = "a") -> str | None:
        document = await self.client.get(name)
        return document["status"].get("phase") if document else None

    async def until(self, reached: Callable[[], Awaitable[bool]]) -> None:
        """Whatever the faults do in between."""
        deadline = time.monotonic() + SOON_S
        while True:
            try:
                if await reached():
                    return
            except EngineUnavailable:
                pass
            assert time.monotonic() < deadline, "it did not happen in time"
            await asyncio.sleep(0.02)

    async def until_phase(self, phase: str, name: str = "a") -> None:
        async def reached() -> bool:
            return await self.phase(name) == phase

        await self.until(reached)

    async def until_connected(self) -> None:
        async def reached() -> bool:
            return (await self.client.health()).detail["watch"] == "connected"

        await self.until(reached)


@asynccontextmanager
async def staged(tokens: Collection[str] = (), watch_lasts_s: float = 1800, **settings: Any) -> AsyncIterator[Stage]:
    stub, faults = StubWorkflowClient(), Faults()
    fake = FakeArgo(stub, read_templates(), tokens, watch_lasts_s=watch_lasts_s)
    server = Served(lambda: faults.around(fake.app()))
    await server.start()
    client = argo_client(Settings(_env_file=None, argo_url=server.url, **(QUICK | settings)))
    try:
        yield Stage(stub, fake, faults, server, client)
    finally:
        await client.close()
        await server.stop()


def played(story: Callable[[Stage], Awaitable[None]], **how: Any) -> None:
    async def whole() -> None:
        async with staged(**how) as stage:
            await asyncio.wait_for(story(stage), 60)

    asyncio.run(whole())
