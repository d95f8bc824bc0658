"""Read from an AMQP address how the broker proves itself, as RabbitMQ's own clients read it.

::

    amqps://user:password@host:5671/vhost?cacertfile=/etc/tashbik/authority.pem

By ``amqps`` the broker's certificate is always verified, and must bear the host of the address. ``cacertfile`` names
the authorities that it must come from, in place of those that the machine trusts; ``certfile`` and ``keyfile`` name a
certificate of ours, for a broker that asks for one. ``heartbeat``, in seconds, may stand in any address.
"""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

SCHEMES = ("amqp", "amqps")
OPTIONS = {"cacertfile": "ca_certs", "certfile": "certfile", "keyfile": "keyfile"}
HEARTBEAT = "heartbeat"


class CertificateRefused(ConnectionError):
    """Say that the broker's certificate is not accepted, and why.

    It is an error of the line too, so that a service whose broker shows another certificate one day tries again.
    """

    def __init__(self, reason: str) -> None:
        """Take the reason, and name the key that the address stands in."""
        super().__init__(f"TASHBIK_AMQP_URL is wrong (the broker's certificate is not accepted: {reason})")


def plain(url: str) -> str:
    """Return an address without what it says of TLS."""
    parts = urlsplit(url)
    kept = [(name, text) for name, text in parse_qsl(parts.query) if name == HEARTBEAT]
    return parts._replace(query=urlencode(kept)).geturl()


def options_of(url: str) -> dict[str, Any] | None:
    """Return what py-amqp needs to know for TLS, None for an address without it.

    Raises ``ValueError`` for an address, or a file that it names, which cannot be used; its words quote neither user
    nor password.
    """
    parts = urlsplit(url)
    given = _given(parts)
    if parts.scheme == "amqp":
        return None
    _try(given)
    return {"server_hostname": parts.hostname, "cert_reqs": ssl.CERT_REQUIRED, **given}


def _given(parts: SplitResult) -> dict[str, str]:
    if parts.scheme not in SCHEMES:
        raise ValueError("give an address as amqp://… or amqps://…")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    options.pop(HEARTBEAT, None)
    if unknown := sorted(options.keys() - (OPTIONS if parts.scheme == "amqps" else ())):
        raise ValueError(f"{', '.join(unknown)}: amqps takes {', '.join(OPTIONS)}, and amqp none of them")
    return {OPTIONS[name]: path for name, path in options.items()}


def _try(given: dict[str, str]) -> None:
    """Read the files as each connection will; an unreadable one is a wrong address, and no broker that is away."""
    try:
        context = ssl.create_default_context(cafile=given.get("ca_certs"))
        if "certfile" in given:
            context.load_cert_chain(given["certfile"], given.get("keyfile"))
    except OSError as error:
        named = ", ".join(sorted(given.values()))
        raise ValueError(
            f"no certificate can be read from {named} ({error.strerror or type(error).__name__})"
        ) from error
