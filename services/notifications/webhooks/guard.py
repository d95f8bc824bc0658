"""Decide to which addresses webhooks may be sent, so that nobody makes the node knock at doors of its own network.

A URL is looked at when it is given; what its host resolves to is looked at whenever a connection is made, and the
connection is made to that very address (:mod:`.line`): a name that resolves to something else a moment later gains
nothing. What is neither of the world nor, where the node may send there, of its own network is not sent to: the link
and the other places where clouds keep their metadata, addresses of many and of nobody, and those that hide another.

Sources: the IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890) and Global Unicast Allocations. They
stand here in full, since what Python's ``ipaddress`` knows of them depends on its version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _networks(*written: str) -> tuple[Network, ...]:
    return tuple(map(ip_network, written))


LONGEST_URL = 2_000
PORT_OF = {"https": 443, "http": 80}
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
METADATA = _networks(
    "100.100.100.200",  # Alibaba
    "168.63.129.16",  # Azure
    "192.0.0.192",  # Oracle
    "fd00:ec2::/32",  # AWS
    "fd20:ce::254",  # Google
    "fd00:c1::a9fe:a9fe",  # Oracle
    "fd00:42::42",  # Scaleway
    "fd00:100::100:200",  # Alibaba
    "fd00:a9fe:a9fe::1",  # Akamai
)
"""Where clouds answer their machines, besides on the link."""
OWN = _networks(
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "::1",
    "fc00::/7",
)
"""This host, and private networks."""
NOBODY = _networks(
    "0.0.0.0/8",
    "169.254.0.0/16",  # the link
    "192.0.0.0/24",  # protocols
    "192.0.2.0/24",  # examples, and two more
    "198.51.100.0/24",
    "203.0.113.0/24",
    "192.88.99.0/24",  # relays of 6to4
    "224.0.0.0/3",  # many, and what is reserved
    "2001::/23",  # protocols, Teredo among them
    "2001:db8::/32",  # examples, and one more
    "3fff::/20",
    "2002::/16",  # 6to4
)
"""What looks like the world's and is not: the link, many, nobody, protocols, and tunnels, which hide an address."""
UNICAST = IPv6Network("2000::/3")
"""All that is given out of IPv6 for the world."""
NAT64 = IPv6Network("64:ff9b::/96")
"""How a network that has IPv6 alone writes an address of IPv4 (RFC 6052); looked at as that address."""
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
        return self._allows(_meant(ip))

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
        if _among(ip, METADATA):
            return False
        return self.private if _among(ip, OWN) else _of_the_world(ip)


def _of_the_world(ip: Address) -> bool:
    return (isinstance(ip, IPv4Address) or ip in UNICAST) and not _among(ip, NOBODY)


def _among(ip: Address, networks: Iterable[Network]) -> bool:
    return any(ip in one for one in networks)


def _meant(ip: Address) -> Address:
    """Return the address of IPv4 that one of IPv6 is another spelling of, or the address."""
    if isinstance(ip, IPv6Address):
        return IPv4Address(int(ip) & 0xFFFF_FFFF) if ip in NAT64 else ip.ipv4_mapped or ip
    return ip


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
