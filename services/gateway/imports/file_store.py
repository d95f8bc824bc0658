"""Keep imported files in the database (GridFS), streamed in and out, until their import has ended."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from gridfs import GridFSBucket
from gridfs.errors import NoFile
from pymongo import IndexModel
from pymongo.database import Database

from chassis.clock import now
from services.gateway.imports.domain import UnreadableFile

FILES = "import_files"
ORPHAN_AFTER = timedelta(days=1)

FILE_INDEXES = {
    f"{FILES}.files": (
        IndexModel([("uploadDate", 1)], name="uploaded"),
        IndexModel([("filename", 1), ("uploadDate", 1)], name="filename"),
    ),
    f"{FILES}.chunks": (IndexModel([("files_id", 1), ("n", 1)], name="chunks", unique=True),),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold what is known of a file that was kept: id, size in bytes, and digest of content and options."""

    id: Any
    size: int
    digest: str


class FileStore:
    """Keep, fetch and erase files."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._bucket = GridFSBucket(database, FILES)
        self._files = database[f"{FILES}.files"]

    def keep(self, content: BinaryIO, options: str) -> Kept:
        """Keep a stream, and measure and digest it on its way, together with the options that belong to it."""
        measured = _Measured(content, options)
        file = self._bucket.upload_from_stream("import", measured)
        return Kept(file, measured.size, measured.digest)

    def fetch(self, file: Any, target: Path) -> None:
        """Write a file to a path; raise :class:`UnreadableFile` where it is not kept any more."""
        try:
            with target.open("wb") as stream:
                self._bucket.download_to_stream(file, stream)
        except NoFile as error:
            raise UnreadableFile("file_missing") from error

    def erase(self, file: Any) -> None:
        """Erase a file, if it is there."""
        try:
            self._bucket.delete(file)
        except NoFile:
            return

    def older(self, before: datetime | None = None) -> Iterator[Any]:
        """Yield the ids of files that were kept before a moment, by default long enough ago to have their import."""
        found = self._files.find({"uploadDate": {"$lt": before or now() - ORPHAN_AFTER}}, {"_id": 1})
        return (file["_id"] for file in found)


class _Measured:
    """Pass a stream on, and measure and digest it."""

    def __init__(self, content: BinaryIO, options: str) -> None:
        self._content = content
        self._hash = hashlib.sha256(options.encode())
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        block = self._content.read(size)
        self._hash.update(block)
        self.size += len(block)
        return block

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()
