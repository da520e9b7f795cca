"""The app over the stub engine and a folder store, with a client that needs no server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import httpx
import pytest

from api.app import create_app
from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.result import ResultManifest
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from pipelines.stub import StubWorkflowClient
from tests.api.manifests import manifest_of

T = TypeVar("T")


class Api:
    """Blocking calls on one event loop, as a test reads best."""

    def __init__(self, settings: Settings, client: StubWorkflowClient, store: FolderStore) -> None:
        self.app = create_app(settings, client, store)
        self._loop = asyncio.new_event_loop()
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://api")

    def run(self, work: Awaitable[T]) -> T:
        return self._loop.run_until_complete(work)

    def begin(self, method: str, path: str, **how: object) -> asyncio.Task[httpx.Response]:
        """A request that goes on while the test does other things, in `run`."""
        return self._loop.create_task(self._http.request(method, path, **how))

    def request(self, method: str, path: str, **how: object) -> httpx.Response:
        return self.run(self.begin(method, path, **how))

    def get(self, path: str, **how: object) -> httpx.Response:
        return self.request("GET", path, **how)

    def post(self, path: str, **how: object) -> httpx.Response:
        return self.request("POST", path, **how)

    def upload(self, **body: object) -> str:
        """The task id of a submitted run."""
        answer = self.post("/upload", json={"url": "s3://bucket/a.pdf", **body})
        assert answer.status_code == 202, answer.text
        return answer.json()["task_id"]

    def status(self, task_id: str) -> dict[str, object]:
        answer = self.get(f"/status/{task_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self) -> None:
        self.run(self._http.aclose())
        self.run(self._loop.shutdown_default_executor())
        self._loop.close()


@pytest.fixture
def client() -> StubWorkflowClient:
    return StubWorkflowClient()


@pytest.fixture
def store(tmp_path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def make_api(client, store) -> Iterator[Callable[..., Api]]:
    """An app with settings of its own; `client` and `store` may be replaced."""
    made: list[Api] = []

    def make(client=client, store=store, **settings: object) -> Api:
        made.append(Api(Settings(_env_file=None, **settings), client, store))
        return made[-1]

    yield make
    for api in made:
        api.close()


@pytest.fixture
def api(make_api) -> Api:
    return make_api()


@pytest.fixture
def key() -> CacheKey:
    return CacheKey(sha256="a" * 64, fingerprint="b" * 16)


@pytest.fixture
def publish(store, key) -> Callable[..., ResultManifest]:
    """Puts a manifest into the store, as `upload` does at the end of a run."""

    def put(**changes: object) -> ResultManifest:
        manifest = manifest_of(key, **changes)
        store.put(layout.manifest(key), manifest.model_dump_json().encode())
        return manifest

    return put
