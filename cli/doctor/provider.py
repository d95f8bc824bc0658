"""Look at the identity provider, where one is configured: does it give keys that tokens may be signed by."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.config import ConfigError
from cli.doctor.patient import Fault, Patient, broken, warning
from services.gateway.auth.claims import claim_names
from services.gateway.auth.discovery import Discovery, ProviderError
from services.gateway.auth.provider_keys import keys_of

LOOK = "See that it runs and is reached from here, and that TASHBIK_OIDC_ISSUER is what it calls itself, to the letter."
SIGN = "Let it sign access tokens by RS256, PS256, ES256 or EdDSA, with an RSA key of 2048 bits at least."


def answers(patient: Patient) -> Iterator[Fault]:
    """See that its discovery document is the issuer's, and leads to a key of a kind that we take."""
    config = patient.config
    if not config.oidc_issuer:
        return
    try:
        claim_names(config)
        found = keys_of(Discovery(config.oidc_issuer)())
    except ConfigError as error:
        yield broken(str(error), "Set it right, and start the API anew.")
    except ProviderError as error:
        yield warning(f"the identity provider gives no keys: {error}; its callers wait, others do not", LOOK)
    else:
        if not found:
            yield broken("the identity provider has no key that a token may be signed by", SIGN)
