"""Signatures are those of Standard Webhooks; who does not have the key cannot make one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st
from pydantic import SecretStr, ValidationError

from pdf_parser.events.signature import is_signed, signed_headers
from pdf_parser.settings import Settings, webhook_keys
from tests.events.conftest import KEY, NOW, SECRET

KEYS = st.binary(min_size=24, max_size=64)


def test_it_is_that_of_the_specification():
    """The example of github.com/standard-webhooks/standard-webhooks, spec, "Signature scheme"."""
    (key,) = webhook_keys(SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    at = datetime.fromtimestamp(1614265330, timezone.utc)
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', [key], at)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(), KEYS, KEYS)
def test_either_key_verifies_while_secrets_change_over(body, old, new):
    headers = signed_headers("id", body, [new, old], NOW)
    assert is_signed(headers, body, old, NOW) and is_signed(headers, body, new, NOW)


@given(st.binary(), st.binary(), KEYS)
def test_another_body_or_another_key_does_not(body, other, key):
    headers = signed_headers("id", body, [KEY], NOW)
    assert is_signed(headers, other, KEY, NOW) is (body == other)
    assert is_signed(headers, body, key, NOW) is (key == KEY)


def test_an_old_message_is_not_accepted_again():
    headers = signed_headers("id", b"x", [KEY], NOW)
    assert not is_signed(headers, b"x", KEY, NOW + timedelta(minutes=6))
    assert not is_signed({**headers, "webhook-id": "other"}, b"x", KEY, NOW)
    assert not is_signed({}, b"x", KEY, NOW)


@pytest.mark.parametrize("secrets", ["secret", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%", f"{SECRET},short"])
def test_secrets_that_protect_nothing_are_refused(secrets):
    with pytest.raises(ValidationError):
        Settings(_env_file=None, event_webhook_secrets=secrets)


def test_a_webhook_is_never_sent_unsigned():
    with pytest.raises(ValidationError, match="EVENT_WEBHOOK_SECRETS"):
        Settings(_env_file=None, event_webhook_url="https://h/")
