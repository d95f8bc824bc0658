"""Write the demo directorate's files: ``python -m demo.generate``. The same files come out each time.

The spreadsheet is what such a directorate keeps: title rows merged over the header, Arabic-Indic digits here and
there, dates as text, telephone numbers written in every way, and a few rows that cannot be taken.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import orjson
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from demo.qena import ACTIVITIES, BORDER, CENTRES, COUNTRY, FORMS, GOVERNORATE, NAMES, PARTNERS, STREETS, Centre, Point

DATA = Path(__file__).resolve().parent / "data"
SEED = 29
TITLES = ("محافظة قنا — مديرية التضامن الاجتماعي", "كشف الجمعيات والجهات العاملة بالمحافظة (بيانات تجريبية)")
HEADINGS = (
    "م", "اسم الجمعية", "نوع الجهة", "رقم القيد", "تاريخ الإشهار", "المحافظة", "المركز", "العنوان", "الهاتف",
    "البريد الإلكتروني", "مجالات العمل", "الطاقة الاستيعابية (أسرة)", "عدد الأعضاء", "تعاون دولي", "الشريك الدولي",
    "خط العرض", "خط الطول", "ملاحظات",
)  # fmt: skip
WRITTEN_ON = (2026, 1, 1, 0, 0, 0)
WRITTEN_AT = "2026-01-01T00:00:00Z"
MONTHS = ("يناير", "مارس", "مايو", "يوليو", "سبتمبر", "نوفمبر")
ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
SHEET = "الجمعيات"

Cells = dict[str, Any]


def main(directory: Path = DATA) -> None:
    """Write areas, workbook and CSV into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    rows = [[row.get(heading, "") for heading in HEADINGS] for row in associations()]
    (directory / "qena-areas.geojson").write_bytes(orjson.dumps(areas(), option=orjson.OPT_INDENT_2) + b"\n")
    write_workbook(directory / "qena-associations.xlsx", rows)
    write_csv(directory / "qena-associations.csv", rows)


# --- areas ----------------------------------------------------------------------------------------------------------


def areas() -> dict[str, Any]:
    """Return the country, the governorate and its centres as GeoJSON; outlines are schematic, the country has none."""
    features = [
        _feature(COUNTRY, "", "country", None),
        _feature(GOVERNORATE, COUNTRY[0], "governorate", list(BORDER)),
        *(
            _feature((one.code, one.ar, one.fa, one.en, one.place), GOVERNORATE[0], "county", outline(one))
            for one in CENTRES
        ),
    ]
    return {"type": "FeatureCollection", "features": features}


def _feature(area: tuple[Any, ...], parent: str, level: str, ring: list[Point] | None) -> dict[str, Any]:
    code, ar, fa, en, centre = area
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]} if ring else None
    properties = {
        "id": code,
        "parent": parent,
        "level": level,
        "names": {"ar": ar, "fa": fa, "en": en},
        "schematic": True,
        "centre": list(centre),
    }
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def outline(centre: Centre) -> list[Point]:
    """Return what of the governorate lies nearer to a centre's town than to any other, counter-clockwise."""
    ring = list(reversed(BORDER)) if _is_clockwise(BORDER) else list(BORDER)
    for other in CENTRES:
        if other is not centre:
            ring = _nearer(ring, centre.place, other.place)
    return [(round(lon, 4), round(lat, 4)) for lon, lat in ring]


def _nearer(ring: list[Point], own: Point, other: Point) -> list[Point]:
    """Cut off the part of a ring that lies nearer to another place (Sutherland and Hodgman's cut by one line)."""
    kept: list[Point] = []
    for start, end in zip(ring, [*ring[1:], ring[0]], strict=True):
        before, after = _lead(start, own, other), _lead(end, own, other)
        if before >= 0:
            kept.append(start)
        if (before >= 0) != (after >= 0):
            share = before / (before - after)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
    return kept


def _lead(point: Point, own: Point, other: Point) -> float:
    return _square(point, other) - _square(point, own)


