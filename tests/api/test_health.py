"""GET /health: what fails is named, and nothing waits for long."""

from __future__ import annotations

import asyncio
import threading

from api.health import HealthChecks
from pdf_parser.errors import StorageUnavailable
from pdf_parser.storage.folder import FolderStore
from pipelines.stub import StubWorkflowClient


class BrokenStore(FolderStore):
    def check(self) -> None:
        raise StorageUnavailable("no bucket")


class HangingStore(FolderStore):
    """Counts the checks that are waiting until `release` is set."""

    def __init__(self, root) -> None:
        super().__init__(root)
        self.checks = 0
        self.release = threading.Event()

    def check(self) -> None:
        self.checks += 1
        self.release.wait(5)


class HangingEngine(StubWorkflowClient):
    async def health(self):
        await asyncio.sleep(60)


def test_all_is_well(make_api):
    api = make_api(max_q=9)
    api.upload()
    answer = api.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "engine": {"status": "ok", "name": "stub"},
        "queue": {"pending": 1, "unfinished": 1, "max": 9},
        "storage": {"status": "ok"},
    }


def test_an_engine_that_is_down_is_named(api, client):
    client.unavailable = True
    answer = api.get("/health")
    body = answer.json()
    assert (answer.status_code, body["status"]) == (503, "degraded")
    assert (body["engine"]["status"], body["engine"]["error"]) == ("down", "EngineUnavailable")
    assert (body["queue"], body["storage"]) == ({"max": 100}, {"status": "ok"})


def test_a_store_that_is_down_is_named(make_api, tmp_path):
    answer = make_api(store=BrokenStore(tmp_path)).get("/health")
    assert answer.status_code == 503
    assert answer.json()["storage"] == {"status": "down", "error": "StorageUnavailable", "message": "no bucket"}


def test_the_process_is_alive_whatever_it_stands_on(make_api, tmp_path):
    answer = make_api(store=BrokenStore(tmp_path)).get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_nobody_waits_for_what_hangs(tmp_path):
    async def story():
        store = HangingStore(tmp_path)
        checks = HealthChecks(HangingEngine(), store, max_q=1, timeout_s=0.05)
        found = [await checks.check() for _ in range(3)]
        store.release.set()
        return found, store.checks

    found, started = asyncio.run(story())
    assert {health.status for health in found} == {"degraded"}
    assert found[0].engine.error == "EngineUnavailable" and found[0].storage.error == "StorageUnavailable"
    assert started == 1
