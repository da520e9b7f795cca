"""The servers that do Marker's inference: named, well, and with the model that this version of it expects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from pdf_parser.errors import ParserUnavailable

PROBE_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class InferenceServer:
    """`setting` names the address (ending in /v1), `checkpoint` the setting of surya that holds the model's id."""

    setting: str
    url: str
    checkpoint: str

    def require_url(self) -> None:
        if not self.url:
            raise ParserUnavailable(
                f"Marker needs a server at {self.setting}, which is not set; it starts none itself."
            )

    def require(self, http: httpx.Client, model: str) -> None:
        """Raises ParserUnavailable unless the server is well and has just this model."""
        base = self.url.rstrip("/")
        try:
            http.get(f"{base.removesuffix('/v1')}/health").raise_for_status()
            answer = http.get(f"{base}/models").raise_for_status().json()
            found = [str(entry["id"]) for entry in answer["data"]]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as exc:
            raise ParserUnavailable(f"Nothing well answers at {self.setting}={self.url}: {exc}") from exc
        if found[:1] != [model]:
            raise ParserUnavailable(f"{self.setting}={self.url} serves {found or 'nothing'}, Marker needs {model!r}.")


def require_servers(servers: Sequence[InferenceServer], surya: object) -> None:
    """`surya`: the settings of the installed surya, which know the ids of its models."""
    with httpx.Client(timeout=PROBE_TIMEOUT_S) as http:
        for server in servers:
            server.require(http, getattr(surya, server.checkpoint))
