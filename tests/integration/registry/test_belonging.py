"""Prove that organizations belong to organizations that there are, and keep what is said of their cooperation."""

from __future__ import annotations

import pytest

from chassis.errors import Conflict, Invalid
from contracts import registry as contract
from contracts.policy import Scope
from tests.integration.registry.house import call_of

NODE = Scope()


def problems(error):
    return [(problem["field"], problem["code"]) for problem in error.value.problems]


def removed(house, organization_id):
    call = call_of(contract.REMOVE_ORGANIZATION, {"id": organization_id})
    return house.units.once(call, lambda unit: house.desk.remove(call, unit))


def test_member_names_its_central_association(house):
    union = house.register(name="الاتحاد الإقليمي للجمعيات بقنا", organization_type="central", area="EG2901")

    member = house.register(name="جمعية الإحسان", area="EG2901", member_of=[union], parent_organization_id=union)

    kept = house.organizations.get(member, NODE)
    assert (kept.member_of, kept.parent_organization_id) == ((union,), union)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"parent_organization_id": "nobody"}, "parent_organization_id"), ({"member_of": ["nobody"]}, "member_of.0")],
)
def test_unknown_organization_is_refused(house, fields, field):
    with pytest.raises(Invalid) as error:
        house.register(name="جمعية الإحسان", area="EG2901", **fields)

    assert problems(error) == [(field, "no_such_organization")]


def test_change_to_unknown_parent_changes_nothing(house):
    number = house.register(name="جمعية الإحسان", area="EG2901")

    with pytest.raises(Invalid):
        house.change(number, parent_organization_id="nobody", members_count=9)

    assert house.organizations.get(number, NODE).version == 1


def test_union_with_members_stays(house):
    union = house.register(name="الاتحاد الإقليمي للجمعيات بقنا", area="EG2901")
    member = house.register(name="جمعية الإحسان", area="EG2901", member_of=[union])

    with pytest.raises(Conflict) as error:
        removed(house, union)
    house.change(member, member_of=[])
    removed(house, union)

    assert problems(error) == [("", "others_name_it")]
    assert [one.id for one in house.organizations.page("", 9)] == [member]


def test_union_that_is_named_meanwhile_stays(house):
    """The one who removes has looked before the other names it, and is refused by what the other wrote."""
    union = house.register(name="الاتحاد الإقليمي للجمعيات بقنا", area="EG2901")
    joined = []

    def remove_late(unit):
        call = call_of(contract.REMOVE_ORGANIZATION, {"id": union})
        assert house.organizations.named_by_others(union, unit.session) is bool(joined)
        if not joined:
            joined.append(house.register(name="جمعية الإحسان", area="EG2901", member_of=[union]))
        return house.desk.remove(call, unit)

    with pytest.raises(Conflict):
        house.units.once(call_of(contract.REMOVE_ORGANIZATION, {"id": union}), remove_late)

    assert {one.id for one in house.organizations.page("", 9)} == {union, *joined}


def test_end_of_cooperation_leaves_the_rest(house):
    began = {"partner": "UNICEF", "programme": "رعاية الأطفال", "valid_from": "2025-01-01", "approval_number": "17"}
    number = house.register(name="جمعية الإحسان", area="EG2901", cooperations=[began])

    house.change(
        number, cooperations=[{"partner": "UNICEF", "valid_to": "2025-12-31"}], international_cooperation=False
    )

    kept = house.organizations.get(number, NODE)
    assert not kept.international_cooperation
    assert (kept.cooperations[0].valid_to, kept.cooperations[0].approval_number) == ("2025-12-31", "17")


def test_row_with_partner_alone_keeps_its_details(house):
    began = {"partner": "UNICEF", "programme": "رعاية الأطفال", "valid_from": "2025-01-01"}
    number = house.register(name="جمعية الإحسان", area="EG2901", cooperations=[began])

    row = {"name": "جمعية الإحسان", "area": "EG2901", "cooperations": [{"partner": "UNICEF"}]}
    results = house.put([{"row": 2, "organization": row}])

    assert [one["outcome"] for one in results] == ["unchanged"]
    assert house.organizations.get(number, NODE).cooperations[0].programme == "رعاية الأطفال"


def test_rows_name_no_other_organizations(house):
    row = {"name": "جمعية الإحسان", "area": "EG2901", "member_of": ["x"]}

    results = house.put([{"row": 2, "organization": row}])

    assert [(one["field"], one["code"]) for one in results[0]["problems"]] == [("member_of", "unknown_field")]


@pytest.mark.parametrize("day", ["2026-2-1", "2026-02-30", "01/02/2026", "٢٠٢٦-٠٢-٠١"])
def test_day_is_written_as_iso_has_it(day):
    faults = contract.NewOrganization().validate({"name": "جمعية", "assured_date": day})

    assert faults["assured_date"][0]["code"] == "malformed"
