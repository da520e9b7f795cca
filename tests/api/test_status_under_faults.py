"""Whatever argo-server does in between: `/status` never goes back, and tells the end as it is."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings, strategies as st

from api.app import create_app
from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from tests.api.manifests import manifest_of
from tests.pipelines.argo.stage import SOON_S, Stage, staged

KEY = CacheKey(sha256="a" * 64, fingerprint="b" * 16)
OUTPUTS = {"hit": "false", "cache-key": str(KEY), "gpu-shards": "[]", "cpu-shards": "[0]"}
FINAL = ("succeeded", "failed")
REQUEST_FAULTS = ("500", "503", "401", "hang", "drop")
WATCH_FAULTS = ("500", "503", "401", "400", "410", "drop", "cut")

moves = st.sampled_from(["advance", "report"])
faults = st.one_of(
    st.tuples(st.just("request"), st.sampled_from(REQUEST_FAULTS)),
    st.tuples(st.just("watch"), st.sampled_from(WATCH_FAULTS)),
    st.sampled_from(["expire", "restart"]),
)
stories = st.lists(st.one_of(moves, moves, faults), max_size=14)


class Caller:
    """Polls, and keeps what was answered with 200. Without an engine 503 is a right answer, anything else is not."""

    def __init__(self, http: httpx.AsyncClient, task_id: str) -> None:
        self._http = http
        self._task_id = task_id
        self.seen: list[dict[str, Any]] = []

    async def poll(self) -> None:
        answer = await self._http.get(f"/status/{self._task_id}")
        assert answer.status_code in (200, 503), answer.text
        if answer.status_code == 200:
            self.seen.append(answer.json())

    async def poll_until_the_end(self) -> None:
        deadline = time.monotonic() + SOON_S
        while not self.seen or self.seen[-1]["state"] not in FINAL:
            await self.poll()
            assert time.monotonic() < deadline, self.seen[-1:]
            await asyncio.sleep(0.02)


async def happen(stage: Stage, event: str | tuple[str, str], task_id: str) -> None:
    match event:
        case ("request", fault):
            stage.faults.requests.append(fault)
        case ("watch", "cut"):
            stage.faults.cut_watches += 1
        case ("watch", fault):
            stage.faults.watches.append(fault)
            stage.faults.cut_watches += 1
        case "expire":
            stage.fake.events.expire()
        case "restart":
            await stage.server.stop()
            await stage.server.start()
        case "report" if has_running_pod(stage, task_id):
            stage.stub.report(task_id, "7/16")
        case "advance" if not stage.stub._runs[task_id].is_finished:
            stage.stub.advance(task_id, OUTPUTS)


def has_running_pod(stage: Stage, task_id: str) -> bool:
    return stage.stub._runs[task_id].running_pod() is not None


async def told(story: list[Any], fails: bool) -> list[dict[str, Any]]:
    """Every answer of `/status` that a caller saw while the story happened."""
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder))
        store.put(layout.manifest(KEY), manifest_of(KEY).model_dump_json().encode())
        async with staged(argo_timeout_s=0.3) as stage:
            app = create_app(Settings(_env_file=None, profile="full"), stage.client, store)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as http:
                task_id = (await http.post("/upload", json={"url": "s3://b/k"})).json()["task_id"]
                caller = Caller(http, task_id)
                for event in story:
                    await happen(stage, event, task_id)
                    await asyncio.sleep(0.01)
                    await caller.poll()
                if not stage.stub._runs[task_id].is_finished:
                    stage.stub.fail(task_id, exit_code=12) if fails else stage.stub.succeed(task_id, OUTPUTS)
                await caller.poll_until_the_end()
                assert stage.stub._runs[task_id].has_failed is (caller.seen[-1]["state"] == "failed")
                return caller.seen


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(story=stories, fails=st.booleans())
def test_status_is_right_and_never_goes_back(story, fails):
    seen = asyncio.run(told(story, fails))
    progress = [status["progress"] for status in seen]
    assert progress == sorted(progress), seen
    states = [("pending", "running", *FINAL).index(status["state"]) for status in seen]
    assert states == sorted(states), seen
    assert (progress[-1] == 100) is (seen[-1]["state"] == "succeeded")
    if seen[-1]["state"] == "failed":
        assert seen[-1]["error"] == "EncryptedPdf"
