"""Traces are off unless asked for, and then cost nothing; a collector that is away disturbs nobody."""

from __future__ import annotations

import pytest

from pdf_parser.observability.trace import NoTracer, current_traceparent, open_tracer
from pdf_parser.settings import Settings
from tests.e2e.service import free_port


def test_they_are_off_by_default():
    tracer = open_tracer(Settings(_env_file=None), "test")
    with tracer.span("step", "00-no-trace"):
        assert isinstance(tracer, NoTracer) and current_traceparent() == ""


def test_a_span_goes_on_from_its_parent_though_nobody_collects_it():
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="needs the extra otel")
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    tracer = open_tracer(Settings(_env_file=None, otel_endpoint=f"http://127.0.0.1:{free_port()}"), "test")
    with tracer.span("step", f"00-{trace}-00f067aa0ba902b7-01", task_id="t1"):
        assert current_traceparent().split("-")[1] == trace
    tracer.close()
