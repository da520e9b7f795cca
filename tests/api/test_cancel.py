"""DELETE /tasks/{task_id}: who may be canceled, and what is told of it afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.run import RunOutcome, RunState, TaskRecord


def cancel(api, task_id):
    return api.request("DELETE", f"/tasks/{task_id}")


@pytest.mark.parametrize("moves", [0, 1])
def test_a_canceled_run_has_failed_with_canceled(api, client, moves):
    task_id = api.upload()
    for _ in range(moves):
        client.advance(task_id)
    answer = cancel(api, task_id)
    assert (answer.status_code, answer.headers["Location"]) == (200, f"/status/{task_id}")
    assert answer.json() == api.status(task_id)
    assert (answer.json()["state"], answer.json()["error"]) == ("failed", "Canceled")


def test_canceling_again_changes_nothing(api):
    task_id = api.upload()
    assert cancel(api, task_id).json() == cancel(api, task_id).json()


def test_a_run_that_has_finished_by_itself_is_409(api, client, publish, key):
    publish()
    client.succeed(good := api.upload(), {"cache-key": str(key)})
    client.fail(bad := api.upload())
    for task_id in (good, bad):
        answer = cancel(api, task_id)
        assert (answer.status_code, answer.json()["code"]) == (409, "RunFinished")


def test_a_canceled_run_can_be_retried(api):
    cancel(api, task_id := api.upload())
    assert api.post(f"/tasks/{task_id}/retry").status_code == 202
    assert api.status(task_id)["state"] in ("pending", "running")


@pytest.mark.parametrize("task_id", ["pdf-unknown", "UPPER"])
def test_an_unknown_run_is_404(api, task_id):
    assert cancel(api, task_id).json()["code"] == "RunNotFound"


def test_a_run_that_never_reached_the_engine_gets_its_outcome_here(api, client):
    client.forget(task_id := api.upload())
    assert api.status(task_id)["state"] == "pending"
    assert cancel(api, task_id).json()["error"] == "Canceled"
    assert api.status(task_id)["error"] == "Canceled"


def test_an_expired_run_is_410_here_and_404_at_status(api, store):
    long_ago = datetime.now(timezone.utc) - timedelta(hours=49)
    outcome = RunOutcome(state=RunState.FAILED, finished_at=long_ago)
    record = TaskRecord(task_id="pdf-old", source="s3://b/k", created_at=long_ago, outcome=outcome)
    store.put(layout.task("pdf-old"), record.model_dump_json().encode())
    assert cancel(api, "pdf-old").json()["code"] == "RunExpired"
    assert api.get("/result/pdf-old").status_code == 410
    assert api.get("/status/pdf-old").status_code == 404


def test_without_an_engine_nothing_is_canceled(api, client):
    task_id = api.upload()
    client.unavailable = True
    assert cancel(api, task_id).json()["code"] == "EngineUnavailable"
