"""MAX_Q: how many unfinished runs there may be, whoever submitted them."""

from __future__ import annotations

import asyncio

import pytest

from api.backpressure import COUNT_TTL_S, Gate
from pdf_parser.errors import EngineUnavailable, QueueFull
from pipelines.client import EngineHealth


class CountingEngine:
    """Knows `unfinished` runs and how often it was asked."""

    def __init__(self, unfinished: int = 0) -> None:
        self.unfinished = unfinished
        self.asked = 0

    async def health(self) -> EngineHealth:
        self.asked += 1
        unfinished = self.unfinished
        await asyncio.sleep(0)
        return EngineHealth(name="counting", pending=0, unfinished=unfinished)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def enter(gate: Gate, engine: CountingEngine | None = None) -> bool:
    """True when admitted; the run is then known to the engine."""
    try:
        async with gate.admit():
            await asyncio.sleep(0)
            if engine is not None:
                engine.unfinished += 1
    except QueueFull:
        return False
    return True


def test_the_queue_is_full_at_max_q():
    async def story():
        assert await enter(Gate(CountingEngine(2), max_q=3))
        assert not await enter(Gate(CountingEngine(3), max_q=3))

    asyncio.run(story())


def test_with_max_q_0_nothing_is_accepted():
    assert not asyncio.run(enter(Gate(CountingEngine(0), max_q=0)))


def test_a_burst_does_not_overshoot():
    async def story():
        engine = CountingEngine(2)
        gate = Gate(engine, max_q=5)
        return sum(await asyncio.gather(*(enter(gate, engine) for _ in range(50)))), engine.asked

    assert asyncio.run(story()) == (3, 1)


def test_the_count_is_renewed():
    async def story():
        engine, clock = CountingEngine(1), Clock()
        gate = Gate(engine, max_q=1, clock=clock)
        assert not await enter(gate)
        engine.unfinished = 0
        assert not await enter(gate)
        clock.now += COUNT_TTL_S
        assert await enter(gate, engine)
        assert not await enter(gate)

    asyncio.run(story())


def test_own_runs_are_counted_once_after_renewal():
    async def story():
        engine, clock = CountingEngine(0), Clock()
        gate = Gate(engine, max_q=2, clock=clock)
        assert await enter(gate, engine)
        clock.now += COUNT_TTL_S
        assert await enter(gate, engine)
        assert not await enter(gate, engine)

    asyncio.run(story())


def test_a_failed_submission_gives_its_place_back():
    async def story():
        gate = Gate(CountingEngine(0), max_q=1)
        with pytest.raises(EngineUnavailable):
            async with gate.admit():
                raise EngineUnavailable
        assert await enter(gate)

    asyncio.run(story())


def test_a_full_queue_is_429_with_retry_after(make_api):
    api = make_api(max_q=2, retry_after_s=7)
    api.upload()
    api.upload()
    answer = api.post("/upload", json={"url": "s3://b/k"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert (answer.json()["code"], answer.json()["retryable"]) == ("QueueFull", True)


def test_a_refused_upload_leaves_no_record(make_api, store):
    make_api(max_q=0).post("/upload", json={"url": "s3://b/k"})
    assert list(store.list("tasks/")) == []
