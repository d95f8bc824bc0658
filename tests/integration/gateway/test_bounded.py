"""Prove that the database works for a bounded time on whatever the public asks of the directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from pymongo import monitoring
from pymongo.database import Database

from chassis import bounded
from chassis.bounded import TooLong, Turns
from chassis.config import Config
from chassis.database import connect
from chassis.errors import Unavailable
from services.gateway.directory.search.query import Near, Search
from services.gateway.directory.search.views import Pages
from services.gateway.directory.services.search import ServiceSearch
from services.gateway.directory.views import Directory
from services.gateway.hsds.asked import OrganizationsAsked, ServicesAsked
from services.gateway.ogc.collections import AREAS, ORGANIZATIONS, SERVICES
from services.gateway.ogc.domain import Selection
from services.gateway.ogc.parser import parse
from tests.integration.gateway.directories import QENA, Projected, area, located, organization, service

QUESTIONS = ("find", "aggregate", "count")
BY_WORDS = Search(q="جمعية احسان")
POLYGON = "S_INTERSECTS(geometry, POLYGON((32 25, 33 25, 33 27, 32 25)))"


class Heard(monitoring.CommandListener):
    """Note the questions that a client asks."""

    def __init__(self) -> None:
        """Begin with none."""
        self.questions: list[dict[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Note one."""
        if event.command_name in QUESTIONS:
            self.questions.append(dict(event.command))

    def succeeded(self, _: monitoring.CommandSucceededEvent) -> None:
        """Let it pass."""

    def failed(self, _: monitoring.CommandFailedEvent) -> None:
        """Let it pass."""


@pytest.fixture
def heard() -> Heard:
    """Give who listens."""
    return Heard()


@pytest.fixture
def overheard(config: Config, heard: Heard, projected: Projected) -> Iterator[Directory]:
    """Give a directory of a few records, every question of which is heard."""
    projected.areas(area("EG2901"))
    projected.organizations(organization("ehsan", "جمعية الإحسان", areas=QENA, locations=located(26.17, 32.72)))
    projected.services(service("clinic"))
    with closing(connect(config, "gateway", event_listeners=[heard]).client) as client:
        yield Directory(client[projected.database.name])


@pytest.mark.parametrize(
    "ask",
    [
        lambda shown: shown.page(Search()),
        lambda shown: shown.page(BY_WORDS),
        lambda shown: shown.page(Search(subject="health", q="جمعية")),
        lambda shown: shown.page(Search(near=Near(26.17, 32.72, 5_000))),
        lambda shown: shown.service_page(ServiceSearch(q="علاج")),
        lambda shown: shown.features(BY_WORDS),
        lambda shown: shown.areas(),
        lambda shown: shown.outlines(),
        lambda shown: shown.downloads.records(BY_WORDS),
        lambda shown: shown.downloads.areas(),
        lambda shown: shown.downloads.areas_to_choose(["county"], ["EG2901"], "2026-11-02"),
        lambda shown: shown.coverage.figures(),
        lambda shown: shown.downloads.count(),
        lambda shown: shown.downloads.listed(0, 10),
        lambda shown: shown.hsds.organizations_page(OrganizationsAsked(search="جمعية احسان", page=2, per_page=1)),
        lambda shown: shown.hsds.all_organizations(OrganizationsAsked()),
        lambda shown: shown.hsds.services_page(ServicesAsked(page=2, per_page=1)),
        lambda shown: shown.ogc.page(ORGANIZATIONS, Selection(filter=parse(POLYGON))),
        lambda shown: shown.ogc.page(SERVICES, Selection()),
        lambda shown: shown.ogc.page(AREAS, Selection(filter=parse(POLYGON))),
        lambda shown: shown.ogc.extent(AREAS),
    ],
)
def test_every_list_is_bounded(overheard: Directory, heard: Heard, ask: Callable[[Directory], Any]):
    answer = ask(overheard)
    if isinstance(answer, Iterator):
        list(answer)

    listed = [one for one in heard.questions if not _by_ids(one)]
    assert listed
    assert [one for one in listed if "maxTimeMS" not in one] == []


def _by_ids(question: dict[str, Any]) -> bool:
    """Tell whether a question names the records that it wants, or whose: a page has few."""
    return set(question.get("filter", {})) <= {"_id", "organization"} and bool(question.get("filter"))


@pytest.fixture
def short_of_time(monkeypatch: pytest.MonkeyPatch, projected: Projected) -> None:
    """Have a directory whose words hardly ever meet, and a millisecond for each question."""
    projected.organizations(*(organization(f"north-{n}", "شمال الوادي") for n in range(300)))
    projected.organizations(*(organization(f"south-{n}", "جنوب الوادي") for n in range(300)))
    monkeypatch.setattr(bounded, "QUICK_MS", 1)
    monkeypatch.setattr(bounded, "LONGEST_MS", 1)


@pytest.mark.usefixtures("short_of_time")
@pytest.mark.parametrize(
    "ask",
    [
        lambda shown: shown.page(Search(q="شمال جنوب")),
        lambda shown: shown.hsds.organizations_page(OrganizationsAsked(search="شمال جنوب")),
        lambda shown: next(shown.hsds.all_organizations(OrganizationsAsked(search="شمال جنوب")), None),
        lambda shown: shown.features(Search(q="شمال جنوب")),
        lambda shown: next(shown.downloads.records(Search(q="شمال جنوب")), None),
    ],
)
def test_words_that_never_meet_are_given_up(shown: Directory, ask: Callable[[Directory], Any]):
    with pytest.raises(TooLong):
        while True:
            ask(shown)


@pytest.mark.usefixtures("short_of_time")
def test_long_questions_wait_for_a_turn(database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bounded, "PATIENCE", 0.01)
    turns = Turns(at_once=1)
    pages = Pages(database["directory_organizations"], turns)

    with turns.turn(), pytest.raises(Unavailable):
        while True:
            pages.page(Search(q="شمال جنوب"))


def test_what_is_told_here_is_bounded_too(projected: Projected, monkeypatch: pytest.MonkeyPatch):
    projected.organizations(*(organization(f"o{number}", "جمعية", areas=QENA) for number in range(9)))
    seconds, looked = [0.0], []

    def look(_: Search, one: dict[str, Any]) -> bool:
        seconds[0] += 1.2
        looked.append(one)
        return False

    monkeypatch.setattr(Search, "holds", look)
    monkeypatch.setattr(bounded, "Bounded", partial(bounded.Bounded, clock=lambda: seconds[0]))

    with pytest.raises(TooLong):
        Pages(projected.database["directory_organizations"]).page(Search())

    assert len(looked) == 1 + 3  # at once, and in turn
