"""PDFs on a web server: https://…, presigned or public. The one place that connects to an address a caller chose.

Redirects are not followed: the address that was checked is the address that is read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pdf_parser.errors import (
    InvalidOptions,
    PdfParserError,
    SourceForbidden,
    SourceNotFound,
    SourceTooLarge,
    SourceUnavailable,
)
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.sources.base import Intake
from pdf_parser.storage.sources.deadline import Deadline
from pdf_parser.storage.urls import redact_url

if TYPE_CHECKING:
    import httpx

# The whole transfer may take this many times SOURCE_TIMEOUT_S: with 30 s ten minutes, or 500 MB at 0.8 MB/s.
TRANSFER_FACTOR = 20
_BY_STATUS: dict[int, type[PdfParserError]] = {
    404: SourceNotFound,
    408: SourceUnavailable,
    410: SourceNotFound,
    413: SourceTooLarge,
    425: SourceUnavailable,
    429: SourceUnavailable,
}


class HttpSource:
    def __init__(self, transfer_factor: float = TRANSFER_FACTOR) -> None:
        self._transfer_factor = transfer_factor

    def check(self, url: str, settings: Settings) -> None:
        try:
            parts = urlsplit(url)
            valid = bool(parts.hostname) and parts.port != 0
        except ValueError:  # not chained: its message may quote a password
            valid = False
        if not valid:
            raise InvalidOptions("The source is not a valid URL. It looks like https://host/path.")

    def read(self, url: str, intake: Intake, settings: Settings, store: ObjectStore) -> None:
        where = redact_url(url)
        with (
            Deadline(settings.source_timeout_s * self._transfer_factor) as deadline,
            _translated(where, deadline),
            _get(url, settings, deadline) as response,
        ):
            _refuse_status(response, where)
            _expect_length(response, intake)
            for chunk in response.iter_bytes():
                intake.write(chunk)


@contextmanager
def _get(url: str, settings: Settings, deadline: Deadline) -> Iterator[httpx.Response]:
    """The response, with its body not read yet.

    A guard against private addresses belongs in the `trace` hook, which is told of a connection before its first use.
    """
    import httpx

    logging.getLogger("httpx").addFilter(_hide_queries)  # httpx logs the whole URL; a filter is only added once
    headers, hook = {"Accept-Encoding": "identity"}, {"trace": deadline.watch}
    with (
        httpx.Client(timeout=settings.source_timeout_s, follow_redirects=False) as client,
        client.stream("GET", url, headers=headers, extensions=hook) as response,
    ):
        yield response


def _refuse_status(response: httpx.Response, where: str) -> None:
    status = response.status_code
    if status in (200, 203):
        return
    if 300 <= status < 400:
        raise SourceForbidden(f"{where} redirects ({status}). Give the final URL: redirects are not followed.")
    refused = SourceForbidden if 400 <= status < 500 else SourceUnavailable
    raise _BY_STATUS.get(status, refused)(f"{where} answered {status} {response.reason_phrase}.")


def _expect_length(response: httpx.Response, intake: Intake) -> None:
    """Nothing is expected of a chunked body, nor of a compressed one: its length is that of other bytes."""
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and "Content-Encoding" not in response.headers:
        intake.expect(int(length))


@contextmanager
def _translated(where: str, deadline: Deadline) -> Iterator[None]:
    import httpx

    try:
        yield
    except httpx.InvalidURL as exc:
        raise InvalidOptions(f"{where} is not a valid URL.") from exc
    except httpx.HTTPError as exc:
        reason = _too_slow(deadline) if deadline.expired else f"{type(exc).__name__} {exc}"
        raise SourceUnavailable(f"{where} could not be read: {reason}") from exc
    if deadline.expired:  # a body without length: the cut looked like its end
        raise SourceUnavailable(f"{where} could not be read: {_too_slow(deadline)}")


def _too_slow(deadline: Deadline) -> str:
    return f"it took longer than {deadline.limit_s:g} s. See SOURCE_TIMEOUT_S."


def _hide_queries(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(redact_url(str(arg)) if "://" in str(arg) else arg for arg in record.args)
    return True
