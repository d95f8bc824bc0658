"""Run what others would take for the same features: pygeoapi on MongoDB, and on PostGIS, filled with the same points.

pygeoapi is installed into an environment of its own, ``peers`` beside the node's directory, since none of it is the
project's; PostGIS comes from Debian. What cannot be had raises :class:`NoPeer`, and the rest is measured without it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import orjson
from pymongo import GEOSPHERE, MongoClient

from cli.process import LOOPBACK, answers, free_ports, listens, wait_until
from tests.bench.processes import ROOT, ended

PACKAGES = ("pygeoapi>=0.20", "pymongo", "psycopg2-binary", "geoalchemy2", "gunicorn")
DATABASE, COLLECTION = "bench_peers", "organizations"
POSTGRES = "postgres"  # its user where this process is root, whom PostgreSQL refuses
INSTALLING, STARTING = 600.0, 120.0  # seconds
BATCH = 5_000
TABLE = """
CREATE EXTENSION postgis;
CREATE TABLE organizations (id text PRIMARY KEY, geom geometry(Point, 4326), {columns});
COPY organizations FROM STDIN (FORMAT csv);
"""
INDEXED = "CREATE INDEX ON organizations USING gist (geom); ANALYZE organizations;"

Json = dict[str, Any]


class NoPeer(Exception):
    """Say why a peer cannot be measured here."""


@dataclass(frozen=True)
class Source:
    """Hold where pygeoapi reads: the name of its provider, and what that is told."""

    provider: str
    told: Mapping[str, Any]


# MongoDB


def in_mongo(url: str, features: Iterable[Json]) -> Source:
    """Put features into a database of their own, indexed as pygeoapi has it, and return where they are."""
    address = _with_database(url)
    with MongoClient[Json](address) as client:
        collection = client[DATABASE][COLLECTION]
        collection.drop()
        for some in _batches(features):
            collection.insert_many([{"_id": one["id"], **one} for one in some], ordered=False)
        collection.create_index([("geometry", GEOSPHERE)])
    return Source("MongoDB", {"data": address, "collection": COLLECTION})


def forget(url: str) -> None:
    """Drop what was put into MongoDB."""
    with MongoClient[Json](url) as client:
        client.drop_database(DATABASE)


def _with_database(url: str) -> str:
    parts = urlsplit(url)
    whose = "authSource=admin" if "@" in parts.netloc and "authSource" not in parts.query else ""
    return urlunsplit(parts._replace(path=f"/{DATABASE}", query="&".join(filter(None, (parts.query, whose)))))


# PostGIS


@contextmanager
def in_postgis(features: Iterable[Json]) -> Iterator[Source]:
    """Run a PostgreSQL of our own with the features in it, and give where they are. Raises :class:`NoPeer`."""
    programs = _programs()
    (port,) = free_ports(1)
    home = Path(tempfile.mkdtemp(prefix="tashbik-postgis-"))
    try:
        if owner := _owner():
            shutil.chown(home, owner)
        data = home / "data"
        _run([str(programs / "initdb"), "-D", str(data), "-U", POSTGRES, "-A", "trust", "-E", "UTF8", "-N"], owner)
        settings = ("fsync=off", "unix_socket_directories=", "shared_buffers=256MB", "listen_addresses=" + LOOPBACK)
        command = [str(programs / "postgres"), "-D", str(data), "-p", str(port)]
        command += [word for setting in settings for word in ("-c", setting)]
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, user=owner or None)
        with ended([process]):
            wait_until(lambda: listens(port), "PostgreSQL", STARTING)
            _copy(programs, port, features)
            whose = {"host": LOOPBACK, "port": port, "dbname": POSTGRES, "user": POSTGRES, "password": ""}
            of = {"table": "organizations", "id_field": "id", "geom_field": "geom"}
            yield Source("PostgreSQL", {"data": {**whose, "search_path": ["public"]}, **of})
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path:
    """Return where PostgreSQL's programs are, of a version that has PostGIS; install them where they are missing."""
    if not (found := _with_postgis()):
        done = subprocess.run(
            [str(ROOT / "bin" / "install-parts"), "peers"], capture_output=True, text=True, check=False
        )
        if not (found := _with_postgis()):
            raise NoPeer(f"PostGIS is not here and could not be installed: {_last(done.stderr)}")
    return found[-1]


def _with_postgis() -> list[Path]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
    known = Path("/usr/share/postgresql")
    return [one for one in folders if (known / one.parent.name / "extension" / "postgis.control").exists()]


def _owner() -> str:
    return POSTGRES if os.geteuid() == 0 else ""


