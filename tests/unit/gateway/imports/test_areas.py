"""Prove that an area is found by code and by name as people write it, and that a doubtful one is refused."""

import pytest

from services.gateway.imports.areas import of_wire
from services.gateway.imports.domain import BadValue
from tests.unit.gateway.imports.builders import AREAS


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("EG2904", "EG2904"),
        ("eg2904", "EG2904"),
        ("دشنا", "EG2904"),
        ("مركز دشنا", "EG2904"),
        ("مركز ومدينة دشنا", "EG2904"),
        ("Deshna City", "EG2904"),
        ("ابو تشت", "EG2901"),
        ("أبـو تشـت", "EG2901"),
        ("ابوتشت", "EG2901"),
        ("محافظة قنا", "EG29"),
        ("قنا", "EG2906"),
        ("مدينة قنا", "EG2906"),
        ("قنا - دشنا", "EG2904"),
        ("دشنا / قنا", "EG2904"),
        ("قنا، العرابة", "EG2905"),
        ("سوهاج - العرابة", "EG2601"),
        ("Abu Teshtt", "EG2901"),
    ],
)
def test_areas_are_found(text, area):
    assert AREAS.find(text).id == area


def test_parent_decides_between_namesakes():
    assert AREAS.find("العرابة", "سوهاج").id == "EG2601"
    assert AREAS.find("العرابة", "محافظة قنا").id == "EG2905"


def test_wrong_parent_does_not_hide_the_only_one():
    assert AREAS.find("دشنا", "سوهاج").id == "EG2904"


@pytest.mark.parametrize(
    ("text", "code"), [("وادي السراب", "unknown_area"), ("العرابة", "ambiguous_area"), ("-", "unknown_area")]
)
def test_doubtful_names_are_refused(text, code):
    with pytest.raises(BadValue) as refused:
        AREAS.find(text)

    assert refused.value.code == code


def test_record_becomes_an_area():
    record = {
        "id": "EG29",
        "level": "governorate",
        "names": {"ar": "قنا", "fa": "", "en": "Qena"},
        "path": ["EG", "EG29"],
    }

    area = of_wire(record | {"centre": [32.7, 26.1]})

    assert (area.names, area.path, area.centre) == (("قنا", "Qena"), ("EG", "EG29"), (32.7, 26.1))
