"""Prove that terms of the node's own are shown below the subjects, and that who bears one is found by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from chassis.ids import new_id
from cli.hsds_package import organizations, reading, services
from cli.hsds_package.making import Maker
from cli.hsds_package.own import OwnTerms
from cli.hsds_package.services import Home
from services.gateway.directory.search.query import Search
from services.gateway.directory.services.search import ServiceSearch
from services.gateway.directory.views import Directory
from services.gateway.hsds.asked import OrganizationsAsked, ServicesAsked
from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, TermsAsked, ids, term_id, terms
from tests.integration.gateway.directories import Projected, capable, organization, service
from tests.integration.gateway.lands import tables
from tests.integration.gateway.owners import Owners, rebuilt

DIALYSIS, AT_HOME = "health.dialysis", "health.dialysis.home"
KIDNEYS, DOCTORS, KITCHEN, WARD, ADVICE = (new_id() for _ in range(5))


def a_term(code: str, name: str = "Dialysis", version: int = 1, *, retired: bool = False) -> dict[str, Any]:
    names = {"ar": "غسيل كلوي", "fa": "دیالیز", "en": name}
    parent, _, _ = code.rpartition(".")
    return {
        "id": code, "version": version, "subject": "health", "parent": parent, "names": names, "retired": retired
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _records(projected: Projected) -> None:
    bearing = [{**one, "terms": [AT_HOME]} for one in capable("health")]
    projected.organizations(
        organization(KIDNEYS, capabilities=bearing),
        organization(DOCTORS, capabilities=capable("health")),
        organization(KITCHEN, capabilities=capable("food")),
    )
    projected.terms(a_term(DIALYSIS), a_term(AT_HOME, "Dialysis at home"))
    known = {"organization_id": KIDNEYS, "at": organization(KIDNEYS)["locations"][0]["id"]}
    projected.services(service(WARD, **known, terms=[AT_HOME]), service(ADVICE, organization_id=KIDNEYS, terms=[]))


def listed(shown: Directory, **asked: Any) -> list[dict[str, Any]]:
    found = [orjson.loads(one.body) for one in terms(TermsAsked(**asked), shown.hsds.own.all())]
    return [one for one in found if "." in one["code"]]


def contents(body: bytes) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = orjson.loads(body)["contents"]
    return told


def found(shown: Directory, term: str) -> set[str]:
    page = shown.hsds.organizations_page(OrganizationsAsked(taxonomy_term_id=term))
    return {one["id"] for one in contents(page.body)}


def borne(shown: Directory) -> list[dict[str, Any]]:
    told = orjson.loads(shown.hsds.organizations([KIDNEYS])[KIDNEYS][0])
    return [one["taxonomy_term"] for one in told["attributes"] if one["link_type"] == "term"]


def test_terms_stand_below_their_parents(shown: Directory):
    below = listed(shown, parent_id=term_id(NEEDS_TAXONOMY, "health", "fa"))

    assert [(one["code"], one["name"], one["language"]) for one in below] == [(DIALYSIS, "دیالیز", "fa")]
    assert [one["code"] for one in listed(shown, parent_id=below[0]["id"])] == [AT_HOME]
    assert len(listed(shown)) == 6
    assert listed(shown, top_only=True) == []


@pytest.mark.parametrize("language", range(3))
def test_organization_is_found_by_term_and_those_above(shown: Directory, language: int):
    assert found(shown, ids(AT_HOME)[language]) == found(shown, ids(DIALYSIS)[language]) == {KIDNEYS}
    assert found(shown, ids("health")[language]) == {KIDNEYS, DOCTORS}
    assert found(shown, ids("health.teeth")[language]) == set()


@pytest.mark.parametrize(
    ("subject", "names"), [(AT_HOME, {KIDNEYS}), (DIALYSIS, {KIDNEYS}), ("health", {KIDNEYS, DOCTORS})]
)
def test_search_takes_terms_as_subjects(shown: Directory, subject: str, names: set[str]):
    page = shown.page(Search(subject=subject))

    assert {orjson.loads(one)["id"] for one in page.items} == names


@pytest.mark.parametrize("code", [AT_HOME, DIALYSIS])
def test_service_is_found_by_term_and_those_above(shown: Directory, code: str):
    asked = ServicesAsked(taxonomy_term_id=ids(code)[1], full=True)

    [ward] = contents(shown.hsds.services_page(asked).body)
    [at] = contents(shown.hsds.at_locations_page(asked).body)

    assert (ward["id"], at["service"]["id"]) == (WARD, WARD)
    assert [one["taxonomy_term"]["name"] for one in at["service"]["attributes"]] == ["Health", "Dialysis at home"]
    assert ward["attributes"] == orjson.loads(shown.hsds.services([WARD])[WARD][0])["attributes"]
    assert [orjson.loads(one)["id"] for one in shown.service_page(ServiceSearch(subject=code)).items] == [WARD]


def test_service_is_found_by_the_subject_of_its_term(shown: Directory):
    found = contents(shown.hsds.services_page(ServicesAsked(taxonomy_term_id=ids("health")[0])).body)

    assert {one["id"] for one in found} == {WARD, ADVICE}


def test_record_tells_its_term_by_the_present_name(projected: Projected, shown: Directory):
    before = borne(shown)

    projected.terms(a_term(AT_HOME, "Home dialysis", 2))

    assert [(one["name"], one["id"]) for one in before] == [("Dialysis at home", ids(AT_HOME)[0])]
    assert [one["name"] for one in borne(shown)] == ["Home dialysis"]


def test_term_that_has_not_come_is_called_by_its_code(projected: Projected, shown: Directory):
    projected.database["directory_terms"].delete_many({})

    [term] = borne(shown)

    assert (term["name"], term["parent_id"]) == (AT_HOME, ids(DIALYSIS)[0])


def test_terms_are_known_by_their_codes(projected: Projected, shown: Directory):
    projected.terms(a_term(AT_HOME, "Dialysis at home", 2, retired=True))

    known = shown.hsds.own.known()

    assert [(code, one["names"]["en"], one["retired"]) for code, one in known.items()] == [
        (DIALYSIS, "Dialysis", False),
        (AT_HOME, "Dialysis at home", True),
    ]
    assert shown.hsds.own.known([AT_HOME, "health.teeth"]).keys() == {AT_HOME}


def test_figures_count_who_bears_a_term(projected: Projected, shown: Directory):
    projected.terms(a_term("health.teeth", "Teeth"))

    assert shown.count()["by_term"] == {DIALYSIS: 1, AT_HOME: 1, "health.teeth": 0}


def test_retired_term_is_listed_no_more_and_finds(projected: Projected, shown: Directory):
    projected.terms(a_term(AT_HOME, version=2, retired=True))

    assert {one["code"] for one in listed(shown)} == {DIALYSIS}
    assert found(shown, ids(AT_HOME)[0]) == {KIDNEYS}


def test_rebuild_makes_the_terms_what_their_owner_has(projected: Projected, shown: Directory):
    projected.age(hours=1)
    owner = Owners(page_terms=[a_term(DIALYSIS, "Renal dialysis", 2), a_term("health.teeth", "Teeth")])

    done = rebuilt(projected.database, owner)

    assert {(one["code"], one["name"]) for one in listed(shown) if one["language"] == "en"} == {
        (DIALYSIS, "Renal dialysis"),
        ("health.teeth", "Teeth"),
    }
    assert done["seen"] == 2


def test_all_lines_are_found_by_a_term(shown: Directory):
    asked = OrganizationsAsked(taxonomy_term_id=ids(DIALYSIS)[0])

    lines = list(shown.hsds.all_organizations(replace(asked, full=True)))

    assert [orjson.loads(one)["id"] for one in lines] == [KIDNEYS]
    assert b"Dialysis at home" in lines[0]


def test_package_has_the_terms_that_records_bear(shown: Directory, tmp_path: Path):
    file = tmp_path / "qena.zip"
    file.write_bytes(b"".join(shown.hsds.packages.written("qena", "https://qena.example")))

    rows = tables(file)
    own = {one["id"]: one for one in rows["taxonomy_term"] if "." in one["code"]}
    borne, of_service = [one for one in rows["attribute"] if one["link_type"] == "term"]
    assert (borne["link_id"], own[borne["taxonomy_term_id"]]["name"]) == (KIDNEYS, "Dialysis at home")
    assert (of_service["link_entity"], of_service["link_id"]) == ("service", WARD)
    assert own[borne["taxonomy_term_id"]]["parent_id"] == ids(DIALYSIS)[0] in own
    assert len(own) == 6


def test_package_brings_back_what_it_took(shown: Directory, tmp_path: Path):
    file = tmp_path / "qena.zip"
    file.write_bytes(b"".join(shown.hsds.packages.written("qena", "https://qena.example")))

    with reading.read(file) as found:
        maker = Maker(found, own=OwnTerms({DIALYSIS, AT_HOME}))
        capable = {row.id: made["capabilities"] for row, made in organizations.rows(maker)}
        served = {row.id: made["terms"] for row, made in services.rows(maker, KIDNEYS, Home(KIDNEYS))}

    assert {id_: one["terms"] for id_, [one] in capable.items()} == {KIDNEYS: [AT_HOME], DOCTORS: [], KITCHEN: []}
    assert served == {WARD: [AT_HOME], ADVICE: []}
