"""Decide to which addresses webhooks may be sent, so that nobody makes the node knock at doors of its own network.

A URL is looked at when it is given; what its host resolves to is looked at whenever a connection is made, and the
connection is made to that very address (:mod:`.line`): a name that resolves to something else a moment later gains
nothing. Never are: addresses of this host, of the link (where clouds keep their metadata), of many, of nobody; and,
unless the node may send within its own network, private ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address

LONGEST_URL = 2_000
PORT_OF = {"https": 443, "http": 80}
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
METADATA = frozenset(map(ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")))
"""Where clouds answer their machines, besides on the link."""
UNICAST = IPv6Network("2000::/3")
"""All that is given out of IPv6 for the world."""
NAT64 = IPv6Network("64:ff9b::/96")
THIS_NETWORK = IPv4Network("0.0.0.0/8")
_PRINTED = re.compile(r"[\x21-\x7e]+")
_HOST = re.compile(r"[a-z0-9._:-]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """Say what a node allows. No ``ports`` are all; ``private`` lets it send within its own network too."""

    ports: tuple[int, ...] = ()
    private: bool = False

    def fault_of(self, url: str) -> str:
        """Return what is wrong with a URL, in words for whoever gave it, or nothing."""
        if len(url) > LONGEST_URL or not _PRINTED.fullmatch(url):
            return "Give an address of at most 2,000 printable ASCII characters; other letters are percent-encoded."
        try:
            parts = urlsplit(url)
            port = parts.port or PORT_OF.get(parts.scheme, 0)
        except ValueError:
            return "This is not a valid web address."
        return self._fault_of_parts(parts, port)

    def allows(self, address: str) -> bool:
        """Tell whether a connection may be made to an IP address."""
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        return all(self._allows(one) for one in _meant(ip))

    def _fault_of_parts(self, parts: SplitResult, port: int) -> str:
        host = parts.hostname or ""
        loopback_over_http = parts.scheme == "http" and self.private and host in LOOPBACK_HOSTS
        if parts.scheme != "https" and not loopback_over_http:
            return "Give an address that begins with https://."
        if not _HOST.fullmatch(host) or parts.username is not None or parts.password is not None or parts.fragment:
            return "Give a host, without a user, a password or a fragment."
        if self.ports and port not in self.ports:
            return f"The node sends to these ports only: {', '.join(map(str, self.ports))}."
        if _is_ip(host) and not self.allows(host):
            return "The node does not send to this address."
        return ""

    def _allows(self, ip: Address) -> bool:
        if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip in METADATA or ip in THIS_NETWORK:
            return False
        return _of_the_world(ip) or (self.private and _of_a_network(ip))


def _of_the_world(ip: Address) -> bool:
    return ip.is_global and (ip.version == 4 or ip in UNICAST or ip in NAT64)  # noqa: PLR2004 - of the protocol


def _of_a_network(ip: Address) -> bool:
    return ip.is_loopback or (not ip.is_global and not ip.is_reserved)


def _meant(ip: Address) -> tuple[Address, ...]:
    """Return the address, and any of IPv4 that it stands for."""
    if isinstance(ip, IPv4Address):
        return (ip,)
    if ip.ipv4_mapped:
        return (ip.ipv4_mapped,)
    inner: list[Address] = [*(ip.teredo or ()), *([ip.sixtofour] if ip.sixtofour else [])]
    if ip in NAT64:
        inner.append(IPv4Address(int(ip) & 0xFFFF_FFFF))
    return (ip, *inner)


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
