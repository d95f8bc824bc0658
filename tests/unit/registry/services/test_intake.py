"""Prove that what people write of a service is read, and that its parts get ids that last."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry import addresses
from services.registry.faults import Refused
from services.registry.services.intake import read
from services.registry.services.parts import Phone, ServiceAtLocation
from services.registry.taxonomies.domain import Term, retire
from tests.hsds import needs_schemas, row_faults
from tests.unit.registry.builders import MONDAY, TUESDAY
from tests.unit.registry.services.builders import CLINIC, SERVICE_ID, a_service, an_id, fields_of

DIALYSIS, TEETH = (Term(code, {}) for code in ("health.dialysis", "health.teeth"))
OLD = a_service(subjects=("health", "food"), terms=(DIALYSIS.id,))


def faults(**given):
    return [(fault.field, fault.code) for fault in read(given, country="EG").faults]


def termed(old=OLD, *, known=(DIALYSIS, TEETH), **given):
    """Return the terms that a service is to bear; None where nothing is said of them."""
    draft = read(given, country="EG", terms={one.id: one for one in known})
    return draft.fields_of(SERVICE_ID, old, MONDAY).get("terms")


def test_texts_are_tidied():
    fields = fields_of(name="  علاج   شهري ", description=" سطر\nسطر ", subjects=["health", "food", "health"])

    assert (fields["name"], fields["description"]) == ("علاج شهري", "سطر\nسطر")
    assert fields["subjects"] == ("health", "food")


def test_phone_is_read_however_deep():
    phone = {"number": "٠٩٦ ٥٣٣١٢٣٤"}
    fields = fields_of(service_at_locations=[{"location_id": CLINIC, "contacts": [{"phones": [phone]}]}])

    assert fields["service_at_locations"][0].contacts[0].phones[0].number == "+20965331234"


def test_short_number_is_read_however_deep():
    hotlines = [{"number": "١٩٨٢٨", "type": "hotline"}]
    fields = fields_of(
        phones=hotlines, service_at_locations=[{"location_id": CLINIC, "contacts": [{"phones": hotlines}]}]
    )

    shown = (*fields["phones"], *fields["service_at_locations"][0].contacts[0].phones)
    assert [(one.number, one.type) for one in shown] == [("19828", "hotline")] * 2


def test_addresses_are_completed():
    fields = fields_of(url="ehsan.example", schedules=[{"schedule_link": "ehsan.example/times", "byday": "SU, MO"}])

    assert fields["url"] == "https://ehsan.example"
    assert (fields["schedules"][0].schedule_link, fields["schedules"][0].byday) == (
        "https://ehsan.example/times",
        "SU,MO",
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://Ehsan.example/A?b=1#c", "https://Ehsan.example/A?b=1#c"),
        ("ar.wikipedia.org/wiki/قنا", "https://ar.wikipedia.org/wiki/%D9%82%D9%86%D8%A7"),
        ("https://مثال.مصر/", "https://xn--mgbh0fb.xn--wgbh1c/"),
        ("https://نامه\u200cای.com/", "https://xn--mgba3gch31f060k.com/"),
        ("https://xn--mgbh0fb.xn--wgbh1c/?q=%D9%82&r=ن", "https://xn--mgbh0fb.xn--wgbh1c/?q=%D9%82&r=%D9%86"),
    ],
)
def test_address_is_kept_as_a_uri(written: str, kept: str):
    assert fields_of(url=written)["url"] == kept
    assert fields_of(url=kept)["url"] == kept


def test_address_that_would_be_too_long_stays_as_it_is_written():
    assert fields_of(url=f"https://ehsan.example/{'ق' * 60}")["url"] == f"https://ehsan.example/{'ق' * 60}"


def test_host_that_cannot_be_is_refused():
    assert faults(url="https://xn--\u200d.قنا.example/") == [("url", "not_an_address")]


def test_identity_is_kept_as_a_uri():
    assert fields_of(required_documents=[{"uri": "urn:وثيقة:١"}])["required_documents"][0].uri == (
        "urn:%D9%88%D8%AB%D9%8A%D9%82%D8%A9:%D9%A1"
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Info@Ehsan.example", "Info@Ehsan.example"),
        ("info@مثال.مصر", "info@xn--mgbh0fb.xn--wgbh1c"),
        ("info@نامه\u200cای.com", "info@xn--mgba3gch31f060k.com"),
        ("info@localhost", "info@localhost"),
        ("info@[192.0.2.1]", "info@[192.0.2.1]"),
    ],
)
def test_email_is_kept_as_mail_servers_write_it(written: str, kept: str):
    fields = fields_of(email=written, contacts=[{"email": written}])

    assert (fields["email"], fields["contacts"][0].email) == (kept, kept)
    assert fields_of(email=kept)["email"] == kept


@pytest.mark.parametrize("email", ["ولي@ehsan.example", "josé@ehsan.example", "a@ab--cd.example", "a@xn--a.example"])
def test_email_that_cannot_be_written_so_is_refused(email: str):
    assert faults(email=email) == [("email", "not_an_email")]


@needs_schemas
@given(name=st.text(min_size=1, max_size=5), host=st.text(alphabet="aب-1.xن\u200c", min_size=1, max_size=12))
def test_email_is_valid_for_hsds(name: str, host: str):
    if kept := addresses.email(f"{name}@{host}.مصر"):
        assert row_faults("contact", {"id": "01932f6f-3b00-7d44-8c2a-7e15c0b2d001", "email": kept}) == []


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"email": "nobody"}, "email", "not_an_email"),
        ({"assurer_email": "nobody"}, "assurer_email", "not_an_email"),
        ({"url": "no address"}, "url", "not_an_address"),
        ({"contacts": [{"email": "nobody"}]}, "contacts.0.email", "not_an_email"),
        ({"contacts": [{"phones": [{"number": "none"}]}]}, "contacts.0.phones.0.number", "not_a_phone"),
        ({"required_documents": [{"uri": "a sentence"}]}, "required_documents.0.uri", "not_an_address"),
    ],
)
def test_wrong_value_is_named(given, field, code):
    assert faults(**given) == [(field, code)]


def test_terms_are_borne_each_once():
    assert termed(terms=[TEETH.id, DIALYSIS.id, TEETH.id]) == (TEETH.id, DIALYSIS.id)
    assert termed(terms=[]) == ()


def test_terms_that_are_not_given_stay_below_their_subject():
    assert termed(name="غسيل كلوي") is None
    assert termed(subjects=["health"]) == (DIALYSIS.id,)
    assert termed(subjects=["food"]) == ()


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"terms": [DIALYSIS.id, "health.kidneys"]}, "terms.1", "unknown_term"),
        ({"subjects": ["food"], "terms": [DIALYSIS.id]}, "terms.0", "other_subject"),
        ({"terms": [DIALYSIS.id, "health.beds"]}, "terms.1", "retired_term"),
    ],
)
def test_wrong_term_is_named(given, field, code):
    with pytest.raises(Refused) as refused:
        termed(known=[DIALYSIS, Term("health.beds", {}, retired=True)], **given)

    assert [(one.field, one.code) for one in refused.value.faults] == [(field, code)]


def test_retired_term_stays_with_its_service():
    assert termed(known=[retire(DIALYSIS)], terms=[DIALYSIS.id]) == (DIALYSIS.id,)


def test_given_id_is_kept():
    given = {"id": an_id(7), "number": "096 5331234"}

    assert fields_of(phones=[given])["phones"][0].id == an_id(7)


def test_same_list_gets_same_ids():
    given = [{"location_id": CLINIC, "phones": [{"number": "096 5331234"}, {"number": "096 5331235"}]}]

    first, second = (fields_of(service_at_locations=given)["service_at_locations"] for _ in range(2))

    assert first == second
    assert len({UUID(part.id) for part in (*first, *first[0].phones)}) == 3


def test_part_keeps_the_id_at_its_position():
    old = a_service(service_at_locations=(ServiceAtLocation(an_id(1), CLINIC),))

    changed = fields_of(old, service_at_locations=[{"location_id": CLINIC, "description": "الدور الأول"}])

    assert changed["service_at_locations"][0].id == an_id(1)


def test_id_that_is_given_elsewhere_is_not_taken_twice():
    old = a_service(service_at_locations=(ServiceAtLocation(an_id(1), CLINIC),))

    changed = fields_of(old, service_at_locations=[{"location_id": "new"}, {"id": an_id(1), "location_id": CLINIC}])

    assert changed["service_at_locations"][1].id == an_id(1)
    assert changed["service_at_locations"][0].id != an_id(1)


def test_capacity_is_as_of_its_last_change():
    given = {"unit": {"name": "beds"}, "available": 3}
    old = a_service(
        capacities=read({"capacities": [given]}, country="EG").fields_of(SERVICE_ID, None, MONDAY)["capacities"]
    )

    same, less = (
        read({"capacities": [given | {"available": free}]}, country="EG").fields_of(SERVICE_ID, old, TUESDAY)
        for free in (3, 2)
    )

    assert same["capacities"] == old.capacities
    assert less["capacities"][0].updated == TUESDAY


@given(given_ids=st.lists(st.none() | st.integers(1, 4), max_size=6, unique_by=lambda one: one or object()))
def test_every_part_has_an_id_of_its_own(given_ids):
    old = a_service(phones=tuple(Phone(an_id(number), "+20965331234") for number in (1, 2, 3)))
    given = [{"number": "0965331234"} | ({"id": an_id(one)} if one else {}) for one in given_ids]

    phones = fields_of(old, phones=given)["phones"]

    assert len({phone.id for phone in phones}) == len(given)
    assert all(phone.id == an_id(one) for phone, one in zip(phones, given_ids, strict=True) if one)
    assert fields_of(a_service(phones=phones), phones=given)["phones"] == phones
