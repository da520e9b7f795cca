"""GET /metrics, as Prometheus reads it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.gpus import parse_csv
from api.metric_table import METRICS
from api.metrics import Metrics
from pdf_parser.domain import layout
from pdf_parser.domain.ending import Ending
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.run import RunState

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def value(text, name, **labels):
    """Of one sample; None when it is not there."""
    samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
    return next((s.value for s in samples if s.name == name and s.labels == labels), None)


def ended(task_id="t1", **changes):
    end = START + timedelta(seconds=10)
    facts = {"task_id": task_id, "state": RunState.SUCCEEDED, "started_at": START, "finished_at": end}
    return Ending(**(facts | changes))


PARSED = {
    "pages": PageCounts(total=4, done=4, ok=3, failed=1),
    "pages_by_parser": {"pdfium": 3},
    "tried": {"docling/crashed": 2},
    "rescue_pages": 1,
    "gpu_memory_bytes": 5,
    "timings_s": {"parse-shard": 3.0},
}


@pytest.fixture
def metrics():
    return Metrics(max_q=5)


def leave(store, ending, attempt="0"):
    """As the exit handler does."""
    store.put(layout.ended(ending.task_id, attempt), ending.model_dump_json().encode())


def swept(*apis):
    for api in apis:
        api.app.state.services.sweeper.sweep()
    return [api.get("/metrics").text for api in apis]


def test_the_figures_of_a_run_are_counted_when_it_has_ended(metrics):
    metrics.observe_run(ended(**PARSED))
    text = metrics.text().decode()
    assert value(text, "parse_latency_seconds_sum", state="succeeded", cached="false") == 10
    assert value(text, "cache_lookups_total", outcome="miss") == 1
    assert value(text, "pages_total", status="ok") == 3 and value(text, "pages_total", status="failed") == 1
    assert value(text, "parser_pages_total", parser="pdfium") == 3
    assert value(text, "page_tries_in_vain_total", parser="docling", outcome="crashed") == 2
    assert value(text, "rescue_pages_total") == 1 and value(text, "parser_gpu_memory_bytes") == 5
    assert value(text, "step_duration_seconds_sum", step="parse-shard") == 3


def test_errors_are_counted_by_code(metrics):
    for _ in range(2):
        metrics.observe_run(ended(state=RunState.FAILED, error="OutOfMemory"))
    assert value(metrics.text().decode(), "error_total", code="OutOfMemory") == 2


def test_a_run_is_counted_once_by_whichever_process_comes_first(make_api, store):
    first, second = make_api(), make_api()
    leave(store, ended("a"))
    swept(first, second)
    leave(store, ended("a"))  # the exit handler was tried again
    leave(store, ended("b", cached=True))
    text = swept(second, first)
    hits = [value(t, "cache_lookups_total", outcome="hit") or 0 for t in text]
    misses = [value(t, "cache_lookups_total", outcome="miss") or 0 for t in text]
    assert (sum(hits), sum(misses)) == (1, 1)
    assert list(store.list(layout.ENDED)) == []


def test_a_retried_run_counts_again(api, store):
    leave(store, ended(state=RunState.FAILED, error="PodLost"), attempt="0")
    leave(store, ended(), attempt="1")
    (text,) = swept(api)
    assert value(text, "error_total", code="PodLost") == 1
    assert value(text, "cache_lookups_total", outcome="miss") == 1


def test_what_cannot_be_read_stops_nobody(api, store):
    store.put(layout.ended("a", "0"), b"{}")
    leave(store, ended("b"))
    (text,) = swept(api)
    assert value(text, "cache_lookups_total", outcome="miss") == 1


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


def test_metrics_are_as_promised_by_the_table(metrics):
    families = text_string_to_metric_families(metrics.text().decode())
    exposed = {family.name for family in families if not family.name.endswith("_created")}
    assert exposed == {metric.name.removesuffix("_total") for metric in METRICS}


def test_requests_under_way_are_told(api):
    assert value(api.get("/metrics").text, "http_requests_in_flight") == 1


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
