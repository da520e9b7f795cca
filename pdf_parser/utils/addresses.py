"""Which hosts a URL chosen by a stranger may lead to: the guard against server-side request forgery (SSRF).

A name is resolved once, every address it has is checked, and the caller connects to the addresses that are returned:
a second answer of the name server changes nothing (DNS rebinding). Used for sources and for webhooks.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], list[str]]

WEB_PORTS = (80, 443)
FIRST_USER_PORT = 1024  # below it, other than the web's, lie mail, DNS, SSH and their like
# Public by number, yet a cloud's own: Azure's WireServer and Oracle's metadata give secrets to whoever asks.
_NEVER = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.0.0.0/24"))
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))  # RFC 6052, RFC 8215
_IPV4_COMPATIBLE = ipaddress.ip_network("::/96")  # RFC 4291 §2.5.5.1
_LOOKS_NUMERIC = re.compile(r"^(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?$", re.IGNORECASE)


class AddressRefused(ValueError):
    """The host is none that the service may connect to. The message says why and what the operator can set."""


@dataclass(frozen=True)
class AddressPolicy:
    """`hosts`: the only names accepted ("*.example.com" for those below one), all when empty.
    `private`: networks that are accepted although they are not public. `endpoints`: host:port pairs that the operator
    has configured himself; they are not checked at all.
    """

    hosts: tuple[str, ...] = ()
    private: tuple[Network, ...] = ()
    endpoints: tuple[tuple[str, int], ...] = ()

    def check_name(self, host: str, port: int) -> None:
        """What can be told without asking a name server. Raises AddressRefused."""
        if self._is_endpoint(host, port):
            return
        if self.hosts and not any(_matches(host, pattern) for pattern in self.hosts):
            raise AddressRefused(f"The host {host} is not on the list of hosts that are accepted.")
        if port not in WEB_PORTS and port < FIRST_USER_PORT:
            raise AddressRefused(f"Port {port} is no port of a web server.")
        literal = _literal(host)
        if literal is not None:
            self._check(literal)
        elif _LOOKS_NUMERIC.match(host):
            raise AddressRefused(f"{host} is an address in an unusual form. Write it as four decimal numbers.")

    def addresses(self, host: str, port: int, resolve: Resolve) -> list[str]:
        """The addresses to connect to, in the resolver's order. One bad one among them refuses all.

        Raises AddressRefused, and OSError when the name cannot be resolved.
        """
        self.check_name(host, port)
        found = resolve(host, port)
        if not self._is_endpoint(host, port):
            for address in found:
                self._check(ipaddress.ip_address(address))
        return found

    def _is_endpoint(self, host: str, port: int) -> bool:
        return (host.lower(), port) in self.endpoints

    def _check(self, address: Address) -> None:
        for form in _forms(address):
            if any(form in network for network in self.private):
                return
        if not all(_is_public(form) for form in _forms(address)):
            raise AddressRefused("The host has a private, local or reserved address, where the service does not go.")


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, as text. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def parse_networks(text: str) -> tuple[Network, ...]:
    """ "10.0.0.0/8,::1" → networks. Raises ValueError."""
    return tuple(ipaddress.ip_network(part) for part in split_list(text))


def split_list(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _matches(host: str, pattern: str) -> bool:
    host = host.lower().rstrip(".")
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not any(address in network for network in _NEVER)


def _forms(address: Address) -> Iterable[Address]:
    """The address, and the IPv4 address that an IPv6 one carries inside."""
    yield address
    if isinstance(address, ipaddress.IPv6Address):
        yield from _carried(address)


def _carried(address: ipaddress.IPv6Address) -> Iterable[ipaddress.IPv4Address]:
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if any(address in network for network in (*_NAT64, _IPV4_COMPATIBLE)):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
