"""Signatures of webhooks, as www.standardwebhooks.com has them, so that its libraries verify them."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)


def signed_headers(event_id: str, body: bytes, keys: Iterable[bytes], now: datetime) -> dict[str, str]:
    """`now` is that of the attempt. One signature per key, so that a receiver may know the old one or the new one."""
    timestamp = str(int(now.timestamp()))
    signatures = " ".join(_signature(event_id, timestamp, body, key) for key in keys)
    return {ID: event_id, TIMESTAMP: timestamp, SIGNATURE: signatures}


def is_signed(headers: Mapping[str, str], body: bytes, key: bytes, now: datetime) -> bool:
    """What a receiver does: whether the body came from who has the key, within TOLERANCE of `now`."""
    timestamp = headers.get(TIMESTAMP, "")
    if not timestamp.isdecimal() or abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        return False
    wanted = _signature(headers.get(ID, ""), timestamp, body, key)
    return any(hmac.compare_digest(wanted, given) for given in headers.get(SIGNATURE, "").split(" "))


def _signature(event_id: str, timestamp: str, body: bytes, key: bytes) -> str:
    digest = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{b64encode(digest).decode()}"
