"""PDFs on a web server: https://…, presigned or public. The one place that connects to an address a caller chose.

The name is resolved once and checked (utils/addresses), and the connection goes to the address that was checked
(utils/pinned).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

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
from pdf_parser.storage.sources.base import Facts, Intake
from pdf_parser.storage.sources.deadline import Deadline
from pdf_parser.storage.sources.policy import source_policy
from pdf_parser.storage.urls import hide_queries_of_httpx, redact_url
from pdf_parser.utils.addresses import AddressPolicy, AddressRefused, Resolve, resolve
from pdf_parser.utils.pinned import parse_url, pinned, port_of

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
    def __init__(self, transfer_factor: float = TRANSFER_FACTOR, resolve: Resolve = resolve) -> None:
        self._transfer_factor = transfer_factor
        self._resolve = resolve

    def check(self, url: str, settings: Settings) -> None:
        parsed = _parse(url)
        with _refused():
            source_policy(settings).check_name(parsed.host, port_of(parsed))

    def look(self, url: str, settings: Settings, store: ObjectStore) -> Facts:
        """Nothing: a presigned URL is signed for GET alone."""
        return Facts()

    def read(self, url: str, intake: Intake, settings: Settings, store: ObjectStore) -> None:
        where = redact_url(url)
        with (
            Deadline(settings.source_timeout_s * self._transfer_factor) as deadline,
            _translated(where, deadline),
        ):
            parsed = _parse(url)
            addresses = self._addresses(parsed, source_policy(settings))
            hide_queries_of_httpx()
            plain, timeout_s = {"Accept-Encoding": "identity"}, settings.source_timeout_s
            with pinned("GET", parsed, addresses, timeout_s=timeout_s, headers=plain, trace=deadline.watch) as response:
                _refuse_status(response, where)
                _expect_length(response, intake)
                for chunk in response.iter_bytes():
                    intake.write(chunk)

    def _addresses(self, url: httpx.URL, policy: AddressPolicy) -> list[str]:
        with _refused():
            try:
                return policy.addresses(url.host, port_of(url), self._resolve)
            except (OSError, UnicodeError) as exc:
                raise SourceUnavailable(f"The host {url.host} could not be found: {exc}. Check its name.") from exc


def _parse(url: str) -> httpx.URL:
    try:
        parsed = parse_url(url)
    except ValueError:
        raise InvalidOptions("The source is not a valid URL. It looks like https://host/path.") from None
    if parsed.userinfo:
        raise InvalidOptions("The source URL has a user name or password in it. Use a presigned URL instead.")
    return parsed


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except AddressRefused as exc:
        raise SourceForbidden(f"{exc} An operator can allow it: see SOURCE_HOSTS and SOURCE_PRIVATE_NETWORKS.") from exc


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
