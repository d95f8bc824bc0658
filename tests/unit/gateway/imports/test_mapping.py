"""Prove that headings are understood in three languages and any order, and that a given mapping is heeded."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from services.gateway.imports import mapping, schemas, words
from services.gateway.imports.domain import UnreadableFile
from tests.unit.gateway.imports.builders import fields_by_column, opened, text_file

ARABIC = {
    "م": "",
    "اسم الجمعيه": "name",
    "رقـم القيد": "registration_number",
    "المركز الادارى": "area",
    "المُحافظة": "area_parent",
    "تليفون الجمعيه": "phones",
    "البريد الالكترونى": "email",
    "عدد الاعضاء": "members_count",
    "ميدان العمل": "capabilities",
    "التعاون الدولى": "international_cooperation",
    "دائرة العرض": "latitude",
    "خط الطول": "longitude",
    "اسم رئيس مجلس الإدارة": "",
    "ملاحظات": "",
}
PERSIAN = {
    "ردیف": "",
    "نام موسسه": "name",
    "نام مدیرعامل": "",
    "شهرستان": "area",
    "استان": "area_parent",
    "نشانی": "address",
    "شماره تماس": "phones",
    "پست الکترونیکی": "email",
    "زمینه فعالیت": "capabilities",
    "ظرفیت (خانوار)": "capacity",
    "تعداد اعضا": "members_count",
    "همكاري بين المللي": "international_cooperation",
    "کد ملی": "",
    "مسکن": "capability:housing",
}
ENGLISH = {
    "No": "",
    "Organisation Name": "name",
    "Type": "organization_type",
    "E-mail": "email",
    "Mobile Number": "phones",
    "Web Site": "website",
    "District": "area",
    "Governorate": "area_parent",
    "GPS": "coordinates",
    "Number of members": "members_count",
    "Sector": "capabilities",
    "Contact person": "",
    "Legal aid": "capability:legal_aid",
}


@pytest.mark.parametrize("headings", [ARABIC, PERSIAN, ENGLISH], ids=["ar", "fa", "en"])
def test_headings_are_understood(headings):
    assert fields_by_column(list(headings)) == headings


@given(st.sampled_from([ARABIC, PERSIAN, ENGLISH]), st.randoms(use_true_random=False))
def test_order_of_columns_does_not_matter(headings, shuffler: random.Random):
    columns = list(headings)
    shuffler.shuffle(columns)

    assert fields_by_column(columns) == headings


@given(st.lists(st.text(max_size=30), max_size=12, unique=True))
def test_no_field_but_phones_has_two_columns(columns):
    taken = [one.field for one in mapping.guess(columns) if one.field and one.field != "phones"]

    assert len(taken) == len(set(taken))


def test_guess_says_why():
    exact, close, none = mapping.guess(["رقم الهاتف", "أرقام الهواتف للتواصل", "xyz"])

    assert (exact.field, exact.why, exact.confidence) == ("phones", "same_words", 1.0)
    assert (close.field, none.field, none.why) == ("", "", "unknown_heading")


def test_misspelt_heading_is_close():
    (one,) = mapping.guess(["اسم الجمعيية"])

    assert (one.field, one.why) == ("name", "similar_words")
    assert 0.8 <= one.confidence < 1


def test_name_of_a_person_is_no_name():
    assert fields_by_column(["اسم المدير", "Contact name"]) == {"اسم المدير": "", "Contact name": ""}


def test_two_columns_for_one_field_leave_the_better():
    assert fields_by_column(["اسم الجمعيية", "اسم الجمعية"]) == {"اسم الجمعيية": "", "اسم الجمعية": "name"}


def test_several_columns_of_telephones_are_one_field():
    guessed = mapping.of_guesses(mapping.guess(["الهاتف", "الموبايل", "الاسم"]))

    assert guessed.fields["phones"].columns == ("الهاتف", "الموبايل")


def test_every_known_heading_means_its_field():
    wrong = {
        heading: fields_by_column([heading])
        for field, headings in words.HEADINGS.items()
        for heading in headings
        if fields_by_column([heading])[heading] != field
    }

    assert wrong == {}


def test_guess_as_a_document_gives_the_same_mapping():
    guessed = mapping.of_guesses(mapping.guess(["الاسم", "الهاتف", "الموبايل"]))

    assert mapping.load(schemas.checked(json.loads(json.dumps(guessed.as_document())))) == guessed


def test_given_columns_fit_in_any_spelling(tmp_path):
    given = mapping.load({"fields": {"name": "اسم الجمعيه", "area": "المركز"}})
    table = opened(text_file(tmp_path, "كشف,\nاسم الجمعية,المركز\nنور,قنا\n"))

    assert mapping.settle(given, table).fields["name"].columns == ("اسم الجمعية",)


def test_missing_columns_are_named(tmp_path):
    given = mapping.load({"fields": {"name": "اسم الجمعية", "area": "الناحية"}})

    with pytest.raises(UnreadableFile) as refused:
        mapping.settle(given, opened(text_file(tmp_path, "اسم الجمعية,المركز\nنور,قنا\n")))

    assert refused.value.code == "columns_missing"
    assert refused.value.details == {"columns": "الناحية"}


def test_file_without_a_name_is_refused(tmp_path):
    table = opened(text_file(tmp_path, "المركز,الهاتف\nقنا,1\n"))

    with pytest.raises(UnreadableFile) as refused:
        mapping.settle(mapping.of_guesses(mapping.guess(table.columns)), table)

    assert refused.value.code == "name_not_found"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "mapping.fields"),
        ({"fields": {}}, "mapping.fields.name"),
        ({"fields": {"name": "a", "nom": "b"}}, "mapping.fields.nom"),
        ({"fields": {"name": 5}}, "mapping.fields.name"),
        ({"fields": {"name": {"column": "a", "constant": "b"}}}, "mapping.fields.name"),
        ({"fields": {"name": {"column": []}}}, "mapping.fields.name.column"),
        ({"fields": {"name": {"column": "a", "values": {"x": {}}}}}, "mapping.fields.name.values.x"),
        ({"fields": {"name": "a"}, "country": "Egypt"}, "mapping.country"),
        ({"fields": {"name": "a"}, "unreadable": "guess"}, "mapping.unreadable"),
        ({"fields": {"name": "a"}, "extra": 1}, "mapping.extra"),
    ],
)
def test_wrong_document_says_where(document, field):
    with pytest.raises(Invalid) as refused:
        schemas.checked(document)

    assert refused.value.problems[0]["field"].startswith(field)


parts = st.sampled_from(["fields", "name", "column", "values", "constant", "x"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(parts, inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["fields", "source", "sheet", "country", "unreadable", "x"]), anything))
def test_any_document_is_checked_or_refused(document):
    try:
        loaded = schemas.checked(document)
    except Invalid:
        return

    assert "name" in mapping.load(loaded).fields
