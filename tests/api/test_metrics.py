"""GET /metrics, as Prometheus reads it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.gpus import parse_csv
from api.metrics import Metrics
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.run import RunState, RunStatus

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def value(text, name, **labels):
    """Of one sample; None when it is not there."""
    samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
    return next((s.value for s in samples if s.name == name and s.labels == labels), None)


def finished(state=RunState.SUCCEEDED, error=None, seconds=10.0):
    end = START + timedelta(seconds=seconds)
    return RunStatus(state=state, error=error, created_at=START, finished_at=end)


@pytest.fixture
def metrics():
    return Metrics(max_q=5, clock=lambda: START)


def test_each_finished_run_is_observed_once(metrics):
    for _ in range(3):
        metrics.observe_run("a", finished())
    metrics.observe_run("b", finished(seconds=20))
    text = metrics.text().decode()
    assert value(text, "parse_latency_seconds_count", state="succeeded") == 2
    assert value(text, "parse_latency_seconds_sum", state="succeeded") == 30


def test_errors_are_counted_by_code(metrics):
    metrics.observe_run("a", finished(RunState.FAILED, "OutOfMemory"))
    metrics.observe_run("b", finished(RunState.FAILED, "OutOfMemory"))
    assert value(metrics.text().decode(), "error_total", code="OutOfMemory") == 2


def test_pages_are_counted_by_parser_and_tries_in_vain_by_outcome(metrics):
    pages = PageCounts(total=5, done=5, by_parser={"docling": 4, "pdfium": 1})
    told = finished().model_copy(update={"pages": pages, "tried": {"docling/out_of_memory": 3, "docling/poor": 1}})
    metrics.observe_run("a", told)
    metrics.observe_run("b", told.model_copy(update={"cached": True}))
    text = metrics.text().decode()
    assert value(text, "parsed_pages_total", parser="docling") == 4
    assert value(text, "page_tries_in_vain_total", parser="docling", outcome="out_of_memory") == 3


def test_unfinished_runs_and_those_of_an_earlier_process_are_not_counted(metrics):
    metrics.observe_run("a", RunStatus(state=RunState.RUNNING, created_at=START))
    metrics.observe_run("b", finished(seconds=-1))
    assert value(metrics.text().decode(), "parse_latency_seconds_count", state="succeeded") is None


def test_two_apps_count_apart(make_api):
    first, second = make_api(), make_api()
    first.get("/health")
    assert "/health" not in second.get("/metrics").text


def test_the_queue_is_measured_when_asked(make_api, client):
    api = make_api(max_q=7)
    client.advance(api.upload())
    api.upload()
    text = api.get("/metrics").text
    assert (value(text, "queue_pending_runs"), value(text, "queue_unfinished_runs")) == (1, 2)
    assert (value(text, "queue_max_runs"), value(text, "engine_up")) == (7, 1)


def test_metrics_are_there_without_the_engine(api, client):
    client.unavailable = True
    answer = api.get("/metrics")
    assert (answer.status_code, value(answer.text, "engine_up")) == (200, 0)


def test_runs_are_counted_when_status_first_tells_their_end(api, client):
    client.fail(task_id := api.upload(), exit_code=12)
    for _ in range(2):
        api.status(task_id)
    assert value(api.get("/metrics").text, "error_total", code="EncryptedPdf") == 1


def test_answers_are_counted_by_route_not_by_path(api):
    for path in ("/status/pdf-a", "/status/pdf-b", "/nowhere", "/elsewhere"):
        api.get(path)
    api.request("INVENTED", "/health")
    text = api.get("/metrics").text
    assert value(text, "http_requests_total", method="GET", route="/status/{task_id}", status="404") == 2
    assert value(text, "http_requests_total", method="GET", route="unmatched", status="404") == 2
    assert value(text, "http_requests_total", method="other", route="/health", status="405") == 1
    assert value(text, "http_request_duration_seconds_count", method="GET", route="/status/{task_id}") == 2


def test_gpu_memory_is_in_bytes_by_index(metrics):
    metrics.observe_gpus(parse_csv("0, 1024\n1, [N/A]\n"))
    text = metrics.text().decode()
    assert value(text, "gpu_memory_bytes", gpu="0") == 1024**3
    assert value(text, "gpu_memory_bytes", gpu="1") is None


@pytest.mark.parametrize("text", ["", "\n", "No devices were found\n"])
def test_no_gpus_are_no_samples(text):
    assert parse_csv(text) == {}
