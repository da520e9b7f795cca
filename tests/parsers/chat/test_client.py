"""Failures that pass are tried again, the others are not; each is told in words, and the key never is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from pdf_parser.domain.endpoint import VlmEndpoint
from pdf_parser.domain.ledger import Usage
from pdf_parser.errors import ParserUnavailable
from pdf_parser.parsers.chat.answer import Answer
from pdf_parser.parsers.chat.client import ChatClient
from pdf_parser.parsers.chat.failures import AskingFailed, Patience
from pdf_parser.parsers.chat.pace import Pace
from tests.parsers.chat.chat_server import ChatServer, chat_server, hangs, hangs_up, says
from tests.storage.storage_servers import reply

KEY = "sk-very-secret"
BUSY = reply(429, b"slow down", Retry_After="0")


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as server:
        yield server


def ask(server: ChatServer, key: str | None = KEY, timeout_s: float = 5, page_timeout_s: float = 10, **more) -> Answer:
    endpoint = VlmEndpoint(url=server.url, model="m", prompt="Read.", prompt_price=2, completion_price=10, **more)

    async def once() -> Answer:
        secret = SecretStr(key) if key else None
        async with ChatClient(endpoint, secret, Patience(3, 0.01), Pace(0), timeout_s, page_timeout_s) as client:
            return await client.ask(b"picture")

    return asyncio.run(once())


def test_the_picture_the_prompt_and_what_the_endpoint_adds_are_sent(server):
    ask(server, extra_body={"skip_special_tokens": False}, max_tokens=77)
    (body,) = server.bodies
    picture, prompt = body["messages"][0]["content"]
    assert picture["image_url"]["url"] == "data:image/png;base64,cGljdHVyZQ=="
    assert prompt == {"type": "text", "text": "Read."}
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("m", 77, 0)
    assert body["skip_special_tokens"] is False


def test_what_a_model_does_not_take_can_be_left_out(server):
    ask(server, extra_body={"max_tokens": None, "max_completion_tokens": 77})
    (body,) = server.bodies
    assert "max_tokens" not in body and body["max_completion_tokens"] == 77


def test_tokens_have_their_price(server):
    assert ask(server).usage == Usage(prompt_tokens=1000, completion_tokens=50, cost=0.0025)


def test_the_key_is_a_bearer_token_and_nothing_is_sent_without_one(server):
    ask(server)
    ask(server, key=None)
    assert server.keys == [f"Bearer {KEY}", None]


@pytest.mark.parametrize("trouble", [BUSY, reply(500), reply(503, b"", Retry_After="0"), reply(408), hangs_up])
def test_what_passes_is_tried_again(server, trouble):
    server.script = [trouble, trouble, says("text")]
    assert ask(server).text == "text"
    assert len(server.bodies) == 3


def test_the_last_failure_is_told_with_the_number_of_tries(server):
    server.script = [reply(502)]
    with pytest.raises(AskingFailed, match=r"answered 502 \(3 tries\)"):
        ask(server)


def test_an_answer_that_does_not_come_is_waited_for_once_per_try(server):
    server.script = [hangs, says("text")]
    assert ask(server, timeout_s=0.2).text == "text"
    server.script = [hangs]
    with pytest.raises(AskingFailed, match=r"no answer within 0.2 s \(3 tries\)"):
        ask(server, timeout_s=0.2)


def test_nobody_waits_longer_than_a_page_may_take(server):
    server.script = [reply(429, b"", Retry_After="3600")]
    started = time.monotonic()
    with pytest.raises(AskingFailed, match="429"):
        ask(server)
    assert time.monotonic() - started < 2
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(400, b'{"error": "image too large"}'), "answered 400: .*image too large"),
        (reply(422), "answered 422"),
        (reply(302, b"", Location="http://elsewhere"), "answered 302"),
        (reply(200, b"<html>busy</html>"), "no chat completion"),
        (reply(200, b'{"choices": []}'), "no choices"),
        (says("Half a pa", finish="length"), "cut off: max_tokens is 8192"),
        (says("the same words " * 40), "repeats itself: 'the same words"),
        (says("  \n"), "nothing to read"),
        (says(None), "nothing to read"),
        (says("No.", finish="content_filter"), "refused"),
    ],
)
def test_what_does_not_pass_is_not_tried_again(server, answer, reason):
    server.script = [answer]
    with pytest.raises(AskingFailed, match=reason):
        ask(server)
    assert len(server.bodies) == 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_endpoint_that_refuses_every_page_makes_the_parser_unavailable(server, status):
    server.script = [reply(status, f"no model for {KEY}".encode())]
    with pytest.raises(ParserUnavailable, match=f"answered {status}. Check its url, model and key"):
        ask(server)


def test_nobody_at_the_address_makes_the_parser_unavailable(server):
    server.url = "http://127.0.0.1:9/v1"
    with pytest.raises(ParserUnavailable, match="No vision model answers at http://127.0.0.1:9/v1"):
        ask(server)


def test_an_answer_in_vain_is_charged_all_the_same(server):
    server.script = [says("Half", finish="length", tokens=(10, 20))]
    with pytest.raises(AskingFailed) as failure:
        ask(server)
    assert failure.value.usage == Usage(prompt_tokens=10, completion_tokens=20, cost=0.00022)


def test_a_key_that_the_server_repeats_is_not_passed_on(server):
    server.script = [reply(400, f"bad request with Bearer {KEY}".encode())]
    with pytest.raises(AskingFailed) as failure:
        ask(server)
    assert KEY not in str(failure.value)
    assert "***" in str(failure.value)


def test_an_endless_answer_is_not_read_to_its_end(server):
    server.script = [reply(200, b" " * 9_000_000)]
    with pytest.raises(AskingFailed, match="larger than"):
        ask(server)


def test_requests_keep_the_pace():
    async def three() -> float:
        pace, started = Pace(600), time.monotonic()
        await asyncio.gather(*(pace.turn() for _ in range(3)))
        return time.monotonic() - started

    assert 0.2 <= asyncio.run(three()) < 1


def test_back_off_doubles_and_the_server_knows_better():
    patience, busy = Patience(5, 1.0), AskingFailed("busy", passes=True)
    assert 0.5 <= patience.wait_s(1, busy) <= 1 <= 2 * patience.wait_s(2, busy) <= 4
    assert patience.wait_s(20, busy) <= 30
    assert patience.wait_s(1, AskingFailed("busy", passes=True, retry_after_s=7)) == 7
