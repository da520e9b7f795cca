"""Bodies as they were measured."""

from __future__ import annotations

import json

import pytest

from pipelines.argo.server.answers import read_refusal
from pipelines.argo.server.backoff import delays

EOF = {"error": {"grpc_code": 8, "http_code": 429, "message": "EOF", "http_status": "Too Many Requests"}}


@pytest.mark.parametrize(
    ("http", "body", "code", "message"),
    [
        (404, b'{"code":5,"message":"not found"}', 5, "not found"),
        (429, json.dumps(EOF).encode(), 8, "EOF"),
        (503, b"<html>no healthy upstream</html>", 0, "<html>no healthy upstream</html>"),
        (502, b"", 0, ""),
        (500, b'{"code":null}', 0, ""),
    ],
)
def test_every_refusal_has_a_code_and_a_message(http, body, code, message):
    said = read_refusal(http, body)
    assert (said.http, said.code, said.message) == (http, code, message)
    assert said.is_end_of_watch is (http == 429)


def test_waits_grow_up_to_a_limit():
    waits = delays(1.0, 8.0)
    for limit in (1, 2, 4, 8, 8, 8):
        assert limit / 2 <= next(waits) <= limit
