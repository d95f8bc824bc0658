"""Prove which organization a row is taken to speak of."""

import pytest

from services.registry.faults import Refused
from services.registry.organizations.matching import Known, external_key, keys_of, keys_of_organization
from services.registry.organizations.parts import Identifier
from tests.unit.registry.builders import an_organization

OLD_LIST = external_key("moss-2009", "17")
NUMBER = Identifier("eg.moss.registration", "1234/2009")


def keys(name="جمعيه الاحسان الخيريه", area="EG2901", identifiers=(), external_ids=()):
    return keys_of(name, area, identifiers, external_ids)


def test_external_id_decides():
    known = an_organization(name="اسم قديم", external_ids=(OLD_LIST,))

    assert Known([known]).match(keys(external_ids=[OLD_LIST])) == known


def test_same_id_of_another_list_is_another():
    known = an_organization(name="اسم قديم", external_ids=(OLD_LIST,))

    assert Known([known]).match(keys(external_ids=[external_key("moss-2024", "17")])) is None


@pytest.mark.parametrize("written", ["1234/2009", " 1234 / 2009 "])
def test_identifier_decides_over_name(written):
    known = an_organization(name="اسم قديم", identifiers=(NUMBER,))

    assert Known([known]).match(keys(identifiers=[Identifier(NUMBER.identifier_scheme, written)])) == known


def test_name_in_area_decides_in_any_spelling():
    known = an_organization(name="جمعية الإحسان الخيرية")

    assert Known([known]).match(keys("جمعيه الاحسان الخيريه")) == known


def test_same_name_elsewhere_is_another():
    assert Known([an_organization()]).match(keys(area="EG2902")) is None


def test_same_name_with_another_number_is_another():
    known = an_organization(identifiers=(NUMBER,))

    assert Known([known]).match(keys(identifiers=[Identifier(NUMBER.identifier_scheme, "77/2011")])) is None


def test_same_name_with_first_number_is_the_same():
    known = an_organization()

    assert Known([known]).match(keys(identifiers=[NUMBER])) == known


def test_ids_of_two_organizations_are_ambiguous():
    one = an_organization(id="org-1", external_ids=(OLD_LIST,))
    other = an_organization(id="org-2", identifiers=(NUMBER,))

    with pytest.raises(Refused, match="ambiguous_match"):
        Known([one, other]).match(keys(external_ids=[OLD_LIST], identifiers=[NUMBER]))


def test_name_of_two_organizations_is_ambiguous():
    one = an_organization(id="org-1", identifiers=(NUMBER,))
    other = an_organization(id="org-2", external_ids=(OLD_LIST,))

    with pytest.raises(Refused, match="ambiguous_match"):
        Known([one, other]).match(keys())


def test_renamed_organization_is_found_by_new_name():
    known = Known([an_organization()])
    known.put(an_organization(name="جمعية النور"))

    assert known.match(keys("جمعيه النور")) is not None
    assert known.match(keys("جمعية الإحسان الخيرية")) is None


def test_nameless_ids_make_name_unique():
    alone, numbered = an_organization(), an_organization(identifiers=(NUMBER,))

    assert keys_of_organization(alone).unique == ("only-name:EG2901:جمعيه الاحسان الخيريه",)
    assert keys_of_organization(numbered).unique == ("identifier:eg.moss.registration:1234/2009",)


def test_own_id_decides_in_any_list():
    known = an_organization(name="اسم قديم", external_ids=(OLD_LIST,))

    wanted = keys_of("اسم جديد", "EG2905", (), [external_key("qena", known.id)], known.id)

    assert Known([known]).match(wanted) == known