def _square(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _is_clockwise(ring: tuple[Point, ...]) -> bool:
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    return sum((end[0] - start[0]) * (end[1] + start[1]) for start, end in pairs) > 0


# --- associations ---------------------------------------------------------------------------------------------------


def associations() -> list[Cells]:
    """Return the rows of the spreadsheet, good ones and those that cannot be taken, in the order they stand."""
    random = Random(SEED)  # noqa: S311 - the same each time is what is wanted
    names, forms, activities, partners = cycle(NAMES), cycle(FORMS), cycle(ACTIVITIES), cycle(PARTNERS)
    rows: list[Cells] = []
    seen: set[str] = set()
    for centre in CENTRES:
        villages = cycle(centre.villages)
        while len([row for row in rows if row["المركز"] == centre.ar]) < centre.associations:
            form, kind = next(forms)
            name = form.format(name=next(names), place=centre.ar, village=next(villages))
            if name not in seen:
                seen.add(name)
                named = {"اسم الجمعية": name, "نوع الجهة": kind, "مجالات العمل": next(activities)}
                rows.append({**named, **_association(len(rows) + 1, centre, random, partners)})
    for position, row in unfit():
        rows.insert(position, row)
    return [{"م": number, **row} for number, row in enumerate(rows, start=1)]


def _association(number: int, centre: Centre, random: Random, partners: Iterator[str]) -> Cells:
    cooperates = number % 4 == 0
    longitude, latitude = (round(place + random.uniform(-0.02, 0.02), 4) for place in centre.place)
    swapped = number == 41  # noqa: PLR2004 - one row shows it
    return {
        "رقم القيد": _digits(f"{9000 + number}/تجريبي", number),
        "تاريخ الإشهار": _date(number, random),
        "المحافظة": "قنا",
        "المركز": centre.ar,
        "العنوان": f"{centre.ar}، {STREETS[number % len(STREETS)]}",
        "الهاتف": _phone(number),
        "البريد الإلكتروني": f"info{number:03}@example.org",
        "الطاقة الاستيعابية (أسرة)": _amount(random.randrange(5, 121, 5), number),
        "عدد الأعضاء": _amount(random.randrange(15, 1400), number + 1),
        "تعاون دولي": "نعم" if cooperates else ("لا" if number % 3 else ""),
        "الشريك الدولي": next(partners) if cooperates else "",
        "خط العرض": longitude if swapped else latitude,
        "خط الطول": latitude if swapped else longitude,
        "ملاحظات": "سلسلة تجريبية" if number == 1 else "",
    }


def unfit() -> Iterator[tuple[int, Cells]]:
    """Yield rows as they go wrong in real spreadsheets, and where to put them."""
    whole = {
        "نوع الجهة": "جمعية أهلية",
        "المحافظة": "قنا",
        "المركز": "قنا",
        "مجالات العمل": "مساعدات نقدية",
        "عدد الأعضاء": "٤٠",
    }
    yield 11, {**whole, "اسم الجمعية": "", "العنوان": "قنا، شارع المحطة"}
    yield 34, {**whole, "اسم الجمعية": "جمعية أصدقاء النهر بقنا", "الهاتف": "٠٩٦ ١٢"}
    yield 58, {**whole, "اسم الجمعية": "جمعية درب القوافل", "المركز": "وادي السراب"}
    yield 79, {**whole, "اسم الجمعية": "جمعية بساتين قنا", "عدد الأعضاء": "كثير"}
    yield 102, {**whole, "اسم الجمعية": "جمعية مشاعل قنا", "البريد الإلكتروني": "info(at)example.org"}
    yield 121, {**whole, "اسم الجمعية": "جمعية قوارب النجاة بقنا", "خط العرض": "261.64", "خط الطول": "327.2"}
    yield 140, {**whole, "اسم الجمعية": "جمعية حرفيي قنا", "نوع الجهة": "لا ينطبق", "مجالات العمل": "صيد الأحلام"}


def _phone(number: int) -> str:
    """Write a number that no exchange has in one of the ways people write them."""
    local = f"0000{number:03}"
    ways = (f"096 {local}", f"096-{local}", f"+20 96 {local}", f"096{local}", f"096 {local} / 096 0000{number + 500}")
    return _digits(ways[number % len(ways)], number)


def _date(number: int, random: Random) -> str:
    year, month, day = random.randrange(1968, 2024), random.randrange(1, 13), random.randrange(1, 29)
    ways = (f"{day}/{month}/{year}", f"{year}-{month:02}-{day:02}", f"{day} {MONTHS[number % 6]} {year}", f"{year}")
    return _digits(ways[number % len(ways)], number)


def _amount(amount: int, number: int) -> int | str:
    """Write an amount as a number, or as text in Arabic-Indic digits."""
    return amount if number % 3 else _digits(f"{amount:,}".replace(",", "٬"), number)


def _digits(text: str, number: int) -> str:
    return text.translate(ARABIC_INDIC) if number % 3 == 0 else text


# --- files ----------------------------------------------------------------------------------------------------------


def write_workbook(path: Path, rows: list[list[Any]]) -> None:
    """Write the workbook: two merged title rows, an empty one, the header, the rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.sheet_view.rightToLeft = True
    for number, title in enumerate(TITLES, start=1):
        sheet.cell(number, 1, title).font = Font(bold=True, size=14)
        sheet.cell(number, 1).alignment = Alignment(horizontal="center")
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(HEADINGS))
    sheet.append([])
    sheet.append(list(HEADINGS))
    for row in rows:
        sheet.append([cell if cell != "" else None for cell in row])
    book.save(path)
    _settle(path)


def _settle(path: Path) -> None:
    """Write a workbook again without the time of writing, so that the same rows give the same file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = parts["docProps/core.xml"].decode()
    parts["docProps/core.xml"] = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", WRITTEN_AT, core).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, WRITTEN_ON), part, zipfile.ZIP_DEFLATED)


def write_csv(path: Path, rows: list[list[Any]]) -> None:
    """Write the same as CSV, with a byte-order mark, as spreadsheet programs do for Arabic."""
    width = len(HEADINGS)
    titles = [[title] + [""] * (width - 1) for title in TITLES]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([*titles, [""] * width, HEADINGS, *rows])


if __name__ == "__main__":
    main()
