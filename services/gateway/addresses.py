"""Find out the address by which a caller is counted.

It is that of the connection, unless proxies of ours stand before the gateway: each appends to ``X-Forwarded-For`` whom
it was called by, so with two proxies the second name from the end is the caller. Whatever stands further to the left
the caller wrote itself. A header that is shorter, or no address, is not believed.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

NETWORK_BITS = 64  # of an IPv6 address; what follows, one subscriber chooses as it likes


def caller_address(connected: str, forwarded: str, proxies: int) -> str:
    """Return the caller's address: ``forwarded`` is the header, ``proxies`` how many names in it are ours.

    Of an IPv6 address it is the network, ``2001:db8:0:7::``, so that one subscriber is one caller.
    """
    names = forwarded.split(",")
    if not proxies or len(names) < proxies:
        return _counted(connected) or connected
    return _counted(names[-proxies].strip()) or _counted(connected) or connected


@lru_cache(maxsize=4096)
def _counted(name: str) -> str:
    address = _parsed(name)
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> NETWORK_BITS << NETWORK_BITS))
    return str(address or "")


def _parsed(name: str) -> IPv4Address | IPv6Address | None:
    """Return an address that may have a port behind it: ``192.0.2.1:5000``, ``[2001:db8::1]:5000``."""
    if name.startswith("["):
        name = name[1:].partition("]")[0]
    elif name.count(":") == 1:
        name = name.partition(":")[0]
    try:
        return ip_address(name)
    except ValueError:
        return None
