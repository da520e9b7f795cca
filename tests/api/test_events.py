"""GET /status/{task_id}/events: every reader sees the end, and a slow one skips what is old."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import pytest

from api.event_stream import with_pauses


@pytest.fixture
def running(api, client):
    client.advance(task_id := api.upload())
    return task_id


def events_of(text):
    """(name, id, data) of every event."""
    found = []
    for block in filter(None, text.split("\n\n")):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if "event" in fields:
            found.append((fields["event"], fields.get("id"), json.loads(fields["data"])))
    return found


async def moves(client, task_id):
    for progress in ("1/4", "2/4"):
        await asyncio.sleep(0.05)
        client.report(task_id, progress)
    await asyncio.sleep(0.05)
    client.fail(task_id, exit_code=22)


def test_every_change_is_an_event_and_the_last_one_is_final(api, client, running):
    answer = api.begin("GET", f"/status/{running}/events")
    api.run(asyncio.wait_for(asyncio.gather(answer, moves(client, running)), 10))
    assert answer.result().headers["content-type"].startswith("text/event-stream")
    events = events_of(answer.result().text)
    assert [name for name, _, _ in events] == ["status"] * 4
    assert [data["state"] for _, _, data in events] == ["running"] * 3 + ["failed"]
    assert events[-1][2]["error"] == "OutOfMemory"


def test_the_id_of_an_event_is_the_etag_of_its_status(api, client, running):
    client.fail(running)
    (_, event_id, data), *_ = events_of(api.get(f"/status/{running}/events").text)
    status = api.get(f"/status/{running}")
    assert (event_id, data) == (status.headers["ETag"], status.json())


def test_a_reader_who_has_seen_the_end_is_told_not_to_come_again(api, client, running):
    client.fail(running)
    etag = api.get(f"/status/{running}").headers["ETag"]
    assert api.get(f"/status/{running}/events", headers={"Last-Event-ID": etag}).status_code == 204


def test_an_unknown_run_is_404_before_the_stream_begins(api):
    answer = api.get("/status/pdf-nobody/events")
    assert (answer.status_code, answer.json()["code"]) == (404, "RunNotFound")


def test_a_status_that_cannot_be_told_any_more_is_the_last_event(api, client, running):
    async def lose():
        await asyncio.sleep(0.05)
        client.unavailable = True
        client._tell(running)

    answer = api.begin("GET", f"/status/{running}/events")
    api.run(asyncio.wait_for(asyncio.gather(answer, lose()), 10))
    name, _, data = events_of(answer.result().text)[-1]
    assert (name, data["code"]) == ("problem", "EngineUnavailable")


def test_a_slow_reader_gets_the_newest_status_not_every_one(api, client, running):
    follower = api.app.state.services.follower

    async def read_slowly():
        seen = []
        async with aclosing(follower.statuses(running)) as statuses:
            async for status in statuses:
                seen.append(status)
                for n in range(20):
                    if not status.state.is_final and len(seen) == 1:
                        client.report(running, f"{n}/100")
                if len(seen) == 2:
                    client.fail(running)
        return seen

    seen = api.run(asyncio.wait_for(read_slowly(), 10))
    assert len(seen) == 3 and seen[-1].state.is_final


def test_silence_is_filled_with_heartbeats(api):
    async def late():
        await asyncio.sleep(0.25)
        yield "end"

    async def read():
        return [item async for item in with_pauses(late(), 0.1)]

    assert api.run(read()) == [None, None, "end"]
