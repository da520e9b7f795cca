"""POST /tasks/{task_id}/retry: who may, what is kept, and what a caller sees meanwhile."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.run import RunOutcome, RunState, TaskRecord
from pipelines.stub import StubWorkflowClient

PRESIGNED = "https://host/a.pdf?X-Amz-Signature=secret"


@pytest.fixture
def fail(api, client, store, key):
    """A run that has failed, with the record that its exit handler has left."""

    def make(step="parse-shard-cpu", **upload):
        client.fail(task_id := api.upload(**upload), step, exit_code=22)
        outcome = RunOutcome(state=RunState.FAILED, finished_at=datetime.now(timezone.utc), cache_key=str(key))
        ended = record_of(store, task_id).model_copy(update={"outcome": outcome})
        store.put(layout.task(task_id), ended.model_dump_json().encode())
        return task_id

    return make


@pytest.fixture
def api(make_api):
    return make_api(profile="full")


def record_of(store, task_id):
    return TaskRecord.model_validate_json(store.get(layout.task(task_id)))


def retry(api, task_id):
    return api.post(f"/tasks/{task_id}/retry")


def test_a_failed_run_goes_on_and_succeeds(api, client, publish, key, fail):
    task_id = fail()
    failed = api.status(task_id)
    assert failed["links"] == {"self": f"/status/{task_id}", "retry": f"/tasks/{task_id}/retry"}
    answer = api.post(failed["links"]["retry"])
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/status/{task_id}")
    assert answer.json() == {
        "task_id": task_id,
        "status_url": f"/status/{task_id}",
        "links": {"self": f"/status/{task_id}"},
    }
    running = api.status(task_id)
    assert running["state"] == "running" and "error" not in running and "retry" not in running["links"]
    publish()
    client.succeed(task_id, {"cache-key": str(key)})
    assert (api.status(task_id)["state"], api.status(task_id)["progress"]) == ("succeeded", 100)


def test_the_outcome_is_taken_back_before_the_engine_begins(api, client, store, fail):
    task_id = fail()
    retry(api, task_id)
    record = record_of(store, task_id)
    assert record.outcome is None and record.retried_at is not None


def test_progress_begins_anew_at_what_is_kept_and_then_never_falls(api, client):
    task_id = api.upload()
    for _ in range(4):
        client.advance(task_id)
    client.report(task_id, "9/10")
    before = api.status(task_id)["progress"]
    client.fail(task_id)
    retry(api, task_id)
    seen = [api.status(task_id)["progress"]]
    assert 12 <= seen[0] < before
    client.advance(task_id)
    for progress in ("5/10", "1/10"):
        client.report(task_id, progress)
        seen.append(api.status(task_id)["progress"])
    assert seen == sorted(seen)


@pytest.mark.parametrize("moves", [0, 2, 9])
def test_a_run_that_has_not_failed_is_refused(api, client, publish, key, moves):
    publish()
    task_id = api.upload()
    if moves == 9:
        client.succeed(task_id, {"cache-key": str(key)})
    else:
        for _ in range(moves):
            client.advance(task_id)
    answer = retry(api, task_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "RunNotFailed")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("task_id", ["pdf-unknown", "UPPER"])
def test_an_unknown_run_is_404(api, task_id):
    answer = retry(api, task_id)
    assert (answer.status_code, answer.json()["code"]) == (404, "RunNotFound")


def test_a_full_queue_is_429_and_leaves_the_run_failed(make_api, fail):
    task_id = fail()
    full = make_api(max_q=0)
    answer = retry(full, task_id)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert full.status(task_id)["state"] == "failed"


def test_a_second_retry_is_refused(api, fail):
    task_id = fail()
    assert [retry(api, task_id).status_code for _ in range(2)] == [202, 409]


def test_an_engine_that_refuses_leaves_the_outcome_as_it_was(make_api, store, fail):
    task_id = fail()
    before = record_of(store, task_id)
    assert retry(make_api(client=StubWorkflowClient(templates=())), task_id).status_code == 500
    assert record_of(store, task_id) == before


# --- the workflow is gone ---------------------------------------------------------------------------------------------
def test_without_a_workflow_the_document_is_submitted_again_under_its_id(api, client, fail):
    task_id = fail(pages="1-2")
    client.forget(task_id)
    assert api.status(task_id)["state"] == "failed"
    assert retry(api, task_id).status_code == 202
    workflow = api.run(client.get(task_id))
    given = {p["name"]: p["value"] for p in workflow["spec"]["arguments"]["parameters"]}
    assert given["source"] == "s3://bucket/a.pdf" and '"pages":"1-2"' in given["options"]
    assert api.status(task_id)["state"] == "pending"


def test_without_workflow_and_signature_the_caller_is_told_to_upload_again(api, client, store, fail):
    task_id = fail(url=PRESIGNED)
    client.forget(task_id)
    answer = retry(api, task_id)
    assert (answer.status_code, answer.json()["code"]) == (410, "RetryExpired")
    assert "Upload the document again" in answer.json()["user_action"]
    assert record_of(store, task_id).outcome is not None
