"""Requests to argo-server: with token, TLS, time-outs, repeats where they are harmless, and a circuit breaker."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from pdf_parser.errors import EngineUnavailable
from pipelines.argo.server.answers import Refused, read_refusal
from pipelines.argo.server.backoff import delays
from pipelines.argo.server.circuit import Circuit
from pipelines.argo.server.token import Token

TRIES = 3
MAX_CONNECTIONS = 20
OVERLOAD = (502, 503, 504)  # told by a proxy, or by a server that is starting or going away
Params = Mapping[str, str]


@dataclass(frozen=True)
class Server:
    """Where the engine is. `ca_file`: certificates to trust instead of the system's; `insecure`: trust anything.

    `settings` is what the names of its settings begin with.
    """

    url: str
    token: Token = field(default_factory=Token)
    ca_file: str = ""
    insecure: bool = False
    connect_timeout_s: float = 2.0
    read_timeout_s: float = 10.0
    settings: str = "ARGO"


class Connection:
    """Raises Refused for what the server said no to, EngineUnavailable when it does not answer."""

    def __init__(self, server: Server, circuit: Circuit | None = None) -> None:
        """Raises EngineUnavailable when the certificates cannot be read."""
        self.circuit = circuit or Circuit()
        self._token = server.token
        self._settings = server.settings
        self._timeout = httpx.Timeout(server.read_timeout_s, connect=server.connect_timeout_s)
        self._http = httpx.AsyncClient(
            base_url=server.url,
            verify=_trust(server),
            timeout=self._timeout,
            limits=httpx.Limits(max_connections=MAX_CONNECTIONS),
        )

    async def ask(self, method: str, path: str, params: Params | None = None) -> dict[str, Any]:
        """For calls that may be repeated: TRIES in all, as long as the server does not answer or answers 5xx."""
        return await self._try(method, path, params, None, TRIES)

    async def ask_once(self, path: str, params: Params) -> dict[str, Any]:
        """A GET past the circuit, for a caller that waits between its tries: the first success closes the circuit."""
        try:
            return await self._once("GET", path, params, None)
        except httpx.HTTPError as exc:
            self.circuit.failed()
            raise _unavailable(exc) from exc

    async def tell(self, method: str, path: str, body: Mapping[str, Any], *, tries: int = 1) -> dict[str, Any]:
        return await self._try(method, path, None, body, tries)

    async def lines(
        self, path: str, params: Params, silence_s: float | None = None
    ) -> AsyncGenerator[dict[str, Any], None]:
        """The objects of an NDJSON stream. Raises TimeoutError after `silence_s` without any (None: read time-out).

        The circuit does not stop it: whoever follows a stream waits between tries by itself.
        """
        timeout = httpx.Timeout(self._timeout.read if silence_s is None else silence_s, connect=self._timeout.connect)
        try:
            async with self._opened(path, params, timeout) as response, aclosing(_lines(response)) as lines:
                async for line in lines:
                    yield self._object(line)
        except httpx.ReadTimeout as exc:
            raise TimeoutError from exc
        except httpx.HTTPError as exc:
            self.circuit.failed()
            raise _unavailable(exc) from exc

    async def close(self) -> None:
        await self._http.aclose()

    async def _try(
        self, method: str, path: str, params: Params | None, body: Mapping[str, Any] | None, tries: int
    ) -> dict[str, Any]:
        waits = delays(0.1, 1.0)
        for left in reversed(range(tries)):
            self.circuit.admit()
            try:
                return await self._once(method, path, params, body)
            except httpx.HTTPError as exc:
                self.circuit.failed()
                if not left:
                    raise _unavailable(exc) from exc
            except Refused as exc:
                if exc.http < 500 or not left:
                    raise
            await asyncio.sleep(next(waits))
        raise AssertionError("unreachable: the last try returns or raises")

    async def _once(
        self, method: str, path: str, params: Params | None, body: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        response = await self._send(method, path, params, body)
        if response.status_code == 401 and self._token.renew():
            response = await self._send(method, path, params, body)
        if response.status_code in OVERLOAD:
            self.circuit.failed()
        else:
            self.circuit.succeeded()
        self._raise_for(response.status_code, response.content)
        return self._object(response.content)

    async def _send(
        self, method: str, path: str, params: Params | None, body: Mapping[str, Any] | None
    ) -> httpx.Response:
        return await self._http.request(method, path, params=params, json=body, headers=self._token.headers())

    @asynccontextmanager
    async def _opened(self, path: str, params: Params, timeout: httpx.Timeout) -> AsyncIterator[httpx.Response]:
        for may_renew in (True, False):
            opened = self._http.stream("GET", path, params=params, headers=self._token.headers(), timeout=timeout)
            async with opened as response:
                if response.status_code == 401 and may_renew and self._token.renew():
                    continue
                if not response.is_success:
                    self._raise_for(response.status_code, await response.aread())
                yield response
                return

    def _raise_for(self, http: int, body: bytes) -> None:
        if http in (401, 403):
            said, setting = read_refusal(http, body).message, f"{self._settings}_TOKEN_FILE"
            raise EngineUnavailable(f"The workflow engine refuses this service ({http}: {said}). See {setting}.")
        if not 200 <= http < 300:
            raise read_refusal(http, body)

    def _object(self, body: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise EngineUnavailable(f"What answers is not the workflow engine. See {self._settings}_URL.")
        return answer


def _trust(server: Server) -> ssl.SSLContext | bool:
    if server.insecure or not server.url.startswith("https"):
        return False
    try:
        return ssl.create_default_context(cafile=server.ca_file or None)
    except OSError as exc:
        raise EngineUnavailable(f"The certificates of the engine cannot be read: {exc}. See ARGO_CA_FILE.") from exc


def _unavailable(exc: httpx.HTTPError) -> EngineUnavailable:
    return EngineUnavailable(f"The workflow engine did not answer: {type(exc).__name__} {exc}".rstrip(": "))


async def _lines(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """Split at newlines only: httpx also splits at U+0085 and others. What has no newline at the end is cut off."""
    rest = bytearray()
    async for chunk in response.aiter_bytes():
        rest += chunk
        *whole, last = rest.split(b"\n")
        rest = bytearray(last)
        for line in whole:
            if line.strip():
                yield bytes(line)
