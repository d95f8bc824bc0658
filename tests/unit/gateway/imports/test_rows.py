"""Prove what a row becomes, and that each problem is told with its column, value and reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.registry import RowFields
from services.gateway.imports.domain import Severity
from services.gateway.imports.draft import column_of
from services.gateway.imports.mapping import FIELDS
from services.gateway.imports.points import placed_in
from services.gateway.imports.rows import field_of
from tests.unit.gateway.imports.builders import AREAS, built, codes, plan_of

ERROR = Severity.ERROR


def test_whole_row():
    one = built(
        {
            "name": "جمعية  النور\nالخيرية",
            "organization_type": "جمعية أهلية",
            "email": "INFO@example.org",
            "phones": "٠٩٦٠٠٠٠٠٠١ / 096 0000002",
            "registration_number": "١٢٣/٢٠٠٥",
            "year_incorporated": "١٢ مارس ٢٠٠٥",
            "members_count": "١٬٢٠٠",
            "international_cooperation": "نعم - هيئة نهران",
            "capabilities": "سكن (١٠)، تدريب مهني",
            "capacity": "50",
            "area": "دشنا",
            "address": "شارع المحطة",
            "coordinates": "26.12, 32.47",
            "languages": "العربية و English",
            "status": "نشطة",
        }
    )

    assert one.problems == ()
    assert one.organization == {
        "name": "جمعية النور الخيرية",
        "organization_type": "community",
        "status": "active",
        "members_count": 1200,
        "year_incorporated": 2005,
        "languages": ["ar", "en"],
        "email": "INFO@example.org",
        "phones": [{"number": "+20960000001", "type": "voice"}, {"number": "+20960000002", "type": "voice"}],
        "international_cooperation": True,
        "cooperations": [{"partner": "هيئة نهران"}],
        "capabilities": [{"subject": "housing", "capacity": 10}, {"subject": "training", "capacity": 50}],
        "area": "EG2904",
        "locations": [{"address": "شارع المحطة", "area": "EG2904", "latitude": 26.12, "longitude": 32.47}],
        "all_locations": True,
        "identifiers": [{"identifier_scheme": "eg.moss.registration", "identifier": "123/2005"}],
    }


@pytest.mark.parametrize(
    ("column", "cell", "day"),
    [
        ("تاريخ الإشهار", "12/3/2005", {"valid_from": "2005-03-12"}),
        ("Registration date", "2005", {}),
        ("تاريخ التأسيس", "12/3/2005", {}),
    ],
)
def test_registration_has_its_day(column: str, cell: str, day: dict[str, str]):
    cells = {"number": "123/2005", column: cell}

    one = built({"registration_number": "number", "year_incorporated": column}, cells)

    number = {"identifier_scheme": "eg.moss.registration", "identifier": "123/2005"}
    assert (one.problems, one.organization["identifiers"]) == ((), [number | day])


def test_every_problem_of_a_row_is_told():
    one = built({"name": "-", "phones": "12", "email": "x", "members_count": "كثير", "area": "السراب", "status": "?!"})

    assert one.organization is None
    assert set(codes(one)) == {
        ("name", "required"),
        ("phones", "not_a_phone"),
        ("email", "not_an_email"),
        ("members_count", "not_a_number"),
        ("area", "unknown_area"),
        ("status", "status_unknown"),
    }


def test_problem_names_column_value_and_reason():
    problem = built({"members_count": "عدد الأعضاء"}, {"عدد الأعضاء": "كثير"}).problems[0].as_dict()

    assert (problem["column"], problem["value"]) == ("عدد الأعضاء", "كثير")
    assert set(problem["message"]) == {"ar", "fa", "en"}


def test_long_values_are_cut_in_reports():
    assert len(built({"email": "x" * 5_000}).problems[0].as_dict()["value"]) == 200


def test_unreadable_values_may_be_left_out():
    one = built({"phones": "12", "email": "info@example.org"}, unreadable="leave_out")

    assert one.organization["phones"] == []
    assert [(problem.code, problem.severity) for problem in one.problems] == [("not_a_phone", Severity.WARNING)]


def test_missing_name_rejects_even_then():
    assert built({"name": ""}, unreadable="leave_out").organization is None


def test_unmapped_fields_are_not_given():
    assert built({}).organization == {"name": "جمعية النور"}


def test_empty_cells_empty_their_fields():
    one = built({"email": "", "phones": "-", "members_count": "", "capabilities": "", "address": "", "status": ""})

    assert one.organization == {
        "name": "جمعية النور",
        "members_count": None,
        "email": "",
        "phones": [],
        "capabilities": [],
        "locations": [],
        "all_locations": True,
    }


def test_unknown_capability_is_a_warning():
    one = built({"capabilities": "غذاء، طيران"})

    assert one.organization["capabilities"] == [{"subject": "food", "capacity": None}]
    assert [(problem.code, problem.value) for problem in one.problems] == [("capability_unknown", "طيران")]


def test_subjects_may_have_columns_of_their_own():
    one = built(
        {"capability:housing": "٢٠", "capability:food": "✓", "capability:health": "لا", "capability:schooling": ""}
    )

    assert one.organization["capabilities"] == [
        {"subject": "housing", "capacity": 20},
        {"subject": "food", "capacity": None},
    ]


def test_terms_stand_below_their_subjects():
    one = built({"capabilities": "سكن (١٠)، صحة", "terms": "غَسيل كلوي؛ Eye care; FOOD.hot; طيران"})

    assert one.organization["capabilities"] == [
        {"subject": "housing", "capacity": 10, "terms": []},
        {"subject": "health", "capacity": None, "terms": ["health.dialysis", "health.eyes"]},
        {"subject": "food", "capacity": None, "terms": ["food.hot"]},
    ]
    assert [(problem.field, problem.code, problem.value) for problem in one.problems] == [
        ("terms", "unknown_term", "طيران")
    ]


def test_constants_and_values_stand_for_cells():
    one = built(
        {
            "organization_type": {"constant": "company"},
            "international_cooperation": {"column": "coop", "values": {"Ja": True, "Nein": False}},
            "alternate_name": {"column": ["a", "b"], "join": " / "},
            "capabilities": {"column": "codes", "split": "+", "values": {"5": "food", "6": None}, "default": "health"},
        },
        {"coop": "JA", "a": "Light", "b": "Hope", "codes": "5+6+7"},
    )

    assert one.problems == ()
    assert one.organization["organization_type"] == "company"
    assert one.organization["international_cooperation"] is True
    assert one.organization["alternate_name"] == "Light / Hope"
    assert [each["subject"] for each in one.organization["capabilities"]] == ["health", "food"]


def test_partner_means_cooperation():
    one = built({"cooperation_partner": "هيئة نهران"})

    assert one.organization["international_cooperation"] is True


@pytest.mark.parametrize("unseen", ["\x1b", "\u200d", " \u200c "])
def test_name_that_nobody_sees_is_none(unseen):
    one = built({"name": unseen})

    assert (one.organization, codes(one)) == (None, [("name", "required")])


def test_no_cooperation_empties_the_partner():
    one = built({"international_cooperation": "لا"})

    assert (one.organization["international_cooperation"], one.organization["cooperations"]) == (False, [])


def test_governorate_decides_between_namesakes():
    one = built({"area": "العرابة", "area_parent": "سوهاج"})

    assert one.organization["area"] == "EG2601"


def test_governorate_stands_for_a_missing_centre():
    assert built({"area": "", "area_parent": "محافظة قنا"}).organization["area"] == "EG29"


def test_swapped_coordinates_are_mended_and_told():
    one = built({"area": "دشنا", "latitude": "32.47", "longitude": "26.12"})

    location = one.organization["locations"][0]
    assert (location["latitude"], location["longitude"]) == (26.12, 32.47)
    assert codes(one) == [("latitude", "coordinates_swapped")]


@pytest.mark.parametrize(
    ("point", "area", "country", "placed"),
    [
        ((26.1, 32.7), None, "EG", (26.1, 32.7)),
        ((32.7, 26.1), None, "EG", (26.1, 32.7)),
        ((32.0, 35.9), None, "EG", (32.0, 35.9)),
        ((51.4, 35.7), None, "IR", (35.7, 51.4)),
        ((31.0, 29.0), "EG2904", "EG", (31.0, 29.0)),
        ((32.7, 26.1), "EG2904", "EG", (26.1, 32.7)),
        ((120.5, 26.1), None, "EG", (26.1, 120.5)),
        ((261.6, 327.2), None, "EG", None),
    ],
)
def test_points_are_put_in_order(point, area, country, placed):
    assert placed_in(point, AREAS.get(area) if area else None, country) == placed


def test_half_a_point_is_refused():
    assert codes(built({"latitude": "26.1", "longitude": ""})) == [("latitude", "half_a_point")]


def test_point_zero_is_nothing():
    assert built({"coordinates": "0, 0"}).organization["locations"] == []


@pytest.mark.parametrize(("text", "code"), [("=SUM(A1:A9)", "formula"), ("#REF!", "cell_error")])
def test_formulas_and_errors_are_refused(text, code):
    assert codes(built({"address": text})) == [("address", code)]


def test_quoted_formula_is_its_text():
    assert built({"phones": '="0960000001"'}).organization["phones"][0]["number"] == "+20960000001"


def test_external_id_needs_a_named_list():
    assert "external_id" not in built({"external_id": "٧"}).organization
    assert built({"external_id": "٧"}, source="moss").organization["external_id"] == "7"


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("١٩٨٢٨", ["19828"]),
        ("19828 / 096 0000001", ["19828", "+20960000001"]),
        ("15335 / 19828", ["15335", "19828"]),  # together they could be a mobile's
        ("هاتف 15335؛ هاتف 19828", ["15335", "19828"]),
        ("123 و 16528", ["123", "16528"]),
        ("096 - 0000001", ["+20960000001"]),
    ],
)
def test_short_numbers_are_taken(cell, numbers):
    one = built({"phones": cell})

    assert one.problems == ()
    assert [phone["number"] for phone in one.organization["phones"]] == numbers


def test_country_of_the_mapping_reads_telephones():
    one = built({"phones": "02500000001"}, country="IR")

    assert one.organization["phones"] == [{"number": "+982500000001", "type": "voice"}]


def test_paths_of_the_registry_lead_to_columns():
    mapping = plan_of(
        {
            "name": "الاسم",
            "phones": "الهاتف",
            "coordinates": "الموقع",
            "registration_number": "القيد",
            "terms": "الرموز",
        }
    ).mapping
    columns = {
        "phones.0.number": "الهاتف",
        "locations.0.latitude": "الموقع",
        "identifiers.0": "القيد",
        "capabilities.0.terms.1": "الرموز",
        "area": "",
        "": "",
    }

    assert {path: column_of(field_of(path), mapping) for path in columns} == columns


words_of_cells = st.text(max_size=25) | st.sampled_from(
    ["نعم", "لا", "-", "12", "26.1, 32.7", "قنا", "=1+1", "غذاء، صحة"]
)


@given(st.dictionaries(st.sampled_from(FIELDS), words_of_cells), st.sampled_from(["EG", "IR", "PS"]), st.booleans())
def test_any_row_is_rejected_or_fits_the_contract(cells, country, leave_out):
    cells = {field: " ".join(text.split()) for field, text in cells.items()}

    one = built(cells, country=country, unreadable="leave_out" if leave_out else "reject", source="list")

    if one.organization is None:
        assert any(problem.severity is ERROR for problem in one.problems)
    else:
        assert RowFields().validate(one.organization) == {}
