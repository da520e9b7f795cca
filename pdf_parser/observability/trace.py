"""Traces for OpenTelemetry, from the request over the workflow to each step. Off unless OTEL_ENDPOINT is set.

A trace goes from process to process as a W3C traceparent: header, workflow parameter, environment of the step.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

from loguru import logger

from pdf_parser.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_PATH = "/v1/traces"
_EXPORT_S = 3


class Tracer(Protocol):
    def span(self, name: str, parent: str = "", **attributes: str) -> AbstractContextManager[None]:
        """Around what is traced. `parent` is a traceparent, "" for what has none or is inside another span."""

    def close(self) -> None:
        """Sends what has not been sent, for a few seconds; never raises."""


class NoTracer:
    @contextmanager
    def span(self, name: str, parent: str = "", **attributes: str) -> Iterator[None]:
        yield

    def close(self) -> None: ...


class OtelTracer:
    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("pdf-parser")

    @contextmanager
    def span(self, name: str, parent: str = "", **attributes: str) -> Iterator[None]:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        context = TraceContextTextMapPropagator().extract({"traceparent": parent}) if parent else None
        with self._tracer.start_as_current_span(name, context=context, attributes=attributes):
            yield

    def close(self) -> None:
        self._provider.shutdown()


def open_tracer(settings: Settings, service: str) -> Tracer:
    """NoTracer when traces are off, and with a warning when the extra is missing."""
    if not settings.otel_endpoint:
        return NoTracer()
    try:
        return OtelTracer(_provider(settings.otel_endpoint, service))
    except ImportError:
        logger.warning("OTEL_ENDPOINT needs the extra otel: pip install 'pdf-parser[otel]'; there are no traces")
        return NoTracer()


def _provider(endpoint: str, service: str) -> TracerProvider:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + _PATH, timeout=_EXPORT_S)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def current_traceparent() -> str:
    """Of the span that is under way here; "" without one. Nothing is imported when nothing is traced."""
    if "opentelemetry.sdk.trace" not in sys.modules:
        return ""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")
