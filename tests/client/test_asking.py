"""What the client does when the service is busy, away, or behind something that answers for it."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given, strategies as st

from pdf_parser_client import ApiError, EngineUnavailable, QueueFull, ServiceUnreachable
from pdf_parser_client.asking import MAX_PAUSE_S, TRIES, pause_s


def accepted():
    return httpx.Response(202, json={"task_id": "pdf-1"})


def problem(status, code, **headers):
    return httpx.Response(status, json={"code": code, "detail": "no"}, headers=headers)


def test_a_full_queue_is_tried_again_when_the_service_says(scripted):
    client, requests, pauses = scripted(problem(429, "QueueFull", **{"Retry-After": "5"}), accepted())
    assert client.submit("s3://b/k") == "pdf-1"
    assert len(requests) == 2 and 5 <= pauses[0] <= 6.25


def test_without_advice_the_pauses_grow(scripted):
    client, _, pauses = scripted(*[problem(503, "EngineUnavailable")] * 3, accepted())
    client.submit("s3://b/k")
    assert 0.5 <= pauses[0] < 1 <= pauses[1] < 2 <= pauses[2]


def test_a_service_that_stays_busy_is_given_up(scripted):
    client, requests, _ = scripted(problem(429, "QueueFull"))
    with pytest.raises(QueueFull):
        client.submit("s3://b/k")
    assert len(requests) == TRIES


def test_all_tries_of_a_submission_have_one_key(scripted):
    client, requests, _ = scripted(httpx.ConnectError("away"), problem(503, "EngineUnavailable"), accepted())
    client.submit("s3://b/k")
    assert len({request.headers["Idempotency-Key"] for request in requests}) == 1


def test_a_retry_that_may_have_happened_is_not_repeated(scripted):
    client, requests, _ = scripted(problem(503, "EngineUnavailable"))
    with pytest.raises(EngineUnavailable):
        client.retry("pdf-1")
    assert len(requests) == 1


def test_a_service_that_is_away_is_named(scripted):
    client, _, pauses = scripted(httpx.ConnectError("away"))
    with pytest.raises(ServiceUnreachable):
        client.status("pdf-1")
    assert len(pauses) == TRIES - 1


def test_an_answer_that_is_not_ours_is_an_error_too(scripted):
    client, _, _ = scripted(httpx.Response(403, text="<html>proxy</html>"))
    with pytest.raises(ApiError) as refused:
        client.status("pdf-1")
    assert (refused.value.status, refused.value.code) == (403, "Unknown")


def test_the_key_of_the_caller_goes_to_the_service_and_not_to_the_bucket(scripted, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    place = {"upload_url": "https://bucket/a?sig=1", "source_url": "store://x", "headers": {}}
    client, requests, _ = scripted(httpx.Response(200, json=place), httpx.Response(200), api_key="secret")
    assert client.upload_file(tmp_path / "a.pdf") == "store://x"
    assert [request.headers.get("Authorization") for request in requests] == ["Bearer secret", None]
    assert requests[1].headers["Content-Length"] == "4"


def test_a_redirect_to_the_bucket_is_followed_without_the_key(scripted):
    moved = httpx.Response(302, headers={"Location": "https://bucket/document.md?sig=1"})
    client, requests, _ = scripted(moved, httpx.Response(200, content=b"# T"), api_key="secret")
    assert client.result("pdf-1") == b"# T"
    assert "Authorization" not in requests[1].headers


@given(n=st.integers(0, 40), retry_after=st.one_of(st.none(), st.integers(0, 10**6).map(str), st.text()))
def test_no_pause_is_negative_or_endless(n, retry_after):
    assert 0 <= pause_s(n, retry_after) <= MAX_PAUSE_S * 1.25
