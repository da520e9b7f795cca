"""Runs that can no longer move are stopped, counted once, and terminated when that did not help."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from api.metrics import Metrics
from api.reconciler import UNDER_WAY, Reconciler
from pdf_parser.errors import EngineUnavailable
from pipelines.stub import StubWorkflowClient
from tests.api.workflows import NAME, workflow

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


class StubbornEngine(StubWorkflowClient):
    """Notes what it is asked to end, and does not."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def stop(self, name: str) -> None:
        self._answer()
        self.asked.append(f"stop {name}")

    async def terminate(self, name: str) -> None:
        self._answer()
        self.asked.append(f"terminate {name}")


class Scene:
    def __init__(self) -> None:
        self.engine = StubbornEngine()
        self.metrics = Metrics(max_q=1)
        self.now = START
        self.reconciler = Reconciler(self.engine, self.metrics, 100, 10, clock=lambda: self.now)

    def run(self, age_s: float, **status: object) -> None:
        document = workflow(phase="Running", startedAt=START.isoformat(), **status)
        document["metadata"]["labels"] = dict(UNDER_WAY)
        document["spec"] = {}
        self.engine.show(document)
        self.now = START + timedelta(seconds=age_s)

    def look(self) -> None:
        asyncio.run(self.reconciler.look())

    def counted(self) -> bool:
        return b"stuck_runs_total 1.0" in self.metrics.text()


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_run_within_its_deadline_and_margin_is_left_alone(scene):
    scene.run(age_s=109)
    scene.look()
    assert scene.engine.asked == [] and not scene.counted()


def test_a_stuck_run_is_stopped_then_terminated_and_counted_once(scene):
    scene.run(age_s=111)
    for _ in range(3):
        scene.look()
    assert scene.engine.asked == [f"stop {NAME}", f"terminate {NAME}", f"terminate {NAME}"]
    assert scene.counted()


def test_a_longer_deadline_of_its_own_counts(scene):
    scene.run(age_s=111)
    scene.engine._runs[NAME].document["spec"]["activeDeadlineSeconds"] = 1000
    scene.look()
    assert scene.engine.asked == []


def test_a_run_that_waits_for_a_lock_is_not_stuck(scene):
    scene.run(age_s=10_000)
    del scene.engine._runs[NAME].status["startedAt"]
    scene.look()
    assert scene.engine.asked == []


def test_an_engine_that_does_not_answer_is_asked_again_later(scene):
    async def story():
        async with scene.reconciler.running(interval_s=0.01):
            await asyncio.sleep(0.05)
            scene.engine.unavailable = False
            await asyncio.sleep(0.05)

    scene.run(age_s=111)
    scene.engine.unavailable = True
    with pytest.raises(EngineUnavailable):
        scene.look()
    asyncio.run(story())
    assert scene.engine.asked[0] == f"stop {NAME}" and scene.counted()
