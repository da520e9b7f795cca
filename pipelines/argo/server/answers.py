"""What argo-server says when it says no. Codes are gRPC's: https://grpc.io/docs/guides/status-codes/."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED = 3, 5, 8


class Refused(Exception):
    """An answer other than 2xx, or an error inside a stream. `code` is 0 when the body is not argo-server's."""

    def __init__(self, http: int, code: int, message: str) -> None:
        super().__init__(f"HTTP {http}, code {code}: {message}")
        self.http = http
        self.code = code
        self.message = message

    @property
    def is_end_of_watch(self) -> bool:
        """Argo's way to say that a watch is over: reconnect, there is nothing to wait for."""
        return self.http == 429 or self.code == RESOURCE_EXHAUSTED


def read_refusal(http: int, body: bytes) -> Refused:
    """From `{"code", "message"}`, from `{"error": {"grpc_code", "http_code", "message"}}`, or from anything else."""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return Refused(http, 0, body[:200].decode(errors="replace"))
    if isinstance(said.get("error"), dict):
        return read_stream_error(said["error"], http)
    return Refused(http, int(said.get("code") or 0), str(said.get("message") or ""))


def read_stream_error(error: Mapping[str, Any], http: int = 500) -> Refused:
    return Refused(
        int(error.get("http_code") or http), int(error.get("grpc_code") or 0), str(error.get("message") or "")
    )
