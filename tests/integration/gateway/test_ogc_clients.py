"""Prove that clients of others page through everything: GDAL, which QGIS reads features by, and OWSLib."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from owslib.ogcapi.features import Features

from chassis.config import Config
from chassis.database import CHASSIS_INDEXES, connect, prepare
from cli.process import LOOPBACK, Part, answers, free_ports
from cli.roster import api_arguments
from services.gateway.auth import store as clients
from services.gateway.directory import store as directory
from tests.integration.gateway.directories import Json, Projected, located, organization
from tests.integration.gateway.features import AREAS, EVERYTHING, fill
from tests.parts import ROOT, Running, environment_of

pytestmark = pytest.mark.slow

MANY, WITHOUT_PLACE = 2_400, 100
TOGETHER = 250
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
OUTLINED = len(AREAS) - 1
OGRINFO = shutil.which("ogrinfo")
needs_gdal = pytest.mark.skipif(OGRINFO is None, reason="GDAL's ogrinfo is missing: apt-get install gdal-bin")


@pytest.fixture(scope="module")
def api(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of an API that shows some thousand organizations."""
    folder = tmp_path_factory.mktemp("features")
    (folder / "metrics").mkdir()
    port, health = free_ports(2)
    settings = replace(
        config,
        database_prefix=f"{config.database_prefix}_{secrets.token_hex(3)}",
        public_url=f"http://{LOOPBACK}:{port}",
        public_rate="100000/minute",
        api_port=port,
        health_port=health,
    )
    database = connect(settings, "gateway")
    prepare(database, {**CHASSIS_INDEXES, **directory.INDEXES, **clients.INDEXES})
    crowd(Projected(database))
    environment = {
        **environment_of(settings),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}",
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
    }
    command = (sys.executable, *api_arguments(1, settings.api_host, port))
    ready = f"http://{LOOPBACK}:{port}/readyz"
    with ExitStack() as stack:
        stack.callback(database.client.close)
        stack.enter_context(
            Running(Part("api", command, ready=lambda: answers(ready), environment=environment), folder)
        )
        yield f"{settings.public_url}/ogc"


def crowd(projected: Projected) -> None:
    """Fill a directory: the few of other tests, many in rows beside each other, and some without a place."""
    fill(projected)
    made = [
        organization(
            f"many-{n:05}", f"جمعية {n}", locations=located(27 + n % 50 / 100, 31 + n // 50 / 100) if n < MANY else []
        )
        for n in range(MANY + WITHOUT_PLACE)
    ]
    for first in range(0, len(made), TOGETHER):
        projected.organizations(*made[first : first + TOGETHER])


def ogrinfo(*arguments: str) -> Json:
    """Return what GDAL reads, as it reports it."""
    command = (OGRINFO or "ogrinfo", "-ro", "-al", "-so", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    lines = (line.partition(":") for line in done.stdout.splitlines())
    return {name.strip(): text.strip() for name, _, text in lines}


@needs_gdal
@pytest.mark.parametrize(
    ("collection", "count"), [("organizations", len(EVERYTHING) + MANY + WITHOUT_PLACE), ("areas", len(AREAS))]
)
def test_gdal_counts_every_feature(api: str, collection: str, count: int):
    told = ogrinfo("-oo", "IGNORE_SCHEMA=NO", f"OAPIF:{api}", collection)

    assert told["Feature Count"] == str(count)


@needs_gdal
def test_gdal_reads_every_feature_once(api: str, tmp_path: Path):
    out = tmp_path / "read.geojsonl"
    subprocess.run(("ogr2ogr", "-f", "GeoJSONSeq", str(out), f"OAPIF:{api}", "organizations"), timeout=120, check=True)

    read = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]

    ids = [one["properties"]["id"] for one in read]
    assert len(ids) == len(set(ids)) == len(EVERYTHING) + MANY + WITHOUT_PLACE
    assert sum(one["geometry"] is None for one in read) == 1 + WITHOUT_PLACE


@needs_gdal
def test_gdal_asks_by_box_and_attribute(api: str):
    boxed = ogrinfo("-spat", "32.6", "25.0", "32.8", "26.3", f"OAPIF:{api}", "organizations")
    named = ogrinfo("-where", "name = 'Suva'", f"OAPIF:{api}", "organizations")

    assert (boxed["Feature Count"], named["Feature Count"]) == ("2", "1")


@needs_gdal
def test_gdal_takes_outlines_for_one_layer(api: str, tmp_path: Path):
    """GDAL takes a layer for one of any kind of geometry where one feature differs; one area here has two parts."""
    outlines = tmp_path / "areas.geojson"
    outlines.write_bytes(httpx.get(f"{api.removesuffix('/ogc')}/areas.geojson").content)

    told = ogrinfo(str(outlines))

    assert (told["Geometry"], told["Feature Count"]) == ("Multi Polygon", str(OUTLINED))


def test_owslib_reads_every_feature_once(api: str):
    features = Features(api)

    ids = [one["id"] for page in pages(features, "organizations", limit=300) for one in page["features"]]

    assert set(features.feature_collections()) == {"organizations", "services", "areas"}
    assert len(ids) == len(set(ids)) == len(EVERYTHING) + MANY + WITHOUT_PLACE


def test_owslib_asks_by_box_and_filter(api: str):
    features = Features(api)

    boxed = features.collection_items("organizations", bbox=[32.6, 25.0, 32.8, 26.3], limit=1000)
    filtered = features.collection_items("organizations", filter="subjects = 'housing'")
    one = features.collection_item("organizations", "qus")

    assert {one["id"] for one in boxed["features"] if one["geometry"]} == {"station", "qus"}
    assert [one["id"] for one in filtered["features"]] == ["qus"]
    assert one["properties"]["name"] == "جمعية الرحمة بقوص"
    assert "subjects" in features.collection_queryables("organizations")["properties"]
    assert features.api()["openapi"].startswith("3.0")


def pages(features: Features, name: str, **asked: Any) -> Iterator[Json]:
    """Yield the pages of a collection, by their links."""
    while True:
        page = features.collection_items(name, **asked)
        yield page
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return
        asked = dict(parse_qsl(urlsplit(following[0]).query))


def test_kept_answer_is_of_the_format_asked_for(api: str):
    accepted = ("text/html", "application/geo+json", "text/html", "*/*")

    answers = [httpx.get(f"{api}/collections/areas/items", headers={"Accept": accept}) for accept in accepted]

    types = [answer.headers["Content-Type"].partition(";")[0] for answer in answers]
    assert types == ["text/html", "application/geo+json", "text/html", "application/geo+json"]


@pytest.mark.parametrize("phases", ["examples,coverage", "fuzzing"])
def test_schemathesis_finds_no_crash_and_nothing_unsaid(api: str, tmp_path: Path, phases: str):
    command = [str(SCHEMATHESIS), "run", f"{api}/api", "--checks", ",".join(CHECKS), "--continue-on-failure"]
    bounds = ["--phases", phases, "--max-examples", "25", "--max-time", "10"]

    run = subprocess.run(
        [*command, *bounds, "--warnings", "off", "--no-color"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
