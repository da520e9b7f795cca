"""Prometheus metrics of one API process, in a registry of its own.

Runs are counted when `/status` first answers that they have finished. A run that nobody asks about is not counted; one
that finished before this process started was counted by the process before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api.remember import Remembered
from pdf_parser.domain.run import RunStatus
from pipelines.client import EngineHealth

_RUN_BUCKETS = (0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
_HTTP_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Metrics:
    def __init__(self, max_q: int, clock: Callable[[], datetime] = _utc_now) -> None:
        self._started_at = clock().replace(microsecond=0)  # Argo's times have whole seconds
        self._seen: Remembered[str, bool] = Remembered(size=100_000)
        r = self._registry = CollectorRegistry()
        self._latency = Histogram(
            "parse_latency_seconds", "From upload to end of a run", ["state"], registry=r, buckets=_RUN_BUCKETS
        )
        self._errors = Counter("error", "Failed runs by error", ["code"], registry=r)
        self._cache_hits = Counter("cache_hits", "Finished runs that were answered from the cache", registry=r)
        self._known = Counter(
            "known_uploads", "Uploads answered without a run, by what told the bytes", ["by"], registry=r
        )
        self._stuck = Counter("stuck_runs", "Runs stopped because they could no longer move", registry=r)
        self._gpu = Gauge("gpu_memory_bytes", "Memory in use on the GPUs of this machine", ["gpu"], registry=r)
        self._up = Gauge("engine_up", "1 when the workflow engine answered the last scrape", registry=r)
        self._pending = Gauge("queue_pending_runs", "Runs that have not started", registry=r)
        self._unfinished = Gauge("queue_unfinished_runs", "Runs that are pending or running", registry=r)
        Gauge("queue_max_runs", "MAX_Q: unfinished runs at which uploads are refused", registry=r).set(max_q)
        self._requests = Counter("http_requests", "Answers by route", ["method", "route", "status"], registry=r)
        self._duration = Histogram(
            "http_request_duration_seconds", "Time to answer", ["method", "route"], registry=r, buckets=_HTTP_BUCKETS
        )

    def observe_run(self, task_id: str, status: RunStatus) -> None:
        """Harmless to repeat: each run counts once, when it has finished."""
        finished_at = status.finished_at
        if finished_at is None or finished_at < self._started_at or self._seen.get(task_id):
            return
        self._seen.put(task_id, True)
        if status.created_at is not None:
            seconds = (finished_at - status.created_at).total_seconds()
            self._latency.labels(status.state.value).observe(max(0.0, seconds))
        if status.cached:
            self._cache_hits.inc()
        if status.error is not None:
            self._errors.labels(status.error).inc()

    def observe_known_upload(self, by: str) -> None:
        self._known.labels(by).inc()

    def observe_stuck_run(self) -> None:
        self._stuck.inc()

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._duration.labels(method, route).observe(seconds)

    def observe_engine(self, health: EngineHealth | None) -> None:
        """None: the engine did not answer; the queue is then left as it was last known."""
        self._up.set(health is not None)
        if health is not None:
            self._pending.set(health.pending)
            self._unfinished.set(health.unfinished)

    def observe_gpus(self, used_bytes: Mapping[str, int]) -> None:
        for gpu, size in used_bytes.items():
            self._gpu.labels(gpu).set(size)

    def text(self) -> bytes:
        return generate_latest(self._registry)
