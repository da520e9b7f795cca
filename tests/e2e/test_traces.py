"""One upload is one trace, from the caller's own span to every step."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.e2e.service import Service
from tests.e2e.test_events import wait_for
from tests.pdfs import simple_pdf

pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="needs the extra otel")

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def collector() -> Iterator[tuple[str, list[Any]]]:
    """Its URL, and the spans that it has got."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    spans: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                import gzip

                body = gzip.decompress(body)
            request = ExportTraceServiceRequest.FromString(body)
            spans.extend(s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", spans
    server.shutdown()
    server.server_close()


def test_an_upload_is_one_trace_from_the_caller_to_every_step(tmp_path, env, collector):
    url, spans = collector
    (tmp_path / "a.pdf").write_bytes(simple_pdf(2))
    with Service({**env, "OTEL_ENDPOINT": url, "PROFILE": "express"}) as service:
        headers = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
        body = {"url": (tmp_path / "a.pdf").as_uri()}
        task_id = service.http.post("/upload", json=body, headers=headers).json()["task_id"]
        service.follow(task_id)
        wait_for(lambda: any(span.name == "finish" for span in spans))
    ours = {span.name: span for span in spans if span.trace_id.hex() == TRACE}
    request = ours["POST /upload"]
    assert request.parent_span_id.hex() == PARENT
    assert {"fetch", "check-cache", "classify", "parse-shard", "merge", "export-tables", "upload", "finish"} <= set(
        ours
    )
    assert all(span.parent_span_id == request.span_id for name, span in ours.items() if name != "POST /upload")
