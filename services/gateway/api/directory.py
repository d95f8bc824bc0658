"""Answer for what else the directory shows: areas, subjects, figures, and how fresh it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from flask import Response, g

from chassis.clock import now
from contracts.registry import GET_AREA_HISTORY, PUT_AREAS, AreaResults, PutAreas, RecordHistory
from contracts.subjects import SUBJECTS, subject_of
from services.gateway.api.blueprint import Blueprint, query_of
from services.gateway.api.examples import directory as examples
from services.gateway.api.exchange import GEOJSON, call, dumps, features, listed, page, plain, public, streamed
from services.gateway.auth.guard import operation
from services.gateway.directory.coverage.schemas import AreasFigures, GapQuery, Gaps
from services.gateway.directory.figures import NOTHING_COUNTED
from services.gateway.directory.schemas import (
    DirectoryStatus,
    FeatureCollection,
    Figures,
    PublicAreas,
    RebuildState,
    Subjects,
)
from services.gateway.parts import parts
from services.gateway.problems import Refused

directory = Blueprint("directory", "Areas, subjects and figures of the public directory.")


@directory.route("/areas", methods=["GET"])
@directory.response(200, PublicAreas, example=examples.PUBLIC_AREAS)
@operation("gateway.directory", tagged=True)
def list_areas() -> Response:
    """List all areas, without their outlines."""
    return public(listed(parts().directory.areas()))


@directory.route("/areas.geojson", methods=["GET"])
@directory.response(200, FeatureCollection, example=examples.OUTLINES, content_type=GEOJSON)
@operation("gateway.directory", tagged=True)
def outline_areas() -> Response:
    """Read the outlines of areas for a map."""
    return streamed(features(parts().directory.outlines()), GEOJSON)


@directory.route("/areas", methods=["POST"])
@directory.arguments(PutAreas, example=examples.NEW_AREAS)
@directory.response(200, AreaResults, example=examples.AREA_RESULTS)
@operation("registry.put_areas", changes=True)
def put_areas(areas: dict[str, Any]) -> Response:
    """Put areas of the tree, parents first; an equal one stays as it is."""
    return plain(call(PUT_AREAS, areas))


@directory.route("/areas/<record:id>/history", methods=["GET"])
@directory.arguments(query_of(GET_AREA_HISTORY, "id"), location="query")
@directory.response(200, RecordHistory, example=examples.AREA_HISTORY)
@operation("registry.get_area_history", paged=True)
def get_area_history(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Read who changed what of an area, when and by what; newest first. Of an outline only that it changed is told."""
    return page(call(GET_AREA_HISTORY, {**asked, "id": id}))


@directory.route("/subjects", methods=["GET"])
@directory.response(200, Subjects, example=examples.SUBJECTS)
@operation("gateway.directory", tagged=True)
def list_subjects() -> Response:
    """List the subjects of needs and capabilities with the node's own terms below them, in three languages."""
    return public(listed(map(dumps, _subjects())))


@directory.route("/figures", methods=["GET"])
@directory.response(200, Figures, example=examples.FIGURES)
@operation("gateway.directory", tagged=True)
def get_figures() -> Response:
    """Read the public figures.

    Referrals are rounded down to fives, and null where there are too few to publish.
    """
    counted = parts().directory.figures()
    return public(counted["body"] if counted else dumps(NOTHING_COUNTED))


@directory.route("/figures/areas", methods=["GET"])
@directory.response(200, AreasFigures, example=examples.AREAS_FIGURES)
@operation("gateway.directory", tagged=True)
def get_area_figures() -> Response:
    """Read the public figures of each area that there is today, with all that lies within it.

    What speaks of families is rounded down to fives, and null where there are too few to publish.
    """
    return streamed(parts().directory.coverage.figures())


@directory.route("/gaps", methods=["GET"])
@directory.arguments(GapQuery, location="query")
@directory.response(200, Gaps, example=examples.GAPS)
@operation("gateway.directory", tagged=True)
def list_gaps(asked: dict[str, Any]) -> Response:
    """List where needs are many and help is little or far, worst first.

    Areas are those that have no others within them; only those with five open needs of a subject, or more, are told of.
    """
    found = parts().directory.coverage.gaps(**asked) or {"counted_at": None, "items": []}
    body = b",".join(one["body"] for one in found["items"])
    return public(b'{"as_of":%b,"items":[%b]}' % (dumps(found["counted_at"]), body))


@directory.route("/directory/status", methods=["GET"])
@directory.response(200, DirectoryStatus, example=examples.DIRECTORY_STATUS)
@operation("gateway.directory")
def get_directory_status() -> Response:
    """Read how fresh the directory is: how old the last event was when it was shown."""
    status = parts().directory.status()
    projectors = [
        {"applied_at": one["applied_at"], "lag_seconds": (one["applied_at"] - one["event_time"]).total_seconds()}
        for one in status["projectors"]
    ]
    rebuild = status["rebuild"] and _rebuild(status["rebuild"])
    return plain({**status, "projectors": projectors, "rebuild": rebuild})


@directory.route("/directory/rebuild", methods=["POST"])
@directory.response(202, RebuildState, example=examples.REBUILD)
@operation("gateway.rebuild_directory", changes=True)
def rebuild_directory() -> Response:
    """Rebuild the directory from its owners' records, while it stays in use. One that is open already is returned."""
    rebuild = parts().rebuilds.request(g.actor.label, now(), g.traceparent)
    response = plain(_rebuild(rebuild), 202)
    response.headers["Location"] = f"/directory/rebuild/{rebuild['_id']}"
    return response


@directory.route("/directory/rebuild/<record:id>", methods=["GET"])
@directory.response(200, RebuildState, example={**examples.REBUILD, "status": "done", "seen": 163})
@operation("gateway.rebuild_directory")
def get_rebuild(id: str) -> Response:  # noqa: A002 - the field's name
    """Read how far a rebuild has come."""
    rebuild = parts().rebuilds.find(id)
    if rebuild is None:
        raise Refused("not_found", "There is no rebuild of this id.")
    return plain(_rebuild(rebuild))


def _rebuild(rebuild: dict[str, Any]) -> dict[str, Any]:
    shown = ("status", "requested_at", "finished_at", "seen", "removed")
    return {"id": rebuild["_id"], **{field: rebuild[field] for field in shown}}


def _subjects() -> Iterator[dict[str, Any]]:
    below = defaultdict(list)
    for code, term in parts().directory.hsds.own.known().items():
        below[subject_of(code)].append({"code": code, **term})
    for one in SUBJECTS.values():
        yield {"code": one.code, "names": {"ar": one.ar, "fa": one.fa, "en": one.en}, "terms": below[one.code]}
