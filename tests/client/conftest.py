"""Both clients over the real app, and over answers made up one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import httpx
import pytest

from api.app import create_app
from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from pdf_parser_client import AsyncClient, Client
from pipelines.stub import StubWorkflowClient
from tests.api.manifests import manifest_of


class Blocking:
    """An AsyncClient as a blocking one, so that one test serves for both."""

    def __init__(self, client: AsyncClient, loop: asyncio.AbstractEventLoop) -> None:
        self._client, self._loop = client, loop

    def __getattr__(self, name: str) -> Callable[..., object]:
        method = getattr(self._client, name)
        return lambda *args, **kwargs: self._loop.run_until_complete(method(*args, **kwargs))


class FinishingEngine(StubWorkflowClient):
    """Every run succeeds, or with `exit_code` fails, a moment after it was submitted; with None it stays."""

    exit_code: int | None = 0

    def __init__(self, store: FolderStore) -> None:
        super().__init__()
        self._store = store
        self._key = CacheKey(sha256="a" * 64, fingerprint="b" * 16)

    async def submit(self, submission):
        await super().submit(submission)
        if self.exit_code is not None:
            asyncio.get_running_loop().call_later(0.05, self._end, submission.name)

    def _end(self, name, strategy=None):
        if strategy is not None:
            return super()._end(name, strategy)
        if self.exit_code:
            return self.fail(name, exit_code=self.exit_code)
        self._store.put(layout.manifest(self._key), manifest_of(self._key).model_dump_json().encode())
        self._store.put(layout.result(self._key, layout.DOCUMENT_MD), b"# Title\n")
        self.succeed(name, {"cache-key": str(self._key)})


class Portal(httpx.BaseTransport):
    """The app behind a blocking client, in a loop that runs while a request does."""

    def __init__(self, app, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = httpx.ASGITransport(app), loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def answer() -> httpx.Response:
            asynchronous = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
            found = await self._transport.handle_async_request(asynchronous)
            return httpx.Response(found.status_code, headers=found.headers, content=await found.aread())

        return self._loop.run_until_complete(answer())


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.fixture
def store(tmp_path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def engine(store) -> FinishingEngine:
    return FinishingEngine(store)


@pytest.fixture(params=["blocking", "async"])
def client(request, loop, store, engine):
    app = create_app(Settings(_env_file=None), engine, store)
    if request.param == "blocking":
        return Client("http://api", transport=Portal(app, loop))
    return Blocking(AsyncClient("http://api", transport=httpx.ASGITransport(app)), loop)


@pytest.fixture(params=["blocking", "async"])
def scripted(request, loop):
    """(client, requests, pauses): a client that is given these answers, one after the other; the last one for ever."""

    def make(*answers, **how):
        requests, pauses, coming = [], [], list(answers)

        def answer(asked: httpx.Request) -> httpx.Response:
            requests.append(asked)
            given = coming.pop(0) if len(coming) > 1 else coming[0]
            if isinstance(given, Exception):
                raise given
            return given

        async def pause(seconds: float) -> None:
            pauses.append(seconds)

        transport = httpx.MockTransport(answer)
        if request.param == "blocking":
            return Client("http://api", transport=transport, sleep=pauses.append, **how), requests, pauses
        client = AsyncClient("http://api", transport=transport, sleep=pause, **how)
        return Blocking(client, loop), requests, pauses

    return make
