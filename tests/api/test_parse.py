"""POST /parse: the final status in the same answer, or 202 when it takes longer."""

from __future__ import annotations

import asyncio

import pytest

from api.prefer import preferred_wait_s


async def when_there(client, change):
    while not (runs := await client.list()):
        await asyncio.sleep(0.01)
    change(runs[0]["metadata"]["name"])


def parse(api, client, change=None, prefer="wait=10"):
    answer = api.begin("POST", "/parse", json={"url": "s3://b/k"}, headers={"Prefer": prefer})
    work = [answer] if change is None else [answer, when_there(client, change)]
    api.run(asyncio.wait_for(asyncio.gather(*work), 9))
    return answer.result()


def test_a_run_that_ends_in_time_answers_with_its_result(api, client, publish, key):
    publish()
    answer = parse(api, client, lambda name: client.succeed(name, {"cache-key": str(key)}))
    assert (answer.status_code, answer.json()["state"]) == (200, "succeeded")
    assert answer.headers["Preference-Applied"] == "wait=10"
    assert answer.json() == api.get(answer.headers["Location"]).json()


def test_a_failed_run_is_an_answer_too(api, client):
    answer = parse(api, client, lambda name: client.fail(name, exit_code=12))
    assert (answer.status_code, answer.json()["error"]) == (200, "EncryptedPdf")


@pytest.mark.parametrize("prefer", ["wait=0", "wait=1"])
def test_a_run_that_takes_longer_is_accepted_and_goes_on(api, client, prefer):
    answer = parse(api, client, prefer=prefer)
    assert (answer.status_code, answer.json()["status_url"]) == (202, answer.headers["Location"])
    assert api.get(answer.headers["Location"]).json()["state"] == "pending"


def test_what_cannot_be_right_is_refused(api):
    assert api.post("/parse", json={"url": "ftp://x"}).json()["code"] == "InvalidOptions"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 30),
        ("", 30),
        ("respond-async", 30),
        ("wait=5", 5),
        ("respond-async, wait=5", 5),
        ('Wait = "7"; x=1, wait=9', 7),
        ("wait=900", 60),
        ("await=5", 30),
        ("wait=-5", 30),
        ("wait=5x", 30),
    ],
)
def test_the_header_is_read_as_the_rfc_says(header, seconds):
    assert preferred_wait_s(header, 30, 60) == seconds
