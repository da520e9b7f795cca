"""Prometheus metrics of one API process, in a registry of its own; `metric_table` says which there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api import metric_table as m
from pdf_parser.domain.ending import Ending
from pdf_parser.domain.event import Destination
from pdf_parser.domain.run import RunState
from pdf_parser.errors import BY_CODE
from pdf_parser.events.courier import Delivered, counts
from pipelines.client import EngineHealth

_OUTCOMES = ("sent", "failed", "given_up")
_STATUSES = ("ok", "ocr", "fallback", "blank", "failed")


class Metrics:
    def __init__(self, max_q: int) -> None:
        self._registry = CollectorRegistry()
        self._made = {metric: metric.make(self._registry) for metric in m.METRICS}
        self._set(m.QUEUE_MAX, max_q)
        self._begin_at_nought()

    def observe_run(self, ending: Ending) -> None:
        """Once for each run."""
        seconds = (ending.finished_at - ending.started_at).total_seconds()
        self._observe(m.LATENCY, max(0.0, seconds), ending.state.value, str(ending.cached).lower())
        if ending.error is not None:
            self._count(m.ERRORS, 1, ending.error)
        if ending.state is RunState.SUCCEEDED:
            self._count(m.CACHE, 1, "hit" if ending.cached else "miss")
        self._observe_parsing(ending)

    def _begin_at_nought(self) -> None:
        """Prometheus sees no increase from nothing to one: what alarms wait for must have been nought before."""
        for code in BY_CODE:
            self._count(m.ERRORS, 0, code)
        for destination in Destination:
            for outcome in _OUTCOMES:
                self._count(m.EVENTS, 0, destination.value, outcome)

    def _observe_parsing(self, ending: Ending) -> None:
        for status in _STATUSES if ending.pages else ():
            self._count(m.PAGES, getattr(ending.pages, status), status)
        for parser, pages in ending.pages_by_parser.items():
            self._count(m.PARSER_PAGES, pages, parser)
        for tried, pages in ending.tried.items():
            parser, _, outcome = tried.partition("/")
            self._count(m.TRIES, pages, parser, outcome)
        for step, seconds in ending.timings_s.items():
            self._observe(m.STEP, seconds, step)
        self._count(m.RESCUES, ending.rescue_pages)
        if ending.gpu_memory_bytes:
            self._set(m.PARSER_GPU, ending.gpu_memory_bytes)

    def observe_deliveries(self, done: Delivered) -> None:
        for outcome, found in zip(_OUTCOMES, (done.sent, done.failed, done.buried), strict=True):
            for destination, events in counts(found).items():
                self._count(m.EVENTS, events, destination, outcome)
        self._set(m.EVENTS_WAITING, done.waiting)

    def observe_known_upload(self, by: str) -> None:
        self._count(m.KNOWN, 1, by)

    def observe_stuck_run(self) -> None:
        self._count(m.STUCK, 1)

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._count(m.REQUESTS, 1, method, route, str(status))
        self._observe(m.DURATION, seconds, method, route)

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        with cast(Gauge, self._made[m.IN_FLIGHT]).track_inprogress():
            yield

    def observe_engine(self, health: EngineHealth | None) -> None:
        """None: the engine did not answer; the queue is then left as it was last known."""
        self._set(m.ENGINE_UP, health is not None)
        if health is not None:
            self._set(m.QUEUE_PENDING, health.pending)
            self._set(m.QUEUE_UNFINISHED, health.unfinished)

    def observe_gpus(self, used_bytes: Mapping[str, int]) -> None:
        for gpu, size in used_bytes.items():
            self._set(m.GPU, size, gpu)

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def _count(self, metric: m.Metric, by: int, *labels: str) -> None:
        made = cast(Counter, self._made[metric])
        (made.labels(*labels) if labels else made).inc(by)

    def _set(self, metric: m.Metric, value: float, *labels: str) -> None:
        made = cast(Gauge, self._made[metric])
        (made.labels(*labels) if labels else made).set(value)

    def _observe(self, metric: m.Metric, value: float, *labels: str) -> None:
        made = cast(Histogram, self._made[metric])
        (made.labels(*labels) if labels else made).observe(value)
