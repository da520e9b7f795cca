"""Faults of the server: what the client answers stays right, or is EngineUnavailable."""

from __future__ import annotations

import asyncio
import time

import pytest

from pdf_parser.errors import EngineUnavailable, InvalidWorkflow
from tests.pipelines.argo.stage import played


@pytest.mark.parametrize("fault", ["500", "503", "hang", "drop"])
def test_a_question_is_asked_again(fault):
    async def story(stage):
        await stage.until_connected()
        stage.faults.requests += [fault, fault]
        assert await stage.client.get("nobody") is None
        assert stage.calls["get"] == 3

    played(story)


@pytest.mark.parametrize("fault", ["500", "503", "hang", "drop"])
def test_a_submission_is_repeated_and_happens_once(fault):
    async def story(stage):
        stage.faults.requests += [fault]
        await stage.submit()
        assert len(await stage.client.list()) == 1

    played(story)


def test_what_does_not_get_better_is_unavailable():
    async def story(stage):
        await stage.until_connected()
        stage.faults.requests += ["500"] * 3
        with pytest.raises(EngineUnavailable):
            await stage.client.get("nobody")

    played(story)


@pytest.mark.parametrize("fault", ["500", "503", "400", "410", "drop", "401"])
def test_a_watch_that_is_refused_begins_with_a_new_list(fault):
    async def story(stage):
        stage.faults.watches += [fault, fault]
        await stage.submit()
        await stage.until_connected()
        stage.stub.succeed("a")
        await stage.until_phase("Succeeded")

    played(story)


def test_a_watch_that_breaks_in_the_middle_of_a_line_loses_nothing():
    async def story(stage):
        await stage.submit()
        await stage.until_connected()
        stage.stub.advance("a")

        async def is_cut():
            stage.stub.report("a", "1/2")
            return stage.faults.cut_watches == 0

        for _ in range(3):
            stage.faults.cut_watches = 1
            await stage.until(is_cut)
        stage.stub.succeed("a")
        await stage.until_phase("Succeeded")

    played(story)


def test_a_run_that_ended_while_nobody_watched_is_known():
    async def story(stage):
        await stage.submit()
        await stage.until_connected()
        await stage.server.stop()
        stage.stub.succeed("a")
        await stage.server.start()
        await stage.until_phase("Succeeded")
        assert (await stage.client.health()).unfinished == 0

    played(story)


def test_events_that_have_expired_are_made_up_for_by_a_list():
    async def story(stage):
        await stage.submit()
        await stage.until_connected()
        stage.faults.watches += ["drop"] * 2
        stage.faults.cut_watches = 1
        stage.stub.succeed("a")
        await asyncio.sleep(0.05)
        stage.fake.events.expire()
        await stage.until_phase("Succeeded")

    played(story)


def test_the_end_of_a_watch_is_no_failure():
    async def story(stage):
        await stage.submit()
        await stage.until_connected()
        for _ in range(8):
            stage.stub.advance("a")
            await asyncio.sleep(0.3)
        await stage.until_phase("Succeeded")
        assert (await stage.client.health()).detail == {"watch": "connected", "circuit": "closed"}
        assert stage.calls["watch"] >= 2

    played(story, watch_lasts_s=1.1)


def test_a_rotated_token_is_read_again(tmp_path):
    file, accepted = tmp_path / "token", {"first"}
    file.write_text("first\n")

    async def story(stage):
        await stage.submit()
        await stage.until_connected()
        accepted.clear()
        accepted.add("second")
        with pytest.raises(EngineUnavailable):
            await stage.client.list()
        file.write_text("second\n")
        assert len(await stage.client.list()) == 1
        await stage.server.stop()
        await stage.server.start()
        stage.stub.succeed("a")
        await stage.until_phase("Succeeded")

    played(story, tokens=accepted, argo_token_file=str(file))


def test_without_a_server_callers_are_told_at_once():
    async def story(stage):
        await stage.submit()
        await stage.server.stop()
        for _ in range(3):
            with pytest.raises(EngineUnavailable):
                await stage.client.list()
        began = time.monotonic()
        for _ in range(100):
            with pytest.raises(EngineUnavailable):
                await stage.client.list()
        assert time.monotonic() - began < 2
        await stage.server.start()
        await stage.until_connected()
        assert len(await stage.client.list()) == 1

    played(story)


def test_memory_is_trusted_for_a_moment_and_then_asked_for():
    async def story(stage):
        await stage.submit()
        await stage.until_connected()
        await stage.server.stop()
        assert await stage.client.get("a") is not None
        await asyncio.sleep(3.5)
        with pytest.raises(EngineUnavailable):
            await stage.client.get("a")

    played(story, argo_stale_s=3)


def test_without_a_watch_questions_are_shared():
    async def story(stage):
        await stage.submit()
        await stage.until_connected()
        stage.faults.watches += ["500"] * 100
        stage.faults.cut_watches = 1
        stage.stub.advance("a")
        await asyncio.sleep(0.8)
        stage.faults.calls.clear()
        await asyncio.gather(*(stage.client.get("a") for _ in range(200)))
        assert stage.calls["get"] <= 1

    played(story)


def test_a_retry_is_not_repeated_by_itself():
    async def story(stage):
        await stage.submit()
        stage.stub.fail("a")
        await stage.until_phase("Failed")
        stage.faults.requests += ["503"]
        with pytest.raises(EngineUnavailable):
            await stage.client.retry("a")
        await stage.client.retry("a")
        with pytest.raises(InvalidWorkflow):
            await stage.client.retry("a")

    played(story)
