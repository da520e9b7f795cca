"""Events to a URL that a caller chose: guarded as sources are (utils/addresses), signed, no redirects, no proxies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from pdf_parser.domain.event import CONTENT_TYPE, Event
from pdf_parser.errors import CallbackRefused
from pdf_parser.events.signature import signed_headers
from pdf_parser.events.undelivered import Undelivered
from pdf_parser.settings import Settings, webhook_keys
from pdf_parser.storage.urls import hide_queries_of_httpx, redact_url
from pdf_parser.utils.addresses import AddressPolicy, AddressRefused, Resolve, parse_networks, resolve, split_list
from pdf_parser.utils.pinned import parse_url, pinned, port_of

if TYPE_CHECKING:
    import httpx

GONE = 410


def check_callback(url: str, settings: Settings) -> None:
    """What the URL alone shows to be wrong; no name server is asked. Raises CallbackRefused."""
    if not webhook_keys(settings.event_webhook_secrets):
        raise CallbackRefused("Callbacks are off here. The operator turns them on with EVENT_WEBHOOK_SECRETS.")
    parsed = _parse(url, settings)
    try:
        _policy(settings).check_name(parsed.host, port_of(parsed))
    except AddressRefused as exc:
        raise CallbackRefused(f"{exc} An operator can allow it: see EVENT_HOSTS and EVENT_PRIVATE_NETWORKS.") from exc


class WebhookSender:
    def __init__(self, settings: Settings, clock: Callable[[], datetime], resolve: Resolve = resolve) -> None:
        self._settings = settings
        self._clock = clock
        self._resolve = resolve

    def send(self, url: str, event: Event) -> None:
        """Raises Undelivered unless the answer is 2xx; for good when it is 410."""
        try:
            parsed = _parse(url, self._settings)
            addresses = _policy(self._settings).addresses(parsed.host, port_of(parsed), self._resolve)
        except (CallbackRefused, AddressRefused, OSError, UnicodeError) as exc:
            raise Undelivered(str(exc)) from exc
        status = self._post(parsed, addresses, event)
        if not 200 <= status < 300:
            raise Undelivered(f"{redact_url(url)} answered {status}", for_good=status == GONE)

    def _post(self, url: httpx.URL, addresses: list[str], event: Event) -> int:
        """The body of the answer is not read."""
        import httpx

        hide_queries_of_httpx()
        body = event.body()
        signed = signed_headers(event.id, body, webhook_keys(self._settings.event_webhook_secrets), self._clock())
        headers = {"Content-Type": CONTENT_TYPE, "User-Agent": "pdf-parser", **signed}
        timeout_s = self._settings.event_timeout_s
        try:
            with pinned("POST", url, addresses, timeout_s=timeout_s, headers=headers, content=body) as response:
                return response.status_code
        except httpx.HTTPError as exc:
            raise Undelivered(f"{redact_url(str(url))}: {type(exc).__name__} {exc}") from exc


def _parse(url: str, settings: Settings) -> httpx.URL:
    try:
        parsed = parse_url(url)
    except ValueError:
        raise CallbackRefused("The callback is not a valid URL. It looks like https://host/path.") from None
    schemes = ("https", "http") if settings.event_http else ("https",)
    if parsed.scheme not in schemes:
        raise CallbackRefused(f"The callback is not a valid {' or '.join(schemes)} URL.")
    if parsed.userinfo:
        raise CallbackRefused("The callback has a user name or password in it. Put a token into its query instead.")
    return parsed


def _policy(settings: Settings) -> AddressPolicy:
    return AddressPolicy(
        hosts=split_list(settings.event_hosts), private=parse_networks(settings.event_private_networks)
    )
