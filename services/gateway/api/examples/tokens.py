"""Show requests for tokens, and the published key."""

from __future__ import annotations

from services.gateway.api.examples.case import Json

TOKEN_REQUEST: Json = {
    "grant_type": "client_credentials",
    "client_id": "01932f60-0000-7000-8000-000000000007",
    "client_secret": "mB0jvUzTnB9s0W6q6l7mC6f7v7n9a7n3bJ0r1d2s3t4",
}
TOKEN: Json = {
    "access_token": "eyJhbGciOiJFZDI1NTE5IiwidHlwIjoiYXQrand0Iiw…",
    "token_type": "Bearer",
    "expires_in": 900,
}
JWKS: Json = {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "…", "kid": "…", "use": "sig", "alg": "Ed25519"}]}
