"""Prove what a package may be: a folder or a zip with tables, of bounded size; and what is said of one that is none."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from lzma import LZMAError
from pathlib import Path

import pytest

from cli.hsds_package import archive, reading
from cli.hsds_package.verdicts import NotAPackage
from tests.unit.cli.hsds_packages import ORGANIZATION, SERVICE, a_package
from tests.unit.cli.hsds_read import faults


def zipped(folder: Path, file: Path, top: str = "") -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in folder.iterdir():
            packed.write(one, f"{top}{one.name}")
    return file


def test_folder_and_zip_read_alike(tmp_path: Path):
    folder = a_package(tmp_path / "package")

    with reading.read(folder) as one, reading.read(zipped(folder, tmp_path / "package.zip", "package/")) as other:
        assert one.present == other.present == dict.fromkeys(one.present, 1)
        assert not one.verdicts.kept
        assert not other.verdicts.kept


def test_tables_may_lie_in_data(tmp_path: Path):
    folder = a_package(tmp_path / "package" / "data")
    (folder / "._organizations.csv").write_bytes(b"\0\5\26\7")
    (folder.parent / "datapackage.json").write_text('{"version": "1.1"}', encoding="utf-8")

    with reading.read(folder.parent) as found:
        assert (found.version, len(found.present)) == ("1.1", 4)
        assert not found.verdicts.kept


def test_package_says_its_version(tmp_path: Path):
    folder = a_package(tmp_path / "package")
    (folder / "datapackage.json").write_text('{"version": "3.1.1"}', encoding="utf-8")

    with reading.read(folder) as found:
        assert found.version == "3.1.1"


@pytest.mark.parametrize("name", ["package.txt", "package.zip"])
def test_other_file_is_no_package(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(b"PK\x03\x04 not a zip")

    with pytest.raises(NotAPackage, match="neither a folder nor a zip"), reading.read(tmp_path / name):
        pass


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "no CSV file"),
        ({"notes.txt": "hello"}, "no CSV file"),
        ({"recipes.csv": "id,name\n"}, "none of its files is a table"),
        ({"services.csv": "id,name\n"}, r"no organizations\.csv"),
    ],
)
def test_folder_without_tables_is_none(tmp_path: Path, files: dict[str, str], reason: str):
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")

    with pytest.raises(NotAPackage, match=reason), reading.read(tmp_path):
        pass


def test_path_out_of_zip_is_refused(tmp_path: Path):
    packed = zipped(a_package(tmp_path / "package"), tmp_path / "package.zip", "../../")

    with pytest.raises(NotAPackage, match="leads out of the package"), reading.read(packed):
        pass


def test_bomb_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("organizations.csv", b"\n" * 50_000_000)

    with pytest.raises(NotAPackage, match="packed more than 200 times"), reading.read(tmp_path / "bomb.zip"):
        pass


def test_damaged_zip_is_refused(tmp_path: Path):
    rows = [ORGANIZATION | {"id": str(one), "name": f"Harvest {one * 7919}"} for one in range(2_000)]
    packed = zipped(a_package(tmp_path / "package", organizations=rows), tmp_path / "package.zip")
    content = bytearray(packed.read_bytes())
    middle = content.index(b"organizations.csv") + 5_000
    content[middle : middle + 200] = b"\xff" * 200
    packed.write_bytes(content)

    with pytest.raises(NotAPackage, match="cannot be read"), reading.read(packed):
        pass


@pytest.mark.parametrize(
    "error", [UnicodeDecodeError("utf-8", b"", 0, 1, ""), LZMAError(), struct.error(), RuntimeError()]
)
def test_any_damage_is_refused(error: Exception):
    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise error

    member = archive.Member("organizations.csv", 1, Broken)

    with pytest.raises(NotAPackage, match="cannot be read"), archive.Package([member], []).text(member) as text:
        text.read()


def test_broken_name_is_refused(tmp_path: Path):
    packed = zipped(a_package(tmp_path / "package"), tmp_path / "package.zip", "é")
    packed.write_bytes(packed.read_bytes().replace("é".encode(), b"\xff\xff"))

    with pytest.raises(NotAPackage, match="cannot be read"), reading.read(packed):
        pass


def test_member_without_a_name_is_none(tmp_path: Path):
    packed = zipped(a_package(tmp_path / "package"), tmp_path / "package.zip")
    packed.write_bytes(packed.read_bytes().replace(b"locations.csv", b"\0ocations.csv"))

    assert faults(packed) == [("services_at_location.csv", 2, "location_id", "there is no such row in locations")]


def test_unpacked_bytes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = a_package(tmp_path / "package")
    monkeypatch.setattr(archive, "MOST_BYTES", 100)

    with pytest.raises(NotAPackage, match="more than 100 bytes"), reading.read(folder):
        pass


def test_memory_holds_no_package(tmp_path: Path):
    peaks = []
    for count in (500, 5_000):
        services = [SERVICE | {"id": str(one), "description": "Hot meals. " * 50} for one in range(count)]
        phones = [{"service_id": str(one), "number": "703-555-1212"} for one in range(count)]
        folder = a_package(tmp_path / str(count), services=services, services_at_location=[], phones=phones)
        del services, phones
        tracemalloc.start()
        with reading.read(folder):
            peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 1_000_000, peaks
