"""Prove that an import holds no more of a long file than of a short one."""

import gc
import resource
from pathlib import Path

import pytest
from openpyxl import Workbook

from services.gateway.imports.domain import Counts


def wide_row(number):
    return [number, f"جمعية تنمية المجتمع رقم {number}", "قنا", "0960000001", "غذاء، صحة", f"شارع {number}", 40, "نعم"]


WIDE = ["م", "اسم الجمعية", "المركز", "الهاتف", "الخدمات", "العنوان", "عدد الأعضاء", "تعاون دولي"]


PAGE_BYTES = resource.getpagesize()


def resident():
    """Return the bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES


def finish_watched(run):
    """Carry an import through, and return it with the most memory by which the process grew on the way."""
    gc.collect()
    before = most = resident()
    while not run.ended:
        run.step()
        most = max(most, resident())
    run.close()
    return run.stands, most - before


@pytest.mark.slow
def test_sixty_thousand_rows_in_bounded_memory(imports, registry, begin):
    text = ",".join(WIDE) + "\n" + "".join(",".join(f'"{cell}"' for cell in wide_row(n)) + "\n" for n in range(60_000))
    imports.add(text)
    registry.names = registry.answers = Forgetful()

    ended, grown = finish_watched(begin())

    assert ended.counts == Counts(created=60_000)
    assert registry.largest < 1_000_000
    assert grown < 40_000_000


@pytest.mark.slow
def test_rows_of_a_long_workbook_in_bounded_memory(imports, registry, begin, tmp_path):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(WIDE)
    for number in range(15_000):
        sheet.append(wide_row(number))
    book.save(tmp_path / "big.xlsx")
    imports.add((tmp_path / "big.xlsx").read_bytes())
    registry.names = registry.answers = Forgetful()
    del book, sheet

    ended, grown = finish_watched(begin())

    assert ended.counts == Counts(created=15_000)
    assert grown < 100_000_000


class Forgetful(dict):
    """Keep nothing: the fake registry must not be what grows."""

    def __setitem__(self, key, value):
        """Drop it."""

    def setdefault(self, key, value=None):
        """Give the value back."""
        return value
