"""Idempotency-Key: however often a request is sent, one run comes of it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from api.idempotency import Idempotency
from pdf_parser.domain.run import RunRequest
from pdf_parser.errors import EngineUnavailable
from pipelines.stub import StubWorkflowClient

BODY = {"url": "s3://bucket/a.pdf", "pages": "1-2"}


def upload(api, key="k-1", body=BODY):
    return api.post("/upload", json=body, headers={"Idempotency-Key": key})


def runs(api, client):
    return [run["metadata"]["name"] for run in api.run(client.list())]


def test_the_same_key_gives_the_same_run(api, client):
    first, again = upload(api), upload(api)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert runs(api, client) == [first.json()["task_id"]]


def test_another_body_under_the_same_key_is_refused(api, client):
    upload(api)
    answer = upload(api, body={**BODY, "pages": "3"})
    assert (answer.status_code, answer.json()["code"]) == (422, "IdempotencyKeyReused")
    assert len(runs(api, client)) == 1


def test_another_key_gives_another_run(api, client):
    assert upload(api, "k-1").json() != upload(api, "k-2").json()
    assert len(runs(api, client)) == 2


def test_requests_that_come_at_once_make_one_run(api, client):
    headers = {"Idempotency-Key": "k-1"}
    asked = [api.begin("POST", "/upload", json=BODY, headers=headers) for _ in range(8)]
    answers = api.run(asyncio.gather(*asked))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["task_id"] for answer in answers}) == len(runs(api, client)) == 1


def test_every_api_process_knows_the_key(make_api, client):
    assert upload(make_api()).json() == upload(make_api()).json()


def test_a_replay_is_answered_though_the_queue_is_full(make_api):
    task_id = upload(make_api()).json()["task_id"]
    assert upload(make_api(max_q=0)).json()["task_id"] == task_id


def test_what_was_refused_can_be_sent_again(make_api, client):
    assert upload(make_api(max_q=0)).status_code == 429
    answer = upload(api := make_api())
    assert answer.status_code == 202
    assert runs(api, client) == [answer.json()["task_id"]]


def test_a_submission_that_was_lost_on_the_way_is_made_up_for(make_api):
    class Losing(StubWorkflowClient):
        lose = True

        async def submit(self, submission):
            if self.lose:
                raise EngineUnavailable
            await super().submit(submission)

    api = make_api(client=(engine := Losing()))
    assert upload(api).status_code == 503
    engine.lose = False
    answer = upload(api)
    assert runs(api, engine) == [answer.json()["task_id"]]
    assert api.status(answer.json()["task_id"])["state"] == "pending"


def test_a_finished_run_is_not_run_again(api, client):
    task_id = upload(api).json()["task_id"]
    client.fail(task_id)
    assert upload(api).json()["task_id"] == task_id
    assert api.status(task_id)["state"] == "failed"


def test_a_key_can_be_used_anew_when_its_time_is_over(api, store):
    now = [datetime.now(timezone.utc)]
    keys = Idempotency(store, timedelta(hours=48), clock=lambda: now[0])
    request = RunRequest(source="s3://b/k")
    first = api.run(keys.task_id("k", request))
    now[0] += timedelta(hours=47)
    assert api.run(keys.task_id("k", request)) == first
    now[0] += timedelta(hours=2)
    assert api.run(keys.task_id("k", RunRequest(source="s3://b/other"))) != first


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_cannot_be_one_is_refused(api, key):
    assert upload(api, key).json()["code"] == "InvalidOptions"
