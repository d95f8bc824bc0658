"""Prove how a file of terms is read, and what is said of its rows."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from cli.term_files import FILE_MOST, Given, NotTerms, read
from services.gateway.api.examples import terms as examples

NAMES = {"ar": "غسيل كلوي", "fa": "دیالیز", "en": "Dialysis"}
LINE = "غسيل كلوي,دیالیز,Dialysis"


def a_csv(folder: Path, *lines: str, header: str = "code,ar,fa,en,retired") -> Path:
    file = folder / "terms.csv"
    file.write_text("\n".join([header, *lines]), encoding="utf-8-sig")
    return file


def a_json(folder: Path, document: object) -> Path:
    file = folder / "terms.json"
    file.write_bytes(orjson.dumps(document))
    return file


def faults(file: Path) -> list[tuple[int, str]]:
    return [(one.row, one.field) for one in read(file).faults]


def test_parents_come_first(tmp_path: Path):
    file = a_csv(tmp_path, f"health.dialysis.home,{LINE},", f"health.dialysis,{LINE},yes")

    assert read(file).terms == [
        Given(3, "health.dialysis", NAMES, retired=True),
        Given(2, "health.dialysis.home", NAMES),
    ]


@pytest.mark.parametrize("between", [";", "\t"])
def test_other_separators_are_known(tmp_path: Path, between: str):
    file = a_csv(
        tmp_path, f"health.dialysis,{LINE}".replace(",", between), header=between.join(["code", "ar", "fa", "en"])
    )

    assert [one.names for one in read(file).terms] == [NAMES]


@pytest.mark.parametrize("document", [examples.TERMS, [examples.TERM], [{"code": "health.dialysis", "names": NAMES}]])
def test_what_the_api_tells_is_read(tmp_path: Path, document: object):
    assert read(a_json(tmp_path, document)).terms == [Given(1, "health.dialysis", NAMES)]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (f"health,{LINE},", "code"),
        (f"cars.vans,{LINE},", "code"),
        ("health.teeth,أسنان,,Teeth,", "names.fa"),
        (f"health.teeth,{LINE},perhaps", "retired"),
        (f"health.dialysis,{LINE},", "code"),
    ],
    ids=["subject", "no subject", "no name", "no flag", "twice"],
)
def test_fault_names_row_and_field(tmp_path: Path, line: str, field: str):
    assert faults(a_csv(tmp_path, f"health.dialysis,{LINE},", line)) == [(3, field)]


@pytest.mark.parametrize(
    "item", [7, {}, {"id": ["health"], "names": 7}, {"id": "health.teeth", "names": {"de": "Zahn"}}]
)
def test_odd_items_are_faults(tmp_path: Path, item: object):
    assert {row for row, _ in faults(a_json(tmp_path, [item]))} == {1}


@pytest.mark.parametrize(
    ("header", "said"),
    [("code,ar,en", "lacks fa"), ("code,ar,fa,en,colour", "'colour'"), ("", "is empty")],
)
def test_wrong_header_is_named(tmp_path: Path, header: str, said: str):
    with pytest.raises(NotTerms, match=said):
        read(a_csv(tmp_path, header=header))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("terms.json", b"{}"),
        ("terms.json", b"\xff"),
        ("terms.csv", b""),
        ("terms.csv", b"\xff\xfe\x00"),
        ("terms.csv", b'code,ar,fa,en\n"a'),
        ("terms.json", b"[]".ljust(FILE_MOST + 1)),
    ],
    ids=["no-list", "no-json", "empty", "no-text", "no-csv", "huge"],
)
def test_other_file_is_refused(tmp_path: Path, name: str, content: bytes):
    file = tmp_path / name
    file.write_bytes(content)

    with pytest.raises(NotTerms):
        read(file)
