"""Describe the token endpoint, as RFC 6749 has it, and the published key, as RFC 7517 has it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.gateway.auth.grant import GRANT_TYPE


class TokenRequest(Schema):
    """Ask for a token. Id and secret may stand in an HTTP Basic header instead."""

    grant_type = fields.String(required=True, validate=validate.Equal(GRANT_TYPE))
    client_id = fields.String()
    client_secret = fields.String()


class Token(Schema):
    """Give a token; send it as ``Authorization: Bearer …`` for ``expires_in`` seconds."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True)


class TokenRefused(Schema):
    """Say why there is no token, with a code of RFC 6749, 5.2."""

    error = fields.String(required=True)
    error_description = fields.String(required=True)


class Key(Schema):
    """Give one public key."""

    kty = fields.String(required=True)
    crv = fields.String(required=True)
    x = fields.String(required=True)
    kid = fields.String(required=True)
    use = fields.String(required=True)
    alg = fields.String(required=True)


class Keys(Schema):
    """Give the keys that tokens are signed by."""

    keys = fields.List(fields.Nested(Key), required=True)
