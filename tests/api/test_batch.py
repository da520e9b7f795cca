"""POST /upload/batch: every item has an answer of its own."""

from __future__ import annotations

import pytest


def batch(api, *items, **headers):
    return api.post("/upload/batch", json={"items": list(items)}, headers=headers)


def test_good_items_are_accepted_whatever_the_others_are(api, client):
    answer = batch(api, {"url": "s3://b/a"}, {"url": "ftp://x"}, {"pages": "x"}, 7, {"url": "s3://b/b"})
    assert answer.status_code == 200
    told = [
        item["accepted"]["task_id"] if "accepted" in item else item["problem"]["code"]
        for item in answer.json()["items"]
    ]
    assert told[1:4] == ["InvalidOptions"] * 3
    assert {told[0], told[4]} == {run["metadata"]["name"] for run in api.run(client.list())}


def test_the_fields_at_fault_are_named(api):
    (item,) = batch(api, {"url": "s3://b/a", "pages": "hunter2"}).json()["items"]
    assert [error["field"] for error in item["problem"]["errors"]] == ["pages"]
    assert "hunter" not in str(item)


def test_what_the_queue_has_no_room_for_is_refused_by_itself(make_api):
    items = batch(make_api(max_q=2), *[{"url": f"s3://b/{n}"} for n in range(4)]).json()["items"]
    assert sum("accepted" in item for item in items) == 2
    assert {item["problem"]["code"] for item in items if "problem" in item} == {"QueueFull"}


def test_a_batch_with_a_key_can_be_sent_again(api, client):
    items = [{"url": "s3://b/a"}, {"url": "s3://b/b"}]
    first, again = (batch(api, *items, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert first.json() == again.json()
    assert len(api.run(client.list())) == 2


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": [{"url": "s3://b/k"}] * 101}, {"items": "all"}, []])
def test_a_batch_that_is_none_is_refused(api, body):
    assert api.post("/upload/batch", json=body).json()["code"] == "InvalidOptions"
