"""Be an identity provider, as Keycloak, Entra or Authentik are one: sign tokens, serve discovery and keys on loopback.

It misbehaves as it is told to: it rotates keys, goes away, is slow, says too much, names another issuer or redirects.
"""

from __future__ import annotations

import base64
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from cli.process import LOOPBACK
from services.gateway.auth.discovery import MOST, WELL_KNOWN

AUDIENCE = "tashbik-of-qena"
KEYS_PATH = "/keys"
MOVED = "/moved"
AREA = "EG29"

AnyKey = RSAKey | ECKey | OKPKey
Json = dict[str, Any]


@dataclass
class IdentityProvider:
    """Hold an issuer's keys by their ids. ``asked`` counts questions for keys, ``fault`` is how it misbehaves."""

    issuer: str
    keys: dict[str, AnyKey] = field(default_factory=lambda: {"first": OKPKey.generate_key("Ed25519")})
    asked: int = 0
    fault: str = ""
    hold: threading.Event = field(default_factory=threading.Event)

    def claims(self, **changes: Any) -> Json:
        """Return the claims of a case worker's token; those that are changed to None are left out."""
        now = int(time.time())
        told = {
            **{"iss": self.issuer, "aud": [AUDIENCE, "account"], "sub": "27503152700123", "azp": "case-app"},
            **{"iat": now, "exp": now + 300, "jti": "a1", "name": "Philippina Quackenbosh"},
            **{"roles": ["case_worker", "offline_access"], "tashbik_area": AREA},
            **changes,
        }
        return {name: value for name, value in told.items() if value is not None}

    def token(
        self, *, kid: str = "", alg: str = "", kind: str = "at+jwt", key: AnyKey | None = None, **changes: Any
    ) -> str:
        """Return a token, signed by the newest key unless said otherwise."""
        kid = kid or list(self.keys)[-1]
        key = key or self.keys[kid]
        alg = alg or {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}[key.key_type]
        told = f"{segment({'alg': alg, 'typ': kind, 'kid': kid})}.{segment(self.claims(**changes))}"
        signature = JWSRegistry.algorithms[alg].sign(told.encode(), key)
        return f"{told}.{encoded(signature)}"

    def unsigned(self) -> str:
        """Return a token of the algorithm ``none``."""
        return f"{segment({'alg': 'none', 'typ': 'at+jwt', 'kid': 'first'})}.{segment(self.claims())}."

    def signed_by_public_key(self, kid: str = "first") -> str:
        """Return a token whose HMAC has the public key for its secret."""
        told = f"{segment({'alg': 'HS256', 'typ': 'at+jwt', 'kid': kid})}.{segment(self.claims())}"
        return f"{told}.{encoded(hmac.digest(self.keys[kid].as_pem(private=False), told.encode(), 'sha256'))}"

    def rotate(self, kid: str, key: AnyKey | None = None) -> None:
        """Sign by a new key from now on, and forget the others."""
        self.keys = {kid: key or OKPKey.generate_key("Ed25519")}

    def jwks(self) -> Json:
        """Return the public keys, between one for encryption and one that is a secret."""
        ours = [{**key.as_dict(private=False), "kid": kid, "use": "sig"} for kid, key in self.keys.items()]
        others = [{"kty": "oct", "k": "c2VjcmV0", "kid": "secret"}, {"kty": "RSA", "use": "enc", "kid": "enc"}]
        return {"keys": [others[0], *ours, others[1]]}

    def discovery(self) -> Json:
        """Return the discovery document."""
        return {"issuer": self.issuer, "jwks_uri": self.issuer + KEYS_PATH}


@contextmanager
def providing(certificate: Path | None = None) -> Iterator[IdentityProvider]:
    """Serve a provider on a port of its own; by TLS where a file with certificate and key is given."""
    provider = IdentityProvider("")

    class Handler(BaseHTTPRequestHandler):
        """Answer as the provider is told to."""

        def do_GET(self) -> None:
            provider.asked += self.path == WELL_KNOWN
            status, headers, body = answer(provider, self.path)
            self.send_response(status)
            for name, text in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    class Server(ThreadingHTTPServer):
        """Serve, and do not mind who hangs up."""

        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: Any) -> None:
            """Keep quiet."""

    with Server((LOOPBACK, 0), Handler) as server:
        provider.issuer = f"{'https' if certificate else 'http'}://{LOOPBACK}:{server.server_port}"
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield provider
        finally:
            provider.hold.set()
            server.shutdown()


def answer(provider: IdentityProvider, path: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body for a path, as the provider is told to misbehave."""
    document = {WELL_KNOWN: provider.discovery, KEYS_PATH: provider.jwks}.get(path.removeprefix(MOVED), dict)()
    status, headers = 200, {"Content-Type": "application/json"}
    match provider.fault:
        case "away":
            status = 503
        case "slow":
            provider.hold.wait(30)
        case "huge":
            document["padding"] = "x" * MOST
        case "another issuer":
            document["issuer"] = "https://other.example"
        case "redirect" if not path.startswith(MOVED):
            status, headers["Location"] = 302, MOVED + path
        case "no json":
            return 200, {}, b"<html>"
        case "a list":
            return 200, {}, b"[]"
        case "no keys":
            document["keys"] = "none"
        case "http://keys.example/keys" | "file:///etc/passwd" | "http://127.0.0.1:1/keys" | "https://[" as address:
            document["jwks_uri"] = address
    return status, headers, orjson.dumps(document)


def segment(part: Json) -> str:
    """Return a part of a token."""
    return encoded(json.dumps(part).encode())


def encoded(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
