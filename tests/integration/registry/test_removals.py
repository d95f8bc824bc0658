"""Prove what the history keeps of records that were taken off, and to whom it tells that."""

from dataclasses import replace

import pytest

from chassis.errors import NotFound, PreconditionFailed
from chassis.identity import Actor
from contracts.registry import GET_ORGANIZATION_HISTORY
from services.registry.history.desk import read
from services.registry.history.noting import ORGANIZATION
from tests.integration.registry.house import OFFICER, OPERATOR, call_of, changes, steps

ASSOCIATION = Actor("client-1", "association")
AUDITOR = Actor("auditor-1", "auditor")


def asked_of(number, **page):
    return call_of(GET_ORGANIZATION_HISTORY, {"id": number, **page})


def removing(house):
    """Return what reads an organization that is removed right after."""

    def get(number, scope):
        found = house.organizations.get(number, scope)
        house.remove(number)
        return found

    return get


def a_removed_service(house, remover, name="جمعية الإحسان"):
    """Return a service that its remover changed and took off."""
    owner = house.register(name=name, area="EG2901")
    remover = replace(remover, organization=owner) if remover.role == "association" else remover
    number = house.register_service(owner)
    house.change_service(number, remover, alert="اتصل بمنى")
    house.remove_service(number, remover)
    return number


def owner_of(house, service):
    told = house.told_of_service(service, AUDITOR)
    return next(one["previous_value"] for one in told[0]["changes"] if one["field_name"] == "organization_id")


def test_removed_record_keeps_no_value(house):
    number = house.register(name="جمعية الإحسان", area="EG2901")
    service = house.register_service(number)
    house.change(number, OFFICER, contacts=[{"name": "منى عبد الله"}])
    house.change_service(service, alert="مغلق")
    house.remove(number)

    told = house.told(number, AUDITOR)

    assert steps(told) == [
        (3, "delete", "operator:operator-1"),
        (2, "update", "officer:officer-1"),
        (1, "create", "operator:operator-1"),
    ]
    assert changes(told[1]) == [("contacts", None, None)]
    assert [one["last_action_type"] for one in house.told_of_service(service)] == ["delete", "update", "create"]


def test_values_of_removed_record_are_erased(house):
    number, other = house.register(name="جمعية الإحسان"), house.register(name="جمعية النور")
    for one in (number, other):
        house.change(one, alternate_name="باسم منى")
    house.remove(number)
    before = house.told(number, AUDITOR)

    house.history.erase()
    house.history.erase()

    assert house.told(number, AUDITOR) == before
    assert str(list(house.database["history"].find())).count("منى") == 1
    assert house.database["history"].count_documents({"erase": True}) == 0


@pytest.mark.parametrize("remover", [OFFICER, ASSOCIATION], ids=["officer", "association"])
def test_removal_of_a_service_hides_nothing(house, remover):
    service = a_removed_service(house, remover)

    told = house.told_of_service(service, AUDITOR)

    assert [one["last_action_type"] for one in told] == ["delete", "update", "create"]
    assert changes(told[1]) == [("alert", "", "اتصل بمنى")]
    last = {one["field_name"]: one["previous_value"] for one in told[0]["changes"]}
    assert (last["name"], last["alert"]) == ("علاج شهري", "اتصل بمنى")
    assert {one["replacement_value"] for one in told[0]["changes"]} == {None}


def test_operator_erases_what_others_removed(house):
    service = a_removed_service(house, OFFICER)

    house.remove_service(service, OPERATOR)

    values = [one["previous_value"] for each in house.told_of_service(service, AUDITOR) for one in each["changes"]]
    assert values
    assert set(values) == {None}
    house.history.erase()
    assert "منى" not in str(list(house.database["history"].find()))
    assert house.database["audit"].count_documents({"action": "service.erased", "record": service}) == 1


def test_nothing_is_erased_twice(house):
    service = a_removed_service(house, OFFICER)
    with pytest.raises(NotFound):
        house.remove_service(service, OFFICER)
    with pytest.raises(PreconditionFailed):
        house.remove_service(service, OPERATOR, if_version=2)
    house.remove_service(service, OPERATOR, if_version=3)

    with pytest.raises(NotFound):
        house.remove_service(service, OPERATOR)


def test_values_go_with_the_organization(house):
    service, other = a_removed_service(house, OFFICER), a_removed_service(house, OFFICER, "جمعية النور")

    house.remove(owner_of(house, service))

    assert "منى" not in str(house.told_of_service(service, AUDITOR))
    assert "منى" in str(house.told_of_service(other, AUDITOR))


def test_what_went_with_it_is_erased(house):
    service, other = a_removed_service(house, OFFICER), a_removed_service(house, OFFICER, "جمعية النور")
    house.remove(owner_of(house, service))

    house.history.erase()
    house.history.erase()

    assert "منى" not in str(list(house.database["history"].find({"_id": {"$regex": service}})))
    assert "منى" in str(house.told_of_service(other, AUDITOR))
    assert house.database["history"].count_documents({"erase": True}) == 0


def test_erasing_many_is_one_command(house):
    for name in ("جمعية الإحسان", "جمعية النور", "جمعية الرحمة"):
        house.remove(house.register(name=name))
    house.commands.names.clear()

    house.history.erase()

    assert house.commands.names == ["find", "update"]


def test_history_of_removed_record_is_for_the_node(house):
    number = house.register(name="جمعية الإحسان", area="EG2901")
    house.remove(number)

    with pytest.raises(NotFound):
        house.told(number, OFFICER)
    with pytest.raises(NotFound):
        house.told("never-there", OPERATOR)
    with pytest.raises(NotFound):
        house.told_of_service(number)


def test_removed_record_is_told_to_its_end(house):
    number = house.register(name="جمعية الإحسان")
    house.remove(number)

    assert house.told(number, after="1") == []
    with pytest.raises(NotFound):
        house.told("never-there", after="7")


def test_removal_meanwhile_tells_each_version_once(house):
    number = house.register(name="جمعية الإحسان", area="EG2901")
    house.change(number, members_count=120)

    told = list(read(house.history, ORGANIZATION, removing(house), asked_of(number)))

    assert [one["version"] for one in told] == [3, 2, 1]
    assert changes(told[1]) == [("members_count", None, None)]


def test_removal_meanwhile_doubles_no_page(house):
    number = house.register(name="جمعية الإحسان", area="EG2901")
    house.change(number, members_count=120)

    told = read(house.history, ORGANIZATION, removing(house), asked_of(number, after="2"))

    assert [one["version"] for one in told] == [1]
