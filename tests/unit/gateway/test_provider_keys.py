"""Prove how keys of an identity provider are found and kept: of one in memory, and of one that answers over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import ECKey, OKPKey, RSAKey

from chassis.errors import Unavailable
from cli.process import LOOPBACK, wait_until
from services.gateway.auth import discovery, provider_keys
from services.gateway.auth.discovery import Discovery, Json, ProviderError
from services.gateway.auth.provider_keys import KEPT, MOST_KEYS, PAUSE, REFRESH, WAITING, ProviderKeys, keys_of
from tests.certificates import Authority
from tests.provider import IdentityProvider, encoded, providing
from tests.unit.gateway.fakes import Clock
from tests.unit.gateway.providers import Ask, in_memory


def rsa_of(bits: int) -> Json:
    """Return a public RSA key, of a size that the library of tokens would not make."""
    numbers = rsa.generate_private_key(65537, bits).public_key().public_numbers()
    return {"kty": "RSA", "n": encoded(numbers.n.to_bytes(bits // 8)), "e": "AQAB"}


@pytest.fixture
def idp() -> Iterator[IdentityProvider]:
    """Give a provider."""
    with providing() as provider:
        yield provider


@pytest.fixture(params=["in memory", "over HTTP"])
def ask(request: pytest.FixtureRequest, idp: IdentityProvider) -> Ask:
    """Give who asks it: the fake, and the real one."""
    return in_memory(idp) if request.param == "in memory" else Discovery(idp.issuer)


@pytest.fixture
def clock() -> Clock:
    """Give the time that keys are kept by."""
    return Clock()


@pytest.fixture
def keys(ask: Ask, clock: Clock) -> ProviderKeys:
    """Give the keys of the provider."""
    return ProviderKeys(ask, clock)


# What holds for both


def test_nobody_is_asked_before_a_token_comes(keys: ProviderKeys, idp: IdentityProvider):
    assert idp.asked == 0


def test_key_is_found_and_kept(keys: ProviderKeys, idp: IdentityProvider):
    found = [keys.find("first") for _ in range(5)]

    assert None not in found
    assert idp.asked == 1


def test_rotated_key_is_found(keys: ProviderKeys, idp: IdentityProvider, clock: Clock):
    keys.find("first")
    idp.rotate("second")
    clock.now += PAUSE

    assert keys.find("second") is not None
    assert keys.find("first") is None


def test_flood_of_unknown_keys_is_one_question(keys: ProviderKeys, idp: IdentityProvider, clock: Clock):
    keys.find("first")
    clock.now += PAUSE

    found = {keys.find(f"unknown-{number}") for number in range(300)}

    assert found == {None}
    assert idp.asked == 2


def test_keys_outlive_the_provider(keys: ProviderKeys, idp: IdentityProvider, clock: Clock):
    keys.find("first")
    idp.fault = "away"
    clock.now += KEPT - 1

    assert keys.find("first") is not None


def test_keys_of_yesterday_do_not_hold(keys: ProviderKeys, idp: IdentityProvider, clock: Clock):
    keys.find("first")
    idp.fault = "away"
    clock.now += KEPT

    with pytest.raises(Unavailable):
        keys.find("first")


def test_withdrawn_key_ends_by_itself(keys: ProviderKeys, idp: IdentityProvider, clock: Clock):
    keys.find("first")
    idp.rotate("second")
    clock.now += REFRESH

    keys.find("first")

    wait_until(lambda: keys.find("first") is None, "the end of a key", 5, interval=0.01)


def test_provider_away_is_told(keys: ProviderKeys, idp: IdentityProvider):
    idp.fault = "away"

    for _ in range(50):
        with pytest.raises(Unavailable):
            keys.find("first")
    assert idp.asked == 1


def test_provider_that_comes_back_is_asked(keys: ProviderKeys, idp: IdentityProvider, clock: Clock):
    idp.fault = "away"
    with pytest.raises(Unavailable):
        keys.find("first")
    idp.fault = ""
    clock.now += PAUSE

    assert keys.find("first") is not None


def test_slow_provider_holds_few_for_a_moment(
    keys: ProviderKeys, idp: IdentityProvider, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(provider_keys, "PATIENCE", 0.5)
    idp.fault = "slow"
    waiting = threading.Barrier(3 * WAITING)

    def refusal(_: int) -> str:
        waiting.wait()
        with pytest.raises(Unavailable) as refused:
            keys.find("first")
        return str(refused.value)

    with ThreadPoolExecutor(3 * WAITING) as threads:
        told = list(threads.map(refusal, range(3 * WAITING)))

    assert told.count("The identity provider does not answer.") == WAITING
    idp.hold.set()
    wait_until(lambda: keys.find("first") is not None, "the keys", 5, interval=0.01)
    assert idp.asked == 1


# What is asked over HTTP


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("away", "status 503"),
        ("redirect", "status 302"),
        ("huge", "too large"),
        ("another issuer", "another issuer"),
        ("no json", "no JSON"),
        ("a list", "no JSON object"),
        ("no keys", "no set of keys"),
        ("http://keys.example/keys", "no safe address"),
        ("file:///etc/passwd", "no safe address"),
        ("https://[", "no safe address"),
    ],
)
def test_wrong_answer_is_refused(idp: IdentityProvider, fault: str, reason: str):
    idp.fault = fault

    with pytest.raises(ProviderError, match=reason):
        keys_of(Discovery(idp.issuer)())


def test_nobody_at_the_address_is_told():
    with pytest.raises(ProviderError):
        Discovery("http://127.0.0.1:1")()


def test_slow_answer_is_given_up(idp: IdentityProvider, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(discovery, "PATIENCE", 0.2)
    idp.fault = "slow"

    with pytest.raises(ProviderError):
        Discovery(idp.issuer)()


def test_answer_without_end_is_given_up(idp: IdentityProvider):
    times = iter((0.0, discovery.LONGEST + 1))

    with pytest.raises(ProviderError, match="too long"):
        Discovery(idp.issuer, lambda: next(times))()


def test_certificate_of_nobody_is_refused(tmp_path: Path):
    with providing(Authority(tmp_path).server(LOOPBACK)) as idp, pytest.raises(ProviderError):
        Discovery(idp.issuer)()


def test_certificate_of_the_machine_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))

    with providing(authority.server(LOOPBACK)) as idp:
        found = keys_of(Discovery(idp.issuer)())

    assert set(found) == {"first"}


def test_issuer_of_tls_has_no_plain_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))

    with providing(authority.server(LOOPBACK)) as idp:
        idp.fault = "http://127.0.0.1:1/keys"
        with pytest.raises(ProviderError, match="no safe address"):
            Discovery(idp.issuer)()


# What is a key


@pytest.mark.parametrize(
    ("key", "algorithms"),
    [
        (RSAKey.generate_key(2048), {"RS256", "PS256"}),
        (ECKey.generate_key("P-256"), {"ES256"}),
        (OKPKey.generate_key("Ed25519"), {"EdDSA", "Ed25519"}),
        (ECKey.generate_key("P-384"), None),
        (OKPKey.generate_key("X25519"), None),
    ],
    ids=["RSA", "P-256", "Ed25519", "P-384", "X25519"],
)
def test_algorithm_is_the_keys(key: RSAKey | ECKey | OKPKey, algorithms: set[str] | None):
    read = keys_of(IdentityProvider("", {"one": key}).jwks())

    assert {kid: found.algorithms for kid, found in read.items()} == ({"one": algorithms} if algorithms else {})


def test_key_may_name_its_algorithm():
    key = RSAKey.generate_key(2048).as_dict(private=False)

    read = keys_of({"keys": [{**key, "kid": alg, "alg": alg} for alg in ("PS256", "RSA-OAEP", "HS256", "none")]})

    assert {kid: found.algorithms for kid, found in read.items()} == {"PS256": {"PS256"}}


def test_private_half_is_not_taken():
    key = ECKey.generate_key("P-256").as_dict(private=True)

    read = keys_of({"keys": [{**key, "kid": "one"}]})

    assert not read["one"].key.is_private


@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "n": 5, "e": "AQAB"},
        {"kty": "RSA"},
        rsa_of(1024),
        {**OKPKey.generate_key("Ed25519").as_dict(private=False), "use": "enc"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "x": "é"},
        {"kty": ["RSA"]},
        {"kty": "oct", "k": "c2VjcmV0"},
    ],
    ids=lambda entry: f"{entry['kty']} {entry.get('use', '')}",
)
def test_broken_key_hides_no_other(entry: Json):
    good = OKPKey.generate_key("Ed25519").as_dict(private=False)

    read = keys_of({"keys": ["none", {**entry, "kid": "broken"}, {**good, "kid": "good"}, good]})

    assert set(read) == {"good"}


def test_keys_are_bounded():
    with pytest.raises(ProviderError):
        keys_of({"keys": [{}] * (MOST_KEYS + 1)})