def _copy(programs: Path, port: int, features: Iterable[Json]) -> None:
    """Fill the table with the features, each property a column."""
    coming = iter(features)
    first = next(coming)
    columns = ", ".join(f'"{name}" {_type(value)}' for name, value in first["properties"].items())
    command = [str(programs / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-h", LOOPBACK, "-p", str(port), "-U", POSTGRES]
    script = TABLE.format(columns=columns).strip()
    statements, copy = script.rsplit("\n", 1)
    _sql(command, statements)
    with subprocess.Popen([*command, "-c", copy], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        told, stdin = csv_of(first), process.stdin
        assert stdin is not None
        stdin.write(told)
        for one in coming:
            stdin.write(csv_of(one))
        stdin.close()
        if process.wait():
            raise NoPeer(f"PostGIS took no features: {_last(process.stderr.read().decode() if process.stderr else '')}")
    _sql(command, INDEXED)


def csv_of(feature: Json) -> bytes:
    """Return a feature as a line: its id, its point, and its properties."""
    longitude, latitude = feature["geometry"]["coordinates"]
    cells = (feature["id"], f"SRID=4326;POINT({longitude} {latitude})", *feature["properties"].values())
    return (",".join(map(_cell, cells)) + "\n").encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return '"' + text.replace('"', '""') + '"'


def _type(value: Any) -> str:
    return "bigint" if isinstance(value, int) and not isinstance(value, bool) else "text"


def _sql(command: Sequence[str], statements: str) -> None:
    _run([*command, *(word for one in statements.split(";") if one.strip() for word in ("-c", one.strip()))], "")


# pygeoapi


@contextmanager
def pygeoapi(source: Source, processes: int, home: Path, environment: Path) -> Iterator[str]:
    """Run pygeoapi on a source, with so many worker processes, and give its address.

    It is installed into ``environment``, unless it is there. Raises :class:`NoPeer`.
    """
    programs = _installed(environment)
    (port,) = free_ports(1)
    home.mkdir(parents=True, exist_ok=True)
    config, api = home / "pygeoapi.yml", home / "pygeoapi-api.yml"
    config.write_bytes(orjson.dumps(configuration(source, port)))  # which is YAML, too
    settings = {**os.environ, "PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(api), "PYTHONPATH": ""}
    generate = [str(programs / "pygeoapi"), "openapi", "generate", str(config), "--output-file", str(api)]
    _run(generate, "", settings)
    command = [str(programs / "gunicorn"), "--workers", str(processes), "--bind", f"{LOOPBACK}:{port}"]
    with (home / "pygeoapi.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--timeout", "120", "pygeoapi.flask_app:APP"], env=settings, cwd=home, stdout=log, stderr=log
        )
    with ended([process]):
        url = f"http://{LOOPBACK}:{port}"
        wait_until(lambda: answers(f"{url}/conformance?f=json"), "pygeoapi", STARTING)  # for which it reads no data
        yield url


def configuration(source: Source, port: int) -> Json:
    """Return pygeoapi's configuration for one collection."""
    url = f"http://{LOOPBACK}:{port}"
    about = {"title": "Organizations", "description": "Organizations", "keywords": ["organizations"]}
    links = [{"type": "text/html", "rel": "canonical", "title": "Organizations", "href": url}]
    extents = {"spatial": {"bbox": [-180, -90, 180, 90], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}
    provider = {"type": "feature", "name": source.provider, "id_field": "id", **source.told}
    contact = {"name": "", "url": url, "email": "", "address": "", "city": "", "country": ""}
    return {
        "server": {
            "bind": {"host": LOOPBACK, "port": port},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": 100, "max_items": 1000},
            "map": {"url": url, "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**about, "keywords_type": "theme", "terms_of_service": url, "url": url},
            "license": {"name": "", "url": url},
            "provider": {"name": "", "url": url},
            "contact": contact,
        },
        "resources": {
            COLLECTION: {"type": "collection", **about, "links": links, "extents": extents, "providers": [provider]}
        },
    }


def _installed(environment: Path) -> Path:
    """Return where pygeoapi's programs are; install it where it is missing."""
    programs = environment / "bin"
    if not (programs / "pygeoapi").exists():
        _run([sys.executable, "-m", "venv", str(environment)], "")
        _run([str(programs / "python"), "-m", "pip", "install", "--quiet", *PACKAGES], "")
    return programs


def _run(command: Sequence[str], user: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a command to its end. Raises :class:`NoPeer` with the last that it said."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=INSTALLING, env=environment,
            user=user or None, cwd="/" if user else None,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoPeer(f"{Path(command[0]).name}: {error}") from error
    if done.returncode:
        raise NoPeer(f"{Path(command[0]).name}: {_last(done.stderr or done.stdout)}")


def _last(said: str) -> str:
    return next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "it did not say why")


def _batches(features: Iterable[Json]) -> Iterator[list[Json]]:
    held: list[Json] = []
    for one in features:
        held.append(one)
        if len(held) == BATCH:
            yield held
            held = []
    if held:
        yield held
