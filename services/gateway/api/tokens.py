"""Answer for tokens: OAuth 2.0 client credentials, and the key that tokens are signed by."""

from __future__ import annotations

from flask import Response, request

from chassis import metrics
from chassis.logs import get_logger
from services.gateway.api.blueprint import Blueprint
from services.gateway.api.examples import tokens as examples
from services.gateway.api.exchange import dumps, plain, public
from services.gateway.auth.grant import TokenError, grant
from services.gateway.auth.guard import operation
from services.gateway.auth.schemas import Keys, Token, TokenRefused, TokenRequest
from services.gateway.parts import parts
from services.gateway.problems import Refused

FORM = "application/x-www-form-urlencoded"
LONGEST = 10_000  # bytes of a token request
REFUSED = {"error": "invalid_client", "error_description": "The client is not known, or its secret is wrong."}
NO_SUCH_GRANT = {"error": "unsupported_grant_type", "error_description": "The only grant is client_credentials."}
REQUEST = {"schema": TokenRequest, "example": examples.TOKEN_REQUEST}

log = get_logger()

tokens = Blueprint("tokens", "Access tokens for other systems.")


@tokens.route("/oauth/token", methods=["POST"])
@tokens.response(200, Token, example=examples.TOKEN)
@tokens.alt_response(400, schema=TokenRefused, example=NO_SUCH_GRANT)
@tokens.alt_response(401, schema=TokenRefused, example=REFUSED)
@tokens.doc(requestBody={"required": True, "content": {FORM: REQUEST}})
@operation("gateway.token")
def issue_token() -> Response:
    """Get an access token for a client: by HTTP Basic, or with its id and secret in the form."""
    if request.mimetype != FORM:
        raise Refused("unsupported_media_type", f"Send the request as {FORM}.")
    request.max_content_length = LONGEST
    authorization = request.headers.get("Authorization", "")
    try:
        return plain(grant(request.form, authorization, parts().credentials, parts().tokens))
    except TokenError as error:
        return _refusal(error)


@tokens.route("/.well-known/jwks.json", methods=["GET"])
@tokens.response(200, Keys, example=examples.JWKS)
@operation("gateway.document", tagged=True)
def list_keys() -> Response:
    """Read the public keys that tokens are signed by."""
    return public(dumps(parts().tokens.jwks()))


def _refusal(error: TokenError) -> Response:
    metrics.TOKENS_REFUSED.labels(error.error).inc()
    log.warning("token_refused", error=error.error)
    response = plain(error.body(), error.status)
    if error.challenge:
        response.headers["WWW-Authenticate"] = error.challenge
    return response
