"""Prove that one may not call too often."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from chassis import metrics
from chassis.config import Config
from services.gateway import limits
from services.gateway.app import create_app
from services.gateway.parts import Parts

REFERRAL = {"need": "one", "organization": "two"}


def limited(settings: Config, parts: Parts, **rates: str) -> FlaskClient:
    """Return a caller of an application with other rates."""
    return create_app(replace(settings, **rates), parts, rate_storage="memory://").test_client()


def test_reads_are_limited_by_address(settings: Config, parts: Parts):
    http = limited(settings, parts, public_rate="2/minute")

    statuses = [http.get("/subjects", environ_base={"REMOTE_ADDR": "10.0.0.1"}).status_code for _ in range(3)]
    other = http.get("/subjects", environ_base={"REMOTE_ADDR": "10.0.0.2"})

    assert (statuses, other.status_code) == ([200, 200, 429], 200)


def test_public_reads_are_limited_by_address_with_a_token_too(settings: Config, parts: Parts, bearer):
    http = limited(settings, parts, public_rate="1/minute")

    statuses = [http.get("/subjects", headers=bearer(role)).status_code for role in ("officer", "auditor")]

    assert statuses == [200, 429]


def test_private_reads_are_limited_by_client(settings: Config, parts: Parts, bearer):
    http = limited(settings, parts, public_rate="1/minute")

    statuses = [http.get("/families", headers=bearer(role)).status_code for role in ("officer", "officer", "auditor")]

    assert statuses == [200, 429, 200]


def test_limit_says_when_to_come_again(settings: Config, parts: Parts):
    http = limited(settings, parts, public_rate="1/minute")
    http.get("/subjects")

    answer = http.get("/subjects")

    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "too_many"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_limit_is_over_all_routes(settings: Config, parts: Parts):
    http = limited(settings, parts, public_rate="1/minute")
    http.get("/subjects")

    assert http.get("/areas").status_code == 429


def test_changes_are_limited_by_client(settings: Config, parts: Parts, bearer):
    http = limited(settings, parts, write_rate="1/minute")

    first = http.post("/referrals", json=REFERRAL, headers=bearer("case_worker"))
    second = http.post("/referrals", json=REFERRAL, headers=bearer("case_worker"))
    other = http.post("/referrals", json=REFERRAL, headers=bearer("officer"))

    assert [answer.status_code for answer in (first, second, other)] == [201, 429, 201]


def test_reads_do_not_count_as_changes(settings: Config, parts: Parts, bearer):
    http = limited(settings, parts, write_rate="1/minute")

    statuses = {http.get("/families", headers=bearer("officer")).status_code for _ in range(3)}

    assert statuses == {200}


def test_public_search_by_post_is_a_read(settings: Config, parts: Parts):
    http = limited(settings, parts, public_rate="2/minute", write_rate="1/minute")

    assert [http.post("/hsds/taxonomies").status_code for _ in range(3)] == [200, 200, 429]


def test_tokens_are_limited_by_address(settings: Config, parts: Parts):
    http = limited(settings, parts, token_rate="1/minute")
    http.post("/oauth/token", data={})

    assert http.post("/oauth/token", data={}).status_code == 429


@pytest.mark.parametrize("path", ["/nothing", "/organizations/a/b/c", "/.env"])
def test_unknown_paths_are_reads(settings: Config, parts: Parts, path: str):
    http = limited(settings, parts, public_rate="2/minute")

    assert [http.get(path).status_code for _ in range(3)] == [404, 404, 429]
    assert http.get("/subjects").status_code == 429


def test_unknown_paths_are_one_key(settings: Config, parts: Parts):
    http = limited(settings, parts, public_rate="100/minute")
    storage = http.application.extensions[limits.NAME]._memory.storage

    for number in range(10):
        http.open(f"/nothing/{number}", method=f"M{number}")

    assert list(storage.storage.values()) == [10]


def test_unknown_methods_make_no_measures(settings: Config, parts: Parts):
    http = limited(settings, parts)
    asked = ("none", "other", "404")

    before = _measured()
    for number in range(10):
        http.open(f"/nothing/{number}", method=f"M{number}")

    assert _measured() - before <= {asked}


def _measured() -> set[tuple[str, ...]]:
    """Return the labels of all measures that there are."""
    return set(metrics.HTTP_SECONDS._metrics)


def test_probes_are_not_counted(settings: Config, parts: Parts):
    http = limited(settings, parts, public_rate="1/minute")

    assert [http.get("/livez").status_code for _ in range(3)] == [200] * 3
