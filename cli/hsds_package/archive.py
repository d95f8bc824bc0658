"""Open a package: a folder, a zip, or one CSV file. Nothing is unpacked to disk, and limits say how much is read.

A zip says itself how large its members are, and may lie: what comes out is counted while it is read.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO, Any

from cli.hsds_package.verdicts import NotAPackage

MOST_FILES = 200
MOST_BYTES = 512 * 1024 * 1024
"""Bytes of all files of a package together, unpacked."""
MOST_RATIO = 200
"""Times that a member of a zip may be as large as it is packed; tables of addresses come to 20."""
FREE_OF_RATIO = 1024 * 1024
"""Bytes up to which a member may be packed however well."""
DESCRIPTOR, DATA = "datapackage.json", "data"
DESCRIPTOR_BYTES = 4 * 1024 * 1024
MOST_COLUMNS = 1_000
LONGEST_LINE = 4 * 1024 * 1024
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    UnicodeDecodeError,
    EOFError,
    RuntimeError,
    OSError,
)
"""What comes of a zip that is broken, or packed in a way that nobody knows."""
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""What begins a file that a spreadsheet program saved as Unicode text."""
QUOTE = "a quote is not closed, or not doubled within a text"


@dataclass(frozen=True, slots=True)
class Member:
    """Hold one file of a package: its name without folders, and how it is opened."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]

    @property
    def stem(self) -> str:
        """Return the name without its ending, in small letters."""
        return PurePosixPath(self.name).stem.lower()


@dataclass(slots=True)
class Package:
    """Hold the files of a package. ``single`` says that it is one table of a package that nobody has shown."""

    members: list[Member]
    others: list[str]
    descriptor: dict[str, Any] | None = None
    single: bool = False
    left: int = MOST_BYTES

    @contextmanager
    def text(self, member: Member) -> Iterator[IO[str]]:
        """Open a file as text in UTF-8, with or without a mark at its beginning, or in UTF-16 where its mark says so.

        Bytes that are none stand as surrogates: whoever reads a cell says what becomes of them.
        """
        with member.open() as raw:
            counted = io.BufferedReader(_Counted(raw, self, member))
            encoding = "utf-16" if counted.peek(2)[:2] in UTF_16 else "utf-8-sig"
            yield io.TextIOWrapper(counted, encoding=encoding, errors="surrogateescape", newline="")

    def spend(self, count: int, name: str) -> None:
        """Take bytes off what may still be read; raise :class:`NotAPackage` where there are none left."""
        self.left -= count
        if self.left < 0:
            raise NotAPackage(f"{name}: the package holds more than {MOST_BYTES:,} bytes")


class _Counted(io.RawIOBase):
    """Read a file, and count what comes out of it."""

    def __init__(self, raw: IO[bytes], package: Package, member: Member) -> None:
        self._raw = raw
        self._package = package
        self._member = member

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            read = self._raw.read(len(buffer))
        except DAMAGE as error:
            raise NotAPackage(f"{self._member.name} cannot be read: {error}") from error
        self._package.spend(len(read), self._member.name)
        buffer[: len(read)] = read
        return len(read)


def cells(text: IO[str]) -> Iterator[list[str]]:
    """Yield the rows of a table: between cells are commas, or what spreadsheets of other countries put there.

    Raises ``csv.Error`` where a row cannot be told from the next one: after it nobody knows where rows begin.
    """
    lines = _lines(text)
    header = next(lines, "")
    between = max(",;\t", key=header.count)
    if header.count(between) >= MOST_COLUMNS:
        raise csv.Error(f"it has more than {MOST_COLUMNS:,} columns")
    try:
        yield from csv.reader(chain([header] if header else [], lines), delimiter=between, strict=True)
    except csv.Error as error:
        quoted = any(said in str(error) for said in ("expected after", "end of data"))
        raise csv.Error(QUOTE if quoted else str(error)) from error


def _lines(text: IO[str]) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error(f"a line is longer than {LONGEST_LINE:,} characters")
        yield line


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open a package. Raises :class:`NotAPackage`."""
    if path.is_dir():
        yield _package([(one.name, one.stat().st_size, _opener(one)) for one in _files(path)])
    elif zipfile.is_zipfile(path):
        with _archive(path) as archive:
            yield _package(_members(archive))
    elif path.suffix.lower() == ".csv":
        name = path.name.encode(errors="replace").decode()
        yield Package([Member(name, path.stat().st_size, _opener(path))], [], single=True)
    else:
        raise NotAPackage(f"{path.name} is neither a folder nor a zip of CSV files")


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder, and of the one that tabular packages keep their tables in."""
    for here in (folder, folder / DATA):
        yield from sorted(one for one in here.iterdir() if one.is_file()) if here.is_dir() else ()


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except DAMAGE as error:
        raise NotAPackage(f"{path.name} cannot be read: {error}") from error


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, int, Callable[[], IO[bytes]]]]:
    for info in archive.infolist():
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if not path.name or info.is_dir() or "__MACOSX" in path.parts:
            continue
        if path.is_absolute() or ".." in path.parts:
            raise NotAPackage(f"{info.filename!r} leads out of the package")
        if info.flag_bits & 1:
            raise NotAPackage(f"{info.filename} is encrypted")
        if info.file_size > max(FREE_OF_RATIO, MOST_RATIO * info.compress_size):
            raise NotAPackage(f"{info.filename} is packed more than {MOST_RATIO} times")
        yield path.name, info.file_size, _unzipper(archive, info)


def _unzipper(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def unzip() -> IO[bytes]:
        try:
            return archive.open(info)
        except DAMAGE as error:
            raise NotAPackage(f"{info.filename} cannot be read: {error}") from error

    return unzip


def _package(files: Any) -> Package:
    package = Package([], [])
    for name, size, opener in files:
        if name.startswith("."):
            continue  # what computers keep beside files
        member = Member(name, size, opener)
        if name.lower() == DESCRIPTOR:
            package.descriptor = _described(member)
        elif name.lower().endswith(".csv"):
            package.members.append(member)
        else:
            package.others.append(name)
        if len(package.members) + len(package.others) > MOST_FILES:
            raise NotAPackage(f"it holds more than {MOST_FILES} files")
    if not package.members:
        raise NotAPackage("it holds no CSV file")
    if sum(member.size for member in package.members) > MOST_BYTES:
        raise NotAPackage(f"it holds more than {MOST_BYTES:,} bytes")
    return package


def _described(member: Member) -> dict[str, Any] | None:
    """Return what a package says of itself; None where nobody can read it, since its tables speak for themselves."""
    try:
        with member.open() as file:
            content = file.read(DESCRIPTOR_BYTES + 1)
        described = json.loads(content[:DESCRIPTOR_BYTES].decode("utf-8-sig"))
    except (ValueError, RecursionError, *DAMAGE):
        return None
    return described if isinstance(described, dict) else None
