"""Prove which areas the words of a search name; the map's page is held to the same cases."""

from __future__ import annotations

from typing import Any

import pytest

from services.gateway.downloads.called import Called, called


def _area(level: str, *names: str, aliases: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"level": level, "names": dict(zip(("ar", "fa", "en"), names, strict=True)), "aliases": [*aliases]}


AREAS = {
    "G": _area("governorate", "محافظة قنا", "استان قنا", "Qena Governorate"),
    "N": _area("county", "قنا", "قنا", "Qena"),
    "S": _area("county", "قوص", "قوص", "Qus", aliases=("Apollinopolis Parva", "مركز كوس")),
    "H": _area("county", "نجع حمادي", "نجع حمادی", "Nag Hammadi"),
    "A": _area("county", "أبو تشت", "ابو‌تشت", "Abu Tesht"),
    "W": _area("county", "الوقف", "الوقف", "El Waqf"),
    "Q": _area("county", "مركز قم", "شهرستان قم", "Qom County"),
    "L": _area("locality", "حمادي", "حمادی", "Hammadi"),
}
CASES = [
    ("hospital Qus", [("S", "hospital")]),
    ("Qus hospital", [("S", "hospital")]),
    ("HOSPITAL  qus", [("S", "HOSPITAL")]),
    ("eye hospital, Qus", [("S", "eye hospital")]),
    ("hospital in Qus", [("S", "hospital")]),
    ("جمعية قوص", [("S", "جمعية")]),
    ("جمعية الأسرة بقوص", [("S", "جمعية الأسرة")]),
    ("جمعية في قوص", [("S", "جمعية")]),
    ("انجمن در قوص", [("S", "انجمن")]),
    ("قُوص جمعية", [("S", "جمعية")]),
    ("hospital Nag Hammadi", [("H", "hospital")]),
    ("Nag Hammadi hospital", [("H", "hospital")]),
    ("مستشفى نجع حمادى", [("H", "مستشفى")]),
    ("بیمارستان نجع حمادی", [("H", "بیمارستان")]),
    ("مستشفى بنجع حمادي", [("H", "مستشفى")]),
    ("hospital Hammadi", [("L", "hospital")]),
    ("women ابوتشت", [("A", "women")]),
    ("جمعية الوقف", [("W", "جمعية")]),
    ("جمعية بالوقف", [("W", "جمعية")]),
    ("women El Waqf", [("W", "women")]),
    ("hospital Qena", [("G", "hospital"), ("N", "hospital")]),
    ("hospital Qena governorate", [("G", "hospital")]),
    ("جمعية محافظة قنا", [("G", "جمعية")]),
    ("جمعية مركز قنا", [("N", "جمعية")]),
    ("خیریه قم", [("Q", "خیریه")]),
    ("خیریه شهرستان قم", [("Q", "خیریه")]),
    ("Qus Qena", [("G", "Qus"), ("N", "Qus"), ("S", "Qena")]),
    ("Qus women Qus", [("S", "Qus women")]),
    ("hospital Apollinopolis Parva", [("S", "hospital")]),
    ("hospital in apollinopolis-parva", [("S", "hospital")]),
    ("جمعية بكوس", [("S", "جمعية")]),
    ("Parva hospital", []),
    ("Qus county", [("S", "")]),
    ("in Qus", [("S", "")]),
    ("hospital", []),
    ("hospital Nag", []),
    ("hospital governorate", []),
    ("hospital in", []),
    ("q", []),
    ("…", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_areas_are_told_among_words(text: str, expected: list[tuple[str, str]]):
    assert called(text, AREAS) == [Called(*one) for one in expected]


def test_many_words_are_no_name():
    assert called("one two three four five six seven Qus", AREAS) == [Called("S", "one two three four five six seven")]
