"""HTTP to an address that was checked (`addresses`), in the name of its host. Redirects are not followed and proxies of
the environment are not asked: nobody else gets to choose another address. Used for sources and for webhooks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

Trace = Callable[[str, dict[str, Any]], None]
_PORTS = {"https": 443, "http": 80}


def parse_url(url: str) -> httpx.URL:
    """Taken apart by the library that will send it: two parsers that disagree about the host are a hole.

    Raises ValueError, which says nothing of the URL: it may be a secret.
    """
    import httpx

    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise ValueError("not a URL") from None
    if not parsed.host or parsed.port == 0 or "\\" in url:
        raise ValueError("not a URL of a host")
    return parsed


def port_of(url: httpx.URL) -> int:
    return url.port or _PORTS[url.scheme]


@contextmanager
def pinned(
    method: str,
    url: httpx.URL,
    addresses: Sequence[str],
    *,
    timeout_s: float,
    headers: Mapping[str, str],
    content: bytes | None = None,
    trace: Trace | None = None,
) -> Iterator[httpx.Response]:
    """The response of the first address that takes the connection, with its body not read yet.

    Raises httpx.HTTPError.
    """
    import httpx

    tls = httpx.create_ssl_context()
    with httpx.Client(timeout=timeout_s, follow_redirects=False, trust_env=False, verify=tls) as client:

        def send(address: str) -> httpx.Response:
            """www.python-httpx.org/advanced/extensions/#sni_hostname"""
            request = client.build_request(
                method,
                url.copy_with(host=address),
                content=content,
                headers={"Host": url.netloc.decode("ascii"), **headers},
                extensions={"sni_hostname": url.raw_host.decode("ascii"), **({"trace": trace} if trace else {})},
            )
            return client.send(request, stream=True)

        response = _first_answer(send, addresses)
        try:
            yield response
        finally:
            response.close()


def _first_answer(send: Callable[[str], httpx.Response], addresses: Sequence[str]) -> httpx.Response:
    import httpx

    for address in addresses[:-1]:
        with suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return send(address)
    return send(addresses[-1])
