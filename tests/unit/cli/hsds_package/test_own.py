"""Prove which terms of the node's own a package brings, and what is told of those that the node lacks."""

from __future__ import annotations

from typing import Any

import pytest

from cli.hsds_package import organizations, services
from cli.hsds_package.making import Maker
from contracts.registry.organizations import RowFields
from contracts.registry.services import ServiceRowFields
from services.gateway.api.examples.services import SERVICE as RECORD
from services.gateway.hsds.ids import part_id
from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, ids, own_attribute, term_id
from tests.unit.cli.hsds_made import HOME, Make
from tests.unit.cli.hsds_packages import ORGANIZATION, SERVICE

DIALYSIS, TEETH = "health.dialysis", "health.teeth"
HEALTH = term_id(NEEDS_TAXONOMY, "health")
OWNER, ID = RECORD["organization_id"], RECORD["id"]
Row = dict[str, str]


def bearing(of: str, entity: str, *codes: str) -> list[Row]:
    """Return the attributes of a record that bears terms, as a node's package has them."""
    told = [own_attribute(of, entity, code) for code in codes]
    return [{"link_id": of, "taxonomy_term_id": one.pop("taxonomy_term")["id"], **one} for one in told]


def terms(*codes: str) -> list[Row]:
    return [{"id": ids(code)[0], "code": code, "name": code.upper()} for code in codes]


def written(exact: Make, *codes: str, known: tuple[str, ...] = (DIALYSIS,)) -> Maker:
    """Return a node's package of an organization and its service that bear terms, read by one that knows some."""
    subject = {"link_id": OWNER, "link_entity": "organization", "taxonomy_term_id": HEALTH}
    of_service = {"id": part_id(ID, "attribute", "needs", "health", ""), "link_id": ID, "link_entity": "service"}
    maker = exact(
        organizations=[{"id": OWNER, "name": "الكلى"}],
        services=[{"id": ID, "organization_id": OWNER, "name": "غسيل"}],
        attributes=[
            {"id": "a", **subject, "link_type": "capability", "value": "40 families"},
            {**of_service, "taxonomy_term_id": HEALTH, "link_type": "subject"},
            *bearing(OWNER, "organization", *codes),
            *bearing(ID, "service", *codes),
        ],
        taxonomy_terms=[{"id": HEALTH, "code": "health", "name": "Health"}, *terms(*codes)],
    )
    maker.own.codes = {*known}
    return maker


def made(maker: Maker) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the first organization and its first service, which the registry's schemas take."""
    row, organization = next(organizations.rows(maker))
    _, service = next(services.rows(maker, row.id, HOME))
    assert not RowFields().validate(organization) and not ServiceRowFields().validate(service)
    return organization, service


def told(maker: Maker) -> list[tuple[str, int, str]]:
    maker.own.tell(maker.verdicts)
    return [(one.value, one.row, one.reason) for one in maker.verdicts]


def test_terms_come_back_with_their_records(exact: Make):
    organization, service = made(written(exact, DIALYSIS))

    assert organization["capabilities"] == [
        {"subject": "health", "capacity": 40, "unit": "families", "terms": [DIALYSIS]}
    ]
    assert (service["subjects"], service["terms"], service["attributes"]) == (["health"], [DIALYSIS], [])


def test_record_that_bears_none_any_more_loses_them(exact: Make):
    organization, service = made(written(exact))

    assert organization["capabilities"][0]["terms"] == service["terms"] == []


def test_lacking_term_is_told_once(exact: Make):
    maker = written(exact, DIALYSIS, TEETH)

    organization, service = made(maker)

    assert organization["capabilities"][0]["terms"] == service["terms"] == [DIALYSIS]
    assert [one["taxonomy_term_id"] for one in service["attributes"]] == [ids(TEETH)[0]]
    [(value, row, reason)] = told(maker)
    assert (value, row) == (TEETH, 4)
    assert "2 records bear" in reason and "`tashbik terms add health.teeth`" in reason


def test_record_of_lacking_terms_keeps_what_it_has(exact: Make):
    organization, service = made(written(exact, TEETH))

    assert "terms" not in organization["capabilities"][0]
    assert "terms" not in service


def test_nothing_lacks_where_no_node_is_asked(exact: Make):
    maker = written(exact, TEETH)
    maker.own.codes = None

    assert (made(maker)[1]["terms"], told(maker)) == ([TEETH], [])


@pytest.mark.parametrize("term", [DIALYSIS, ids(DIALYSIS)[1], "BD-1"])
def test_any_package_may_name_a_term(make: Make, term: str):
    maker = make(
        attributes=[
            {"id": "a", "link_id": "1", "link_entity": "service", "taxonomy_term_id": term},
            {"id": "b", "link_id": "1", "link_entity": "organization", "taxonomy_term_id": term},
        ],
        taxonomy=[{"id": "BD-1", "code": DIALYSIS, "name": "Kidneys"}] if term == "BD-1" else [],
    )
    maker.own.codes = {DIALYSIS}

    organization, service = made(maker)

    assert organization["capabilities"] == [{"subject": "health", "terms": [DIALYSIS]}]
    assert (service["subjects"], service["terms"], len(service["attributes"])) == (["health"], [DIALYSIS], 1)


def test_lacking_term_of_any_package_tells_its_subject(make: Make):
    rows = [{"service_id": "1", "taxonomy_id": TEETH}]
    maker = make(organizations=[ORGANIZATION], services=[SERVICE], services_taxonomy=rows)
    maker.own.codes = {DIALYSIS}

    organization, service = made(maker)

    assert "capabilities" not in organization
    assert (service["subjects"], "terms" in service) == (["health"], False)
    assert [value for value, _, _ in told(maker)] == [TEETH]
