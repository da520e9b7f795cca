from __future__ import annotations

import asyncio

import pytest

from pdf_parser.errors import EngineUnavailable
from pipelines.argo.server.cache import Entry
from pipelines.argo.server.direct import DirectQuestions, Rate
from tests.clocks import HandClock

RUNNING, FINISHED = Entry(1, False, False, "{}"), Entry(2, True, False, "{}")


class Server:
    """Counts questions; answers when told to."""

    def __init__(self, answer: Entry | None = RUNNING) -> None:
        self.answer = answer
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, name: str) -> Entry | None:
        self.asked += 1
        await self.may_answer.wait()
        return self.answer


@pytest.mark.parametrize(
    ("answer", "after", "asked"), [(RUNNING, 1.1, 2), (RUNNING, 0.9, 1), (None, 0.9, 1), (FINISHED, 50, 1)]
)
def test_an_answer_is_remembered_for_a_moment_and_a_final_one_longer(answer, after, asked):
    async def story():
        clock, server = HandClock(), Server(answer)
        direct = DirectQuestions(server, clock=clock)
        assert await direct.ask("a") == answer
        clock.now += after
        assert await direct.ask("a") == answer
        assert server.asked == asked

    asyncio.run(story())


def test_one_that_leaves_does_not_take_the_answer_from_the_others():
    async def story():
        server = Server()
        server.may_answer.clear()
        direct = DirectQuestions(server)
        first, second = (asyncio.create_task(direct.ask("a")) for _ in range(2))
        await asyncio.sleep(0.01)
        first.cancel()
        server.may_answer.set()
        assert (await second, server.asked) == (RUNNING, 1)

    asyncio.run(story())


def test_after_a_change_of_our_own_it_is_asked_again():
    async def story():
        server = Server()
        direct = DirectQuestions(server)
        await direct.ask("a")
        direct.forget("a")
        await direct.ask("a")
        assert server.asked == 2

    asyncio.run(story())


def test_too_many_questions_wait_and_then_are_refused():
    clock = HandClock()
    rate = Rate(per_s=10, burst=10, clock=clock)
    assert [rate.reserve() for _ in range(10)] == [0.0] * 10
    assert rate.reserve() == pytest.approx(0.1)
    with pytest.raises(EngineUnavailable):
        for _ in range(100):
            rate.reserve()
    clock.now += 10
    assert rate.reserve() == 0.0
