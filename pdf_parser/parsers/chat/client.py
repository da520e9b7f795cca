"""Asks a vision model what is on a page, again where that helps. Its key goes into one header and nowhere else."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Generator

import httpx
from pydantic import SecretStr

from pdf_parser.domain.endpoint import VlmEndpoint
from pdf_parser.domain.ledger import Usage
from pdf_parser.errors import ParserUnavailable
from pdf_parser.parsers.chat.answer import Answer, read_answer
from pdf_parser.parsers.chat.failures import AskingFailed, Patience, Unreachable, check_status
from pdf_parser.parsers.chat.pace import Pace

MAX_ANSWER_BYTES = 8_000_000


class ChatClient:
    """`timeout_s` of one request, `page_timeout_s` of all that a page waits, for its turn too.

    A context; not for more than one loop.
    """

    def __init__(
        self,
        endpoint: VlmEndpoint,
        key: SecretStr | None,
        patience: Patience,
        pace: Pace,
        timeout_s: float,
        page_timeout_s: float,
    ) -> None:
        self._endpoint = endpoint
        self._key = key
        self._patience = patience
        self._pace = pace
        self._timeout_s = timeout_s
        self._page_timeout_s = page_timeout_s
        self._http = httpx.AsyncClient(auth=_Bearer(key) if key else None, timeout=timeout_s)

    async def __aenter__(self) -> ChatClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def ask(self, picture: bytes) -> Answer:
        """What is on the picture (PNG). Raises AskingFailed with all that was charged, ParserUnavailable."""
        spent = Usage()
        deadline = time.monotonic() + self._page_timeout_s
        await self._pace.turn()
        for tries in range(1, self._patience.attempts + 1):
            try:
                answer = await self._try(picture, deadline)
                return Answer(answer.text, spent + answer.usage)
            except AskingFailed as exc:
                spent += exc.usage or Usage()
                wait = self._patience.wait_s(tries, exc)
                if exc.passes and tries < self._patience.attempts and time.monotonic() + wait < deadline:
                    await asyncio.sleep(wait)
                    await self._pace.turn()
                    continue
                raise self._last(exc, tries, spent) from exc
        raise AssertionError("the last try either answers or raises")

    def _last(self, failure: AskingFailed, tries: int, spent: Usage) -> Exception:
        if isinstance(failure, Unreachable):
            return ParserUnavailable(f"No vision model answers at {self._endpoint.url}. Start it, or correct its url.")
        text = self._without_key(str(failure))
        return AskingFailed(f"{text} ({tries} tries)" if tries > 1 else text, usage=spent)

    async def _try(self, picture: bytes, deadline: float) -> Answer:
        seconds = min(self._timeout_s, max(0.0, deadline - time.monotonic()))
        try:
            status, headers, body = await asyncio.wait_for(self._post(picture), seconds)
        except (httpx.TimeoutException, asyncio.TimeoutError) as exc:
            raise AskingFailed(f"no answer within {seconds:.3g} s", passes=True) from exc
        except httpx.ConnectError as exc:
            raise Unreachable("the endpoint cannot be reached", passes=True) from exc
        except httpx.TransportError as exc:
            raise AskingFailed(f"the connection broke: {type(exc).__name__}", passes=True) from exc
        check_status(status, headers, body.decode(errors="replace"))
        return read_answer(body, self._endpoint)

    async def _post(self, picture: bytes) -> tuple[int, httpx.Headers, bytes]:
        body = bytearray()
        async with self._http.stream(
            "POST", f"{self._endpoint.url}/chat/completions", json=self._question(picture)
        ) as reply:
            async for part in reply.aiter_bytes():
                body += part
                if len(body) > MAX_ANSWER_BYTES:
                    raise AskingFailed(f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
            return reply.status_code, reply.headers, bytes(body)

    def _question(self, picture: bytes) -> dict[str, object]:
        image = {"url": f"data:image/png;base64,{base64.b64encode(picture).decode()}"}
        content = [{"type": "image_url", "image_url": image}, {"type": "text", "text": self._endpoint.prompt}]
        asked: dict[str, object] = {
            "model": self._endpoint.model,
            "messages": [{"role": "user", "content": content}],
            "temperature": 0,
            "max_tokens": self._endpoint.max_tokens,
            **self._endpoint.extra_body,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def _without_key(self, text: str) -> str:
        """Some servers repeat the key that they do not like."""
        return text.replace(self._key.get_secret_value(), "***") if self._key else text


class _Bearer(httpx.Auth):
    def __init__(self, key: SecretStr) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        yield request
