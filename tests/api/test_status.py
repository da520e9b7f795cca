"""GET /status: the contract of DESIGN §7, through every way a run can go."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.chunk import Chunking
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.run import ErrorDetail, RunOutcome, RunState, TaskRecord
from pdf_parser.domain.summary import MergeSummary
from tests.api.workflows import node, workflow

NOW = datetime.now(timezone.utc)


@pytest.fixture
def outputs(key):
    return {"hit": "false", "cache-key": str(key), "result-key": layout.result(key, "document.md")}


@pytest.fixture
def record(store):
    """Puts a task record into the store, as if the engine had forgotten its workflow."""

    def put(task_id="pdf-old", age=timedelta(hours=1), **outcome):
        ended = RunOutcome(**({"finished_at": NOW} | outcome)) if outcome else None
        created = datetime.now(timezone.utc) - age
        known = TaskRecord(task_id=task_id, source="s3://b/k", created_at=created, outcome=ended)
        store.put(layout.task(task_id), known.model_dump_json().encode())
        return task_id

    return put


def contract(body):
    return list(body.items())[:3] if body["state"] == "succeeded" else list(body.items())[:2]


# --- the engine knows the run -----------------------------------------------------------------------------------------
def test_a_submitted_run_is_pending(api):
    assert contract(api.status(api.upload())) == [("state", "pending"), ("progress", 0)]


def test_a_running_run_has_progress_and_stage(make_api, client):
    api = make_api(profile="full")
    task_id = api.upload()
    client.advance(task_id)
    client.advance(task_id)
    body = api.status(task_id)
    assert contract(body) == [("state", "running"), ("progress", 4)]
    links = {"self": f"/status/{task_id}", "events": f"/status/{task_id}/events", "cancel": f"/tasks/{task_id}"}
    assert (body["stage"], body["links"]) == ("check-cache", links)


def test_pages_of_a_running_run_are_only_those_that_are_known(make_api, client):
    api = make_api(profile="compact")
    task_id = api.upload()
    client.advance(task_id)
    client.advance(task_id, {"gpu-shards": "[]", "cpu-shards": "[0]"})
    client.report(task_id, "3/16")
    assert api.status(task_id)["pages"] == {"total": 16, "done": 3, "by_lane": {"cpu": 3}}


def test_a_succeeded_run_names_its_result_and_tables(api, client, store, key, publish, outputs):
    publish()
    task_id = api.upload()
    client.succeed(task_id, outputs)
    body = api.status(task_id)
    tables = [store.url(layout.result(key, f"tables/000{i}.json")) for i in (1, 2)]
    assert contract(body) == [
        ("state", "succeeded"),
        ("result_key", store.url(layout.result(key, "document.md"))),
        ("table_keys", tables),
    ]
    assert (body["progress"], body["cached"], body["partial"], body["failed_pages"]) == (100, False, False, [])
    assert body["pages"] == {"total": 3, "done": 3, "ok": 2, "ocr": 1, "fallback": 0, "blank": 0, "failed": 0}


def test_a_finished_run_says_when_it_will_be_forgotten(make_api, client, publish, outputs):
    api = make_api(task_ttl_hours=2)
    publish()
    client.succeed(task_id := api.upload(), outputs)
    body = api.status(task_id)
    times = {
        name: datetime.fromisoformat(body[f"{name}_at"].replace("Z", "+00:00")) for name in ("finished", "expires")
    }
    assert times["expires"] - times["finished"] == timedelta(hours=2)
    assert body["created_at"] and body["started_at"]


def test_a_partial_result_says_so(api, client, publish, outputs):
    publish(partial=True, failed_pages=(2,))
    client.succeed(task_id := api.upload(), outputs)
    body = api.status(task_id)
    assert (body["state"], body["partial"], body["failed_pages"]) == ("succeeded", True, [2])


def test_a_cache_hit_says_so(api, client, publish, outputs):
    publish()
    client.succeed(task_id := api.upload(), {**outputs, "hit": "true"})
    assert api.status(task_id)["cached"] is True


def test_a_document_without_tables_has_an_empty_list(api, client, publish, outputs):
    publish(files=(), tables=0)
    client.succeed(task_id := api.upload(), outputs)
    assert api.status(task_id)["table_keys"] == []


def test_a_failed_run_has_a_name_and_an_explanation(make_api, client):
    api = make_api(profile="full")
    client.fail(task_id := api.upload(), "parse-shard-cpu", exit_code=22)
    body = api.status(task_id)
    assert contract(body) == [("state", "failed"), ("error", "OutOfMemory")]
    assert body["error_detail"]["phase"] == body["stage"] == "parse-shard"
    assert body["error_detail"]["retryable"] is True
    assert body["error_detail"]["user_action"]
    assert body["progress"] == 12


def test_a_failure_that_the_engine_cannot_name_has_the_cause_of_the_task_record(api, client, record):
    """Kubeflow tells no exit codes; its exit handler finds what the step has left."""
    client.fail(task_id := api.upload())
    assert api.status(task_id)["error"] == "InternalError"
    cause = ErrorDetail(code="EncryptedPdf", message="m", retryable=False, user_action="u", phase="fetch")
    record(task_id, state=RunState.FAILED, error=cause)
    body = api.status(task_id)
    assert (body["error"], body["stage"], body["error_detail"]["message"]) == ("EncryptedPdf", "fetch", "m")


@pytest.fixture
def saved(store, key):
    """What a run with too many failed pages leaves behind."""
    summary = MergeSummary(
        page_count=3,
        pages=PageCounts(total=3, done=3, ok=2, failed=1),
        pages_by_parser={"pdfium": 2},
        parser_versions={},
        failed_pages=(2,),
        tables=0,
        figures=0,
        chunks=1,
        chunking=Chunking(chunk_size=300, overlap=50),
        parse_ms=1,
    )
    store.put(layout.partial(key, layout.SUMMARY), summary.model_dump_json().encode())


def test_a_run_with_too_many_failed_pages_links_what_it_saved(make_api, client, store, key, saved, outputs):
    api = make_api(profile="full")
    client.advance(task_id := api.upload())
    client.advance(task_id, outputs)
    client.fail(task_id, "merge", exit_code=24)
    body = api.status(task_id)
    assert contract(body) == [("state", "failed"), ("error", "TooManyFailedPages")]
    assert body["partial_result_key"] == store.url(layout.partial(key, "document.md"))
    assert body["ledger_key"] == store.url(layout.partial(key, "pages.jsonl"))
    assert (body["failed_pages"], body["pages"]["failed"]) == ([2], 1)


def test_it_does_so_when_the_engine_has_forgotten_the_run(api, store, key, saved, record):
    detail = ErrorDetail(code="TooManyFailedPages", message="m", retryable=False, user_action="u", phase="merge")
    body = api.status(record(state=RunState.FAILED, cache_key=str(key), error=detail))
    assert body["ledger_key"] == store.url(layout.partial(key, "pages.jsonl"))


def test_a_run_that_failed_otherwise_links_nothing(api, key, saved, record):
    detail = ErrorDetail(code="OutOfMemory", message="m", retryable=True, user_action="u", phase="parse-shard")
    body = api.status(record(state=RunState.FAILED, cache_key=str(key), error=detail))
    assert not {"ledger_key", "partial_result_key"} & set(body)


def test_a_stopped_run_was_canceled(api, client):
    client.advance(task_id := api.upload())
    api.run(client.stop(task_id))
    assert api.status(task_id)["error"] == "Canceled"


def test_success_without_a_result_is_a_failure(api, client, outputs):
    client.succeed(with_key := api.upload(), outputs)
    client.succeed(without_key := api.upload())
    assert api.status(with_key)["error"] == api.status(without_key)["error"] == "StepOutputMissing"
    assert api.status(with_key)["progress"] < 100


def test_a_manifest_that_cannot_be_read_is_no_result(api, client, store, key, outputs):
    store.put(layout.manifest(key), b'{"schema_version": 99}')
    client.succeed(task_id := api.upload(), outputs)
    assert api.status(task_id)["error"] == "StepOutputMissing"


def test_a_failed_exit_handler_does_not_hide_the_result(api, client, publish, outputs):
    publish()
    handler = node("finish", "Failed", "x.onExit", nodeFlag={"hooked": True}, exit_code=32)
    client.show(workflow(node("express", outputs=outputs), handler, phase="Failed", root="Succeeded"))
    assert api.status("pdf-test")["state"] == "succeeded"


def test_progress_does_not_fall_when_a_step_is_retried(api, client):
    client.advance(task_id := api.upload())
    client.report(task_id, "60/100")
    assert api.status(task_id)["progress"] == 60
    client.report(task_id, "5/100")
    assert api.status(task_id)["progress"] == 60
    client.fail(task_id)
    assert api.status(task_id)["progress"] == 60


def test_what_is_not_known_is_left_out(api):
    assert set(api.status(api.upload())) == {"state", "progress", "created_at", "links"}


# --- the engine does not know the run (any more) ----------------------------------------------------------------------
def test_the_record_outlives_the_workflow(api, client, key, publish, record):
    publish()
    record("pdf-old", state=RunState.SUCCEEDED, cache_key=str(key), cached=True)
    body = api.status("pdf-old")
    assert (body["state"], body["progress"], body["cached"]) == ("succeeded", 100, True)
    assert body["result_key"].endswith("document.md")


def test_the_failure_outlives_the_workflow(api, record):
    detail = ErrorDetail(code="EncryptedPdf", message="m", retryable=False, user_action="u", phase="fetch")
    body = api.status(record(state=RunState.FAILED, error=detail))
    assert contract(body) == [("state", "failed"), ("error", "EncryptedPdf")]
    assert body["error_detail"]["phase"] == "fetch"


def test_a_failure_without_a_name_gets_one(api, record):
    assert api.status(record(state=RunState.FAILED))["error"] == "InternalError"


def test_a_result_that_was_deleted_is_not_promised(api, key, record):
    assert api.status(record(state=RunState.SUCCEEDED, cache_key=str(key)))["error"] == "StepOutputMissing"


def test_a_run_about_to_start_is_pending(api, record):
    assert contract(api.status(record(age=timedelta(seconds=30)))) == [("state", "pending"), ("progress", 0)]


def test_a_run_that_never_started_is_lost(api, record):
    body = api.status(record(age=timedelta(minutes=2)))
    assert body["error"] == "PodLost"
    assert "Submit the document again" in body["error_detail"]["message"]


def test_a_forgotten_workflow_without_outcome_is_lost(api, client, record):
    client.advance(task_id := api.upload())
    client.forget(task_id)
    record(task_id)
    assert api.status(task_id)["error"] == "PodLost"


# --- 404 --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("task_id", ["pdf-unknown", "UPPER", "a" * 64, "-x", "pdf.x", "%00"])
def test_an_unknown_run_is_404(api, task_id):
    answer = api.get(f"/status/{task_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "RunNotFound")


def test_other_workflows_of_the_cluster_are_unknown(api, client):
    strange = workflow(node("fetch"))
    strange["metadata"]["labels"] = {"app.kubernetes.io/part-of": "payroll"}
    client.show(strange)
    assert api.get("/status/pdf-test").status_code == 404


def test_a_finished_run_expires(make_api, client, record, key, publish, outputs):
    publish()
    api = make_api(task_ttl_hours=1)
    hours_ago = (NOW - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    client.show(workflow(node("express", outputs=outputs), phase="Succeeded", finishedAt=hours_ago))
    assert api.get("/status/pdf-test").json()["code"] == "RunNotFound"
    old = record(state=RunState.SUCCEEDED, cache_key=str(key), finished_at=NOW - timedelta(hours=2))
    assert api.get(f"/status/{old}").status_code == 404
    assert api.get(f"/status/{record('pdf-lost', age=timedelta(hours=3))}").status_code == 404


# --- outages ----------------------------------------------------------------------------------------------------------
def test_an_outcome_is_told_without_the_engine(api, client, record):
    detail = ErrorDetail(code="CorruptPdf", message="m", retryable=False, user_action="u")
    task_id = record(state=RunState.FAILED, error=detail)
    client.unavailable = True
    assert api.status(task_id)["error"] == "CorruptPdf"


def test_a_run_is_not_called_lost_because_the_engine_is_down(api, client, record):
    task_id = record()
    client.unavailable = True
    for name in (task_id, "pdf-unknown"):
        answer = api.get(f"/status/{name}")
        assert (answer.status_code, answer.json()["code"]) == (503, "EngineUnavailable")
