"""Every metric of the API, once: what is counted, alarms, dashboard and docs/observability.md come from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_RUN_BUCKETS = (0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
_HTTP_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
Instrument = Counter | Gauge | Histogram


@dataclass(frozen=True)
class Metric:
    """`name` as it is exposed: that of a counter ends in _total."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = _RUN_BUCKETS

    def make(self, registry: CollectorRegistry) -> Instrument:
        if self.kind == "counter":
            return Counter(self.name, self.help, self.labels, registry=registry)
        if self.kind == "gauge":
            return Gauge(self.name, self.help, self.labels, registry=registry)
        return Histogram(self.name, self.help, self.labels, registry=registry, buckets=self.buckets)


# --- runs: each is counted once, by whichever process of the API finds first that it has ended
LATENCY = Metric("parse_latency_seconds", "histogram", "From upload, or retry, to end of a run", ("state", "cached"))
ERRORS = Metric("error_total", "counter", "Failed runs by error", ("code",))
CACHE = Metric("cache_lookups_total", "counter", "Succeeded runs by whether the cache had the result", ("outcome",))
KNOWN = Metric("known_uploads_total", "counter", "Uploads answered without a run, by what told the bytes", ("by",))
PAGES = Metric("pages_total", "counter", "Pages parsed, by status in the ledger", ("status",))
PARSER_PAGES = Metric("parser_pages_total", "counter", "Pages by the parser that made them", ("parser",))
TRIES = Metric("page_tries_in_vain_total", "counter", "Tries of pages that did not succeed", ("parser", "outcome"))
RESCUES = Metric("rescue_pages_total", "counter", "Pages that came out badly and were given to another lane")
STEP = Metric("step_duration_seconds", "histogram", "Time of a step in a run, over all shards", ("step",))
PARSER_GPU = Metric("parser_gpu_memory_bytes", "gauge", "Most that one parser process used in the last run with a GPU")
STUCK = Metric("stuck_runs_total", "counter", "Runs stopped because they could no longer move")
# --- asked for when Prometheus comes
GPU = Metric("gpu_memory_bytes", "gauge", "Memory in use on the GPUs of this machine", ("gpu",))
ENGINE_UP = Metric("engine_up", "gauge", "1 when the workflow engine answered the last scrape")
QUEUE_PENDING = Metric("queue_pending_runs", "gauge", "Runs that have not started")
QUEUE_UNFINISHED = Metric("queue_unfinished_runs", "gauge", "Runs that are pending or running")
QUEUE_MAX = Metric("queue_max_runs", "gauge", "MAX_Q: unfinished runs at which uploads are refused")
# --- events
EVENTS = Metric("events_total", "counter", "Events the API tried to deliver", ("destination", "outcome"))
EVENTS_WAITING = Metric("events_waiting", "gauge", "Events in the outbox after the last round of deliveries")
# --- requests
REQUESTS = Metric("http_requests_total", "counter", "Answers by route", ("method", "route", "status"))
DURATION = Metric(
    "http_request_duration_seconds", "histogram", "Time to answer", ("method", "route"), buckets=_HTTP_BUCKETS
)
IN_FLIGHT = Metric("http_requests_in_flight", "gauge", "Requests that are being answered")

METRICS: tuple[Metric, ...] = tuple(value for value in tuple(globals().values()) if isinstance(value, Metric))
