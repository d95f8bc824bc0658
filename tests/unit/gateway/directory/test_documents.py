"""Prove the shape of the directory's documents, the search that finds them, and the figures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import Event
from contracts.referrals import REFERRAL_CHANGED
from contracts.registry import AREA_CHANGED, ORGANIZATION_CHANGED
from services.gateway.api.examples import organizations as examples
from services.gateway.directory import documents
from services.gateway.directory.changes import State, of_events, of_page
from services.gateway.directory.schemas import PublicOrganization
from services.gateway.directory.search import cursors
from services.gateway.directory.search.query import Search
from services.gateway.tags import etag, same, version_of

NOW = datetime(2026, 11, 2, 8, 15, tzinfo=UTC)


def document(**fields: Any) -> dict[str, Any]:
    """Return the document of an organization."""
    record = {**examples.ORGANIZATION, **fields}
    return documents.organization(record, version=3, accepted=7, completed=4, now=NOW)


def event(contract: Any, version: int, payload: dict[str, Any]) -> Event:
    """Return an event."""
    return Event(
        id=f"{payload['id']}-{version}",
        type=contract.type,
        source="/qena/registry",
        subject=payload["id"],
        subjectversion=version,
        time=NOW,
        node="qena",
        actor="service:registry",
        payload=payload,
    )


def test_answer_fits_its_schema():
    body = orjson.loads(document()["body"])

    assert PublicOrganization().validate(body) == {}
    assert body["activity"] == {"referrals_accepted": 5, "referrals_completed": None}


def test_record_from_before_has_no_attributes():
    before = {name: value for name, value in examples.ORGANIZATION.items() if name != "attributes"}

    shown = documents.organization(before, version=1, accepted=0, completed=0, now=NOW)

    assert orjson.loads(shown["body"])["attributes"] == []


def test_inactive_organization_is_found_by_nothing():
    closed = document(status="inactive")

    assert (closed["facets"], closed["terms"], closed["places"], closed["feature"]) == ([], [], [], b"")
    assert orjson.loads(closed["body"])["status"] == "inactive"


def test_facets_are_each_subject_in_each_area():
    found = document()["facets"]

    health = ["health|*", "health|EG", "health|EG29", "health|EG2901"]
    assert found == ["*|*", "*|EG", "*|EG29", "*|EG2901", "+|*", *health]


def test_organization_is_found_in_all_areas_of_its_places():
    branch = {**examples.ORGANIZATION["locations"][0], "area": "EG3301", "areas": ["EG", "EG33", "EG3301"]}

    found = document(locations=[*examples.ORGANIZATION["locations"], branch])["facets"]

    assert {"*|EG29", "*|EG33", "*|EG3301", "health|EG33"} <= set(found)


def test_terms_are_folded_with_and_without_article():
    found = document(name="جمعيّة الإحسان", alternate_name="Ehsan", description="")["terms"]

    assert found == ["جمعيه", "الاحسان", "احسان", "ehsan"]


def test_point_is_the_first_located_place():
    nowhere = {**examples.ORGANIZATION["locations"][0], "latitude": None, "longitude": None}
    located = document(locations=[nowhere, *examples.ORGANIZATION["locations"]])

    assert orjson.loads(located["feature"])["geometry"]["coordinates"] == [32.727, 26.164]
    assert len(located["places"]) == 1


def test_organization_without_place_is_on_no_map():
    assert document(locations=[])["feature"] == b""


@pytest.mark.parametrize(("count", "shown"), [(0, None), (4, None), (5, 5), (9, 5), (12, 10)])
def test_counts_are_rounded_down(count: int, shown: int | None):
    assert documents.published(count) == shown


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 9)), max_size=20))
def test_newest_event_of_each_record_counts(told: list[tuple[str, int]]):
    events = [event(ORGANIZATION_CHANGED, version, {"id": id_, "of": version}) for id_, version in told]

    found = of_events(events).organizations

    newest = {id_: max(version for other, version in told if other == id_) for id_, _ in told}
    assert {id_: state.version for id_, state in found.items()} == newest


def test_events_are_told_apart():
    found = of_events(
        [
            event(ORGANIZATION_CHANGED, 2, {"id": "o", "removed": True}),
            event(AREA_CHANGED, 1, {"id": "a"}),
            event(REFERRAL_CHANGED, 3, {"id": "r"}),
        ]
    )

    assert found.organizations == {"o": State(2, None)}
    assert found.areas == {"a": State(1, {"id": "a"})}
    assert found.referrals == {"r": State(3, {"id": "r"})}


@pytest.mark.parametrize("status", ["active", "closed"])
def test_what_a_record_tells_may_be_worked_out_beforehand(status: str):
    record = {**examples.ORGANIZATION, "status": status}
    page = of_page("organizations", [record, {"id": "gone", "version": 4, "removed": True}])

    page.tell()

    state, gone = page.organizations[record["id"]], page.organizations["gone"]
    given = documents.organization({}, version=3, accepted=7, completed=4, now=NOW, told=state.told)
    assert given == document(status=status)
    assert gone.told is None


@given(st.text(max_size=50), st.text(max_size=50))
def test_cursor_comes_back(name: str, id_: str):
    assert cursors.read(cursors.write((name, id_)), str) == (name, id_)


@given(st.text(max_size=80))
def test_any_search_is_a_query(words: str):
    conditions = Search(q=words).conditions()

    assert conditions["facets"] == "*|*"
    assert len(conditions.get("terms", {}).get("$all", [])) <= 8


@given(st.integers(1, 10**9), st.binary(max_size=20))
def test_tag_names_its_version(version: int, body: bytes):
    tag = etag(version, body)

    assert version_of(tag) == version
    assert version_of(tag[:-1] + ':br"') == version
    assert same(tag[:-1] + ':gzip"', tag)
