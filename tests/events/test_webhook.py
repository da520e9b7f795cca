"""A webhook goes where a stranger says, but never into our network; only 2xx counts as taken."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from pdf_parser.domain.event import EventKind
from pdf_parser.errors import CallbackRefused
from pdf_parser.events.signature import is_signed
from pdf_parser.events.undelivered import Undelivered
from pdf_parser.events.webhook import WebhookSender, check_callback
from tests.e2e.receiver import Receiver
from tests.events.conftest import KEY, event
from tests.storage.test_source_guard import LOCAL_AND_PRIVATE

STARTED = event(EventKind.STARTED)


def now():
    return datetime.now(timezone.utc)


def test_the_event_arrives_as_a_signed_cloud_event(make_settings):
    with Receiver() as receiver:
        WebhookSender(make_settings(), now).send(f"{receiver.url}/hook?a=b", STARTED)
    ((path, headers, body),) = receiver.requests
    assert (path, headers["host"]) == ("/hook?a=b", f"127.0.0.1:{receiver.port}")
    assert json.loads(body) == json.loads(STARTED.body())
    assert {"specversion", "id", "source", "type"} <= set(json.loads(body))
    assert headers["webhook-id"] == STARTED.id and is_signed(headers, body, KEY, now())


@pytest.mark.parametrize(("status", "for_good"), [(500, False), (404, False), (302, False), (410, True)])
def test_an_answer_that_is_not_2xx_is_told_without_the_query(make_settings, status, for_good):
    with Receiver(lambda number: status) as receiver, pytest.raises(Undelivered) as caught:
        WebhookSender(make_settings(), now).send(f"{receiver.url}/?token=secret", STARTED)
    assert caught.value.for_good is for_good and str(status) in str(caught.value)
    assert "secret" not in str(caught.value) and len(receiver.requests) == 1


@pytest.mark.parametrize("url", LOCAL_AND_PRIVATE)
def test_no_hostile_url_is_connected_to(make_settings, url):
    settings = make_settings(event_private_networks="")
    with pytest.raises(Undelivered):
        WebhookSender(settings, now).send(url, STARTED)


def test_a_name_that_leads_inside_later_is_refused_then(make_settings):
    """DNS rebinding: what counts is the address at the time of the delivery."""
    settings = make_settings(event_private_networks="")
    check_callback("https://rebound.example/hook", settings)
    sender = WebhookSender(settings, now, resolve=lambda host, port: ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(Undelivered, match="private"):
        sender.send("https://rebound.example/hook", STARTED)


@pytest.mark.parametrize(
    "url",
    [
        "http://h.example/",
        "ftp://h.example/",
        "https://user:secret@h.example/",
        "https://127.0.0.1/",
        "https://h.example:22/",
        "https://",
        "nonsense secret",
        "https://h.example\\@10.0.0.1/",
    ],
)
def test_a_callback_is_refused_by_name_and_not_repeated(make_settings, url):
    with pytest.raises(CallbackRefused) as caught:
        check_callback(url, make_settings(event_http=False, event_private_networks=""))
    assert "secret" not in str(caught.value)


def test_without_a_secret_there_are_no_callbacks(make_settings):
    with pytest.raises(CallbackRefused, match="EVENT_WEBHOOK_SECRETS"):
        check_callback("https://h.example/", make_settings(event_webhook_url="", event_webhook_secrets=""))
