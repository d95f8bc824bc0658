"""Prove that an update has the directory rebuilt once, and by projectors of its own version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import structlog
from pymongo.database import Database

from chassis import clock
from chassis.errors import Unavailable
from services.gateway.directory import form_store, rebuild_store
from services.gateway.directory.form import FORM
from services.gateway.directory.form_store import REST, FormStore
from services.gateway.directory.grid import Box
from services.gateway.directory.rebuild_store import RebuildStore
from services.gateway.directory.search.query import Search
from services.gateway.directory.views import Directory
from services.gateway.ogc.collections import ORGANIZATIONS
from services.gateway.ogc.domain import Selection
from services.gateway.ogc.parser import parse
from tests.integration.gateway.directories import Projected, organization
from tests.integration.gateway.owners import Owners, rebuilder

Json = dict[str, Any]
WORLD = Box(-180, -90, 180, 90)
PROJECTOR = "service:projector"
OWNERS = Owners(page_organizations=[organization("ehsan")])


@pytest.fixture
def form(database: Database[Json]) -> FormStore:
    """Give what compares forms, in a directory in which nothing stands."""
    return FormStore(database)


@pytest.fixture
def outdated(form: FormStore, projected: Projected) -> FormStore:
    """Give what compares forms, in a directory that an older version filled."""
    projected.organizations(organization("ehsan"))
    projected.database["directory_form"].delete_many({})
    form.begin(clock.now())
    return form


def rebuilds(database: Database[Json]) -> list[Json]:
    """Return all rebuilds."""
    return list(database["directory_rebuilds"].find())


def rebuild(database: Database[Json]) -> None:
    """Do what rebuilds are open."""
    while claimed := RebuildStore(database).claim("here"):
        rebuilder(database, OWNERS).turn(claimed)


def older_applies(database: Database[Json], ago: timedelta = timedelta()) -> None:
    """Have a projector that knows of no forms apply an event."""
    now = clock.now() - ago
    database["directory_projectors"].insert_one({"_id": f"older {ago}", "applied_at": now, "event_time": now})


def test_new_directory_is_of_this_form(form: FormStore, database: Database[Json]):
    form.begin(clock.now())
    form.turn(PROJECTOR, clock.now())

    assert not form.outdated()
    assert rebuilds(database) == []


def test_older_directory_is_rebuilt_once(outdated: FormStore, database: Database[Json]):
    for _ in range(3):
        outdated.turn(PROJECTOR, clock.now())
    rebuild(database)
    for _ in range(3):
        outdated.turn(PROJECTOR, clock.now())

    (done,) = rebuilds(database)
    assert (done["status"], done["form"], done["requested_by"]) == ("done", FORM, PROJECTOR)
    assert not outdated.outdated()


def test_rebuild_that_ends_while_it_is_looked_for_is_enough(
    outdated: FormStore, database: Database[Json], monkeypatch: pytest.MonkeyPatch
):
    outdated.turn(PROJECTOR, clock.now())
    rebuilt = database["directory_rebuilds"]

    class Ending:
        """Be the rebuilds, of which one ends after the first look at them."""

        def find_one(self, *asked: Any, **named: Any) -> Json | None:
            found = rebuilt.find_one(*asked, **named)
            rebuild(database)
            return found

    monkeypatch.setattr(outdated, "_rebuilds", Ending())
    outdated.turn(PROJECTOR, clock.now())

    assert [one["status"] for one in rebuilds(database)] == ["done"]
    assert not outdated.outdated()


def test_next_form_is_another_rebuild(outdated: FormStore, database: Database[Json], monkeypatch: pytest.MonkeyPatch):
    outdated.turn(PROJECTOR, clock.now())
    rebuild(database)
    outdated.turn(PROJECTOR, clock.now())
    for module in (form_store, rebuild_store):
        monkeypatch.setattr(module, "FORM", FORM + 1)

    was_outdated = outdated.outdated()
    outdated.turn(PROJECTOR, clock.now())

    assert was_outdated
    assert [one["status"] for one in rebuilds(database)] == ["done", "waiting"]


def test_older_version_takes_a_newer_form_for_good(outdated: FormStore, database: Database[Json]):
    database["directory_form"].insert_one({"_id": "directory", "number": FORM + 1})

    outdated.turn(PROJECTOR, clock.now())

    assert rebuilds(database) == []
    assert database["directory_form"].find_one({})["number"] == FORM + 1


def test_operators_rebuild_will_do(outdated: FormStore, database: Database[Json]):
    asked = RebuildStore(database).request("operator:cli", clock.now())

    outdated.turn(PROJECTOR, clock.now())
    rebuild(database)
    outdated.turn(PROJECTOR, clock.now())

    assert [one["_id"] for one in rebuilds(database)] == [asked["_id"]]
    assert not outdated.outdated()


def test_rebuild_that_an_older_version_began_will_not_do(outdated: FormStore, database: Database[Json]):
    asked = RebuildStore(database).request("operator:cli", clock.now())
    began = {"started_at": clock.now(), "holder": "older", "step": 2}
    database["directory_rebuilds"].update_one({"_id": asked["_id"]}, {"$set": began})

    rebuild(database)
    outdated.turn(PROJECTOR, clock.now())

    assert [one["status"] for one in rebuilds(database)] == ["done", "waiting"]
    assert outdated.outdated()


def test_older_projector_is_waited_for(outdated: FormStore, database: Database[Json]):
    older_applies(database, REST / 2)
    with structlog.testing.capture_logs() as lines:
        outdated.turn(PROJECTOR, clock.now())
    meanwhile = rebuilds(database)

    outdated.turn(PROJECTOR, clock.now() + REST)

    assert (meanwhile, len(rebuilds(database))) == ([], 1)
    assert [line["event"] for line in lines] == ["older_projector_at_work"]


def test_what_an_older_projector_wrote_meanwhile_is_rebuilt_too(outdated: FormStore, database: Database[Json]):
    outdated.turn(PROJECTOR, clock.now())
    claimed = RebuildStore(database).claim("here")
    older_applies(database)
    rebuilder(database, OWNERS).turn(claimed)
    rebuild(database)

    outdated.turn(PROJECTOR, clock.now())
    held_back = rebuilds(database)
    outdated.turn(PROJECTOR, clock.now() + REST)

    assert [one["status"] for one in held_back] == ["done"]
    assert [one["status"] for one in rebuilds(database)] == ["done", "waiting"]


def test_projector_notes_its_form(projected: Projected, database: Database[Json], outdated: FormStore):
    now = clock.now()
    with database.client.start_session() as session, session.start_transaction():
        projected.store.note("this", now, now, session)

    outdated.turn(PROJECTOR, now)

    assert len(rebuilds(database)) == 1


def test_boxes_are_refused_until_then(outdated: FormStore, shown: Directory, database: Database[Json]):
    place = Selection(filter=parse("S_INTERSECTS(geometry, POINT(32.7 26.1))"))
    asked: list[Callable[[], object]] = [
        lambda: shown.page(Search(bbox=WORLD)),
        lambda: list(shown.features(Search(bbox=WORLD))),
        lambda: shown.ogc.page(ORGANIZATIONS, Selection(box=WORLD)),
        lambda: shown.ogc.page(ORGANIZATIONS, place),
    ]
    for question in asked:
        with pytest.raises(Unavailable, match="renewed after an update"):
            question()
    others = len(shown.page(Search()).items), len(shown.ogc.page(ORGANIZATIONS, Selection()).items)

    outdated.turn(PROJECTOR, clock.now())
    rebuild(database)
    outdated.turn(PROJECTOR, clock.now())

    assert others == (1, 1)
    for question in asked:
        question()


def test_boxes_of_a_directory_of_nothing_are_answered(database: Database[Json], shown: Directory):
    assert shown.page(Search(bbox=WORLD)).items == []
