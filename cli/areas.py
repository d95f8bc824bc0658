"""Load the areas of a node: ``tashbik areas load FILE``.

The file is GeoJSON (RFC 7946): a FeatureCollection in which each feature is one area::

    properties  id         the code that the country gave it
                parent     the code of the area around it, empty for the country
                level      country | governorate | county | locality
                names      {"ar": …, "fa": …, "en": …}
                schematic  true where the outline is drawn by hand and not surveyed
                centre     [longitude, latitude] of its label, optional
    geometry    Polygon, MultiPolygon, or null
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson
from rich.progress import track

from chassis import rpc_client
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from cli.context import OPERATOR, SERVICE, Context, pass_context
from contracts.registry import AREA_LEVELS, BATCH_AREAS, PUT_AREAS

BATCH_BYTES = 500_000
FIELDS = ("id", "parent", "level", "names", "schematic", "centre")

Area = dict[str, Any]


@click.group()
def areas() -> None:
    """Load the areas of a node."""


@areas.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_context
def load(context: Context, file: Path) -> None:
    """Load the areas of a GeoJSON FILE, with their outlines. Loading it again changes nothing."""
    found = read_areas(file)
    client = rpc_client.connect(context.config, SERVICE)
    try:
        outcomes = put(client, found)
    finally:
        client.stop()
    counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    context.say(f"{len(found)} areas: {counted}.")


def put(client: RpcClient, found: list[Area]) -> Counter[str]:
    """Hand areas to the registry in batches, and return how many were created, updated or unchanged."""
    outcomes: Counter[str] = Counter()
    for batch in track(list(batches(found)), "Loading areas", transient=True):
        answer = client.call(PUT_AREAS, {"areas": batch}, actor=OPERATOR, key=new_id())
        outcomes.update(result["outcome"] for result in answer["results"])
    return outcomes


def read_areas(file: Path) -> list[Area]:
    """Return the areas of a file, parents before children; raise :class:`click.BadParameter` where it is none."""
    try:
        document = orjson.loads(file.read_bytes())
        found = [_area(feature) for feature in document["features"]]
        return sorted(found, key=lambda area: AREA_LEVELS.index(area["level"]))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise click.BadParameter(
            f"{file} is no GeoJSON FeatureCollection of areas ({type(error).__name__}: {error})", param_hint="FILE"
        ) from error


def batches(found: list[Area]) -> Iterator[list[Area]]:
    """Yield the areas in lists that one message carries: not too many, and not too large."""
    batch: list[Area] = []
    size = 0
    for area in found:
        weight = len(orjson.dumps(area))
        if batch and (len(batch) == BATCH_AREAS or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(area)
        size += weight
    if batch:
        yield batch


def _area(feature: dict[str, Any]) -> Area:
    properties = feature["properties"]
    given = {name: properties[name] for name in FIELDS if properties.get(name) is not None}
    if given.get("level") not in AREA_LEVELS:
        raise ValueError(f"a feature's level is none of {', '.join(AREA_LEVELS)}")
    return {**given, "outline": feature.get("geometry")}
