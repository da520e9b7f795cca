"""GET /status with `wait` and ETags: who waits is told at once, who has seen it all is not told again."""

from __future__ import annotations

import asyncio
import time

import pytest

from api.conditional import first_tag, has_tag


@pytest.fixture
def running(api, client):
    client.advance(task_id := api.upload())
    return task_id


def get(api, task_id, etag=None, **params):
    return api.get(f"/status/{task_id}", params=params, headers={"If-None-Match": etag} if etag else {})


async def after(seconds, change):
    await asyncio.sleep(seconds)
    change()


def waited(api, task_id, change, etag=None):
    """The answer to a long poll while `change` happens a moment later, and the seconds it took."""
    started = time.monotonic()
    headers = {"If-None-Match": etag} if etag else {}
    answer = api.begin("GET", f"/status/{task_id}", params={"wait": 20}, headers=headers)
    api.run(asyncio.wait_for(asyncio.gather(answer, after(0.1, change)), 10))
    return answer.result(), time.monotonic() - started


def test_an_unchanged_status_is_304_without_a_body(api, running):
    first = get(api, running)
    again = get(api, running, first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_changed_status_has_another_tag(api, client, running):
    before = get(api, running).headers["ETag"]
    client.report(running, "1/2")
    answer = get(api, running, before)
    assert answer.status_code == 200 and answer.headers["ETag"] != before


def test_a_long_poll_is_answered_when_the_run_moves(api, client, running):
    answer, seconds = waited(api, running, lambda: client.report(running, "1/2"))
    assert answer.status_code == 200 and answer.json()["progress"] > 0
    assert 0.1 <= seconds < 5


def test_a_long_poll_is_answered_when_the_run_ends(api, client, publish, key, running):
    publish()
    answer, seconds = waited(api, running, lambda: client.succeed(running, {"cache-key": str(key)}))
    assert answer.json()["state"] == "succeeded" and seconds < 5


def test_a_change_that_happened_between_two_polls_is_told_at_once(api, client, running):
    etag = get(api, running).headers["ETag"]
    client.report(running, "1/2")
    answer, seconds = waited(api, running, lambda: None, etag)
    assert answer.status_code == 200 and seconds < 2


def test_a_finished_run_is_told_without_waiting(api, client, running):
    client.fail(running)
    started = time.monotonic()
    etag = get(api, running, wait=30).headers["ETag"]
    assert get(api, running, etag, wait=30).status_code == 304
    assert time.monotonic() - started < 5


def test_a_poll_ends_in_time_though_nothing_happens(api, running):
    etag = get(api, running).headers["ETag"]
    assert get(api, running, wait=1).status_code == 200
    assert get(api, running, etag, wait=1).status_code == 304


def test_a_waiting_caller_does_not_ask_the_engine_again_and_again(api, client, running):
    asked = []
    ask = client.get

    async def counting(name):
        asked.append(name)
        return await ask(name)

    client.get = counting
    get(api, running, wait=1)
    assert len(asked) <= 4


@pytest.mark.parametrize("wait", [-1, 61, "long"])
def test_a_wait_that_is_too_long_is_refused(api, running, wait):
    assert get(api, running, wait=wait).json()["code"] == "InvalidOptions"


def test_an_unfinished_run_tells_when_to_come_again(api, client, running):
    assert get(api, running).headers["Retry-After"] == "1"
    client.fail(running)
    assert "Retry-After" not in get(api, running).headers


@pytest.mark.parametrize("header", ['"a"', 'W/"a"', '"b", "a"', '"b",W/"a"', "*"])
def test_every_form_of_a_tag_is_understood(header):
    assert has_tag(header, '"a"')


@pytest.mark.parametrize("header", [None, "", "a", '"b"', '"aa"'])
def test_other_tags_are_not_it(header):
    assert not has_tag(header, '"a"')


def test_the_first_tag_is_what_the_caller_has_seen():
    assert first_tag('W/"a", "b"') == '"a"'
    assert first_tag("nothing") is None
