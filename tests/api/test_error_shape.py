"""Every error, wherever it comes from, has the one shape of RFC 9457, and a correlation id."""

from __future__ import annotations

import re

import pytest

from api.errors import MEDIA_TYPE
from pdf_parser.errors import ALL
from pipelines.stub import StubWorkflowClient

FIELDS = {"type", "title", "status", "detail", "code", "retryable", "user_action", "correlation_id"}


class Exploding(StubWorkflowClient):
    async def get(self, name):
        raise RuntimeError("secret detail")


@pytest.mark.parametrize(
    ("method", "path", "how", "status", "code"),
    [
        ("GET", "/nowhere", {}, 404, "NotFound"),
        ("GET", "/upload", {}, 405, "MethodNotAllowed"),
        ("DELETE", "/health", {}, 405, "MethodNotAllowed"),
        ("POST", "/upload", {}, 422, "InvalidOptions"),
        ("POST", "/upload", {"content": b"{"}, 422, "InvalidOptions"),
        ("POST", "/upload", {"json": {"url": "ftp://x"}}, 422, "InvalidOptions"),
        ("POST", "/upload", {"json": {"url": "file:///etc/passwd"}}, 403, "SourceForbidden"),
        ("POST", "/upload", {"content": b" " * 70_000}, 413, "RequestTooLarge"),
        ("POST", "/upload", {"json": {"url": "s3://b/k"}}, 429, "QueueFull"),
        ("GET", "/status/UPPER", {}, 404, "RunNotFound"),
        ("GET", "/status/pdf-x", {}, 500, "InternalError"),
    ],
)
def test_every_error_has_the_one_shape(make_api, method, path, how, status, code):
    answer = make_api(client=Exploding(), max_q=0).request(method, path, **how)
    body = answer.json()
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert set(body) - {"errors"} == FIELDS
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"urn:pdf-parser:error:{code}"
    assert all(body[name] for name in ("title", "detail", "user_action"))
    assert body["correlation_id"] == answer.headers["X-Request-ID"]


def test_what_was_not_foreseen_is_not_told(make_api):
    assert "secret" not in make_api(client=Exploding()).get("/status/pdf-x").text


@pytest.mark.parametrize("error", ALL, ids=lambda e: e.code())
def test_every_error_class_can_be_answered(make_api, error):
    class Failing(StubWorkflowClient):
        async def get(self, name):
            raise error

    answer = make_api(client=Failing()).get("/status/pdf-x")
    assert (answer.status_code, answer.json()["code"]) == (error.http_status, error.code())
    assert answer.status_code >= 400


def test_the_callers_request_id_is_kept(api):
    answer = api.get("/status/pdf-x", headers={"X-Request-ID": "trace-7"})
    assert answer.headers["X-Request-ID"] == answer.json()["correlation_id"] == "trace-7"


@pytest.mark.parametrize("given", ["", "a b", "x" * 200, 'a"b', "ä".encode()])
def test_an_unsafe_request_id_is_replaced(api, given):
    assert re.fullmatch(r"[0-9a-f]{32}", api.get("/health", headers={"X-Request-ID": given}).headers["X-Request-ID"])


def test_every_answer_has_a_request_id(api):
    ids = {api.get(path).headers["X-Request-ID"] for path in ("/health", "/metrics", "/openapi.json", "/docs", "/x")}
    assert len(ids) == 5
