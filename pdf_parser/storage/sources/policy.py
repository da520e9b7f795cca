"""What the settings say of the hosts that sources may lie on."""

from __future__ import annotations

from urllib.parse import urlsplit

from pdf_parser.settings import Settings
from pdf_parser.utils.addresses import AddressPolicy, parse_networks, split_list


def source_policy(settings: Settings) -> AddressPolicy:
    """The store's own endpoint is accepted wherever it is: presigned URLs of MinIO in the same network lead there."""
    return AddressPolicy(
        hosts=split_list(settings.source_hosts),
        private=parse_networks(settings.source_private_networks),
        endpoints=_endpoints(settings.s3_endpoint_url),
    )


def _endpoints(url: str | None) -> tuple[tuple[str, int], ...]:
    parts = urlsplit(url or "")
    if not parts.hostname:
        return ()
    return ((parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)),)
