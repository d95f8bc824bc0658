"""Grant tokens to clients: OAuth 2.0 client credentials (RFC 6749, 4.4), the one grant there is.

A client proves itself by HTTP Basic or by ``client_id`` and ``client_secret`` in the form, never by both (2.3). Errors
have the shape that RFC 6749, 5.2, gives them, since OAuth libraries read that, and no other.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from werkzeug.datastructures import MultiDict

from services.gateway.auth.credentials import Credentials
from services.gateway.auth.tokens import Tokens

GRANT_TYPE = "client_credentials"
CHALLENGE = 'Basic realm="tashbik", charset="UTF-8"'


class TokenError(Exception):
    """Refuse a token: ``error`` is one of the codes of RFC 6749, 5.2."""

    def __init__(self, error: str, description: str, status: int = 400, challenge: str = "") -> None:
        """Take the code, a sentence, the HTTP status, and how a client may authenticate instead."""
        super().__init__(error, description)
        self.error = error
        self.description = description
        self.status = status
        self.challenge = challenge

    def body(self) -> dict[str, str]:
        """Return the answer's body."""
        return {"error": self.error, "error_description": self.description}


def grant(form: MultiDict[str, str], authorization: str, credentials: Credentials, tokens: Tokens) -> dict[str, Any]:
    """Return a token response for a token request, or raise :class:`TokenError`."""
    repeated = [name for name, texts in form.lists() if len(texts) > 1]
    if repeated:
        raise TokenError("invalid_request", "A parameter is given more than once.")
    client_id, secret = _proof(form, authorization)
    client = credentials.authenticate(client_id, secret)
    if client is None:
        raise TokenError("invalid_client", "The client is not known, or its secret is wrong.", 401, CHALLENGE)
    _check_grant(form)
    return tokens.issue(client)


def _check_grant(form: Mapping[str, str]) -> None:
    if "grant_type" not in form:
        raise TokenError("invalid_request", "Give grant_type=client_credentials.")
    if form["grant_type"] != GRANT_TYPE:
        raise TokenError("unsupported_grant_type", "The only grant is client_credentials.")
    if form.get("scope"):
        raise TokenError("invalid_scope", "There are no scopes: the role of a client says what it may do.")


def _proof(form: Mapping[str, str], authorization: str) -> tuple[str, str]:
    if not authorization:
        if not form.get("client_id") or not form.get("client_secret"):
            raise TokenError("invalid_client", "Give the client's id and secret.", 401, CHALLENGE)
        return form["client_id"], form["client_secret"]
    if form.get("client_secret"):
        raise TokenError("invalid_request", "Authenticate by the header or by the form, not by both.")
    return _basic(authorization)


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode()
    except ValueError:  # no base64, or no UTF-8
        pair = ""
    client_id, colon, secret = pair.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise TokenError("invalid_client", "The Authorization header is not HTTP Basic.", 401, CHALLENGE)
    return unquote_plus(client_id), unquote_plus(secret)
