"""Say of a request what Flask wants to know: turn what the server gives (ASGI 3) into WSGI's variables (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from services.gateway.addresses import caller_address

Scope = Mapping[str, Any]
BARE = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})  # the two that PEP 3333 names without a prefix
LATIN1 = "latin-1"  # how PEP 3333 carries bytes in text


def environ_of(scope: Scope, proxies: int) -> dict[str, Any]:
    """Return WSGI's variables for a request, all but its body. ``REMOTE_ADDR`` is as :mod:`addresses` has it."""
    headers = _headers(scope["headers"])
    (host, port), (connected, _) = scope["server"], scope["client"]
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode(LATIN1),
        "QUERY_STRING": scope["query_string"].decode(LATIN1),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": caller_address(connected, headers.get("HTTP_X_FORWARDED_FOR", ""), proxies),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **headers,
    }


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by WSGI's names, repeated ones in one.

    A name with an underscore is left out: it would pass for the one with a hyphen, which a proxy may have set.
    """
    found: dict[str, str] = {}
    for raw_name, raw_text in pairs:
        if b"_" in raw_name:
            continue
        name, text = raw_name.decode(LATIN1).upper().replace("-", "_"), raw_text.decode(LATIN1)
        name = name if name in BARE else f"HTTP_{name}"
        found[name] = f"{found[name]},{text}" if name in found else text
    return found
