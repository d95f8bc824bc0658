"""Find a page of organizations. What a page costs grows with the page, not with how many organizations there are.

Each order is that of an index, which is read from where the page before ended until the page is full. Only what few
organizations have in common is read as a whole and put in order here. Words that are common and hardly ever meet make
the reading long; so it is bounded, and done in turn: see :mod:`chassis.bounded`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from bson import MinKey
from pymongo.collection import Collection
from pymongo.cursor import Cursor

from chassis.bounded import Bounded, Turns
from services.gateway.directory.documents import facet
from services.gateway.directory.form import BOXES
from services.gateway.directory.form_store import Renewed
from services.gateway.directory.search import cursors
from services.gateway.directory.search.cursors import Place
from services.gateway.directory.search.nearby import Enough, Nearby
from services.gateway.directory.search.query import (
    LAST,
    SLACK_M,
    Near,
    Search,
    after_name,
    around,
    beginning_key,
    distance,
    first_term,
)

BY_NAME = [("sort", 1), ("_id", 1)]
FEW = 1000  # organizations; what fewer have in common is read as a whole
COUNTED = 1000  # organizations; how often a word is found is not counted further
SPARE = 8  # organizations read beyond a page: some are found twice, by two of their words
KEYS = 500  # of a word, read at once
TELLING = 3  # letters of a word that few others begin with; to look for shorter ones in keys is to look at most of them
NARROW = ("offers", "belongs", "members", "open", "cell")  # indexes that may leave few, the narrowest mostly first
TIES = 16  # organizations at one distance at the end of a page, before all at that distance are looked at
NAMED = {"body": 1, "sort": 1, "hours": 1}
WORDED = {"body": 1, "terms": 1, "hours": 1}
PLACED = {"places": 1, "hours": 1}


@dataclass(frozen=True, slots=True)
class Page:
    """Hold a page: its records as JSON, and the cursor of the next page, empty where there is none."""

    items: list[bytes]
    next: str


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """Hold an organization that was found: its place in the order asked for, and its record as JSON."""

    place: Place
    item: bytes


class Pages:
    """Find pages of organizations."""

    def __init__(
        self, organizations: Collection[dict[str, Any]], turns: Turns | None = None, beside_word: Sequence[str] = ()
    ) -> None:
        """Take organizations or services, who gives turns to what takes long, and fields of their index of words.

        ``beside_word`` are those that stand there after word and id.
        """
        self._beside_word = beside_word
        self._organizations = organizations
        self._turns = turns or Turns()
        self._enough = Enough()
        self._renewed = Renewed(organizations.database)

    def page(self, search: Search) -> Page:
        """Return what a search finds. Raises ``TooLong`` where that takes too long."""
        self._check(search)
        return self._turns.ask(
            self._organizations,
            lambda organizations: Finder(organizations, self._enough, self._beside_word).page(search),
        )

    def begin(self, search: Search) -> None:
        """Look for what comes first, before all is read. Raises ``TooLong`` where words hardly meet."""
        self._check(search)
        if search.words:
            self.page(replace(search, limit=1))

    def _check(self, search: Search) -> None:
        if search.bbox:
            self._renewed.wants(BOXES)


class Finder:
    """Find organizations by one search, in the time that it has."""

    def __init__(self, organizations: Bounded, enough: Enough | None = None, beside_word: Sequence[str] = ()) -> None:
        """Take organizations or services, how far to look around a place at first, and fields as :class:`Pages`."""
        self._beside_word = beside_word
        self._organizations = organizations
        self._enough = enough or Enough()

    def page(self, search: Search) -> Page:
        """Return what a search finds: nearest first where it asks for that, else by the word found, or by name."""
        if search.near:
            return self._by_distance(search, search.near)
        return self._by_words(search) if search.words else self._by_name(search)

    def by_rarity(self, words: Iterable[str]) -> list[str]:
        """Return words so that the one that the fewest organizations have comes first."""
        words = list(words)
        return sorted(words, key=lambda word: (self._frequency(word), -len(word))) if len(words) > 1 else words

    def _frequency(self, word: str) -> int:
        """Return how many organizations have a word that begins so; :data:`COUNTED` where there are more."""
        return self._count({"terms": beginning_key(word)}, "words", COUNTED)

    def _few(self, conditions: dict[str, Any], index: str) -> bool:
        return self._count(conditions, index, FEW) < FEW

    def _count(self, conditions: dict[str, Any], index: str, most: int) -> int:
        return self._organizations.count_documents(conditions, limit=most, hint=index)

    def _holds(self, search: Search, one: dict[str, Any]) -> bool:
        """Tell whether a search holds one that the database found, which takes time here and not there."""
        self._organizations.left()
        return search.holds(one)

    # By name

    def _by_name(self, search: Search) -> Page:
        conditions = search.conditions()
        if search.cursor:
            conditions |= after_name(cursors.read(search.cursor, str))
        index = self.narrowest(search) or "facets"
        found = self._organizations.find(conditions, NAMED, hint=index, batch_size=search.limit + 1)
        with found.sort(BY_NAME) as matching:
            following = (Found((one["sort"], one["_id"]), one["body"]) for one in matching if self._holds(search, one))
            return _page(list(islice(following, search.limit + 1)), search.limit)

    # By words: a place is the rarest of the words sought, the word found, and id

    def _by_words(self, search: Search) -> Page:
        if search.cursor:
            place = cursors.read(search.cursor, str, str)
            if not _begun_by_one(search.words, str(place[0]), str(place[1])):
                raise cursors.refused()
        else:
            lead = self.by_rarity(search.words)[0]
            place = (lead, lead, "")
        with closing(self._worded(search, place)) as found:
            following = (one for one in found if one.place > place)
            return _page(list(islice(following, search.limit + 1)), search.limit)

    def _worded(self, search: Search, place: Place) -> Iterator[Found]:
        """Yield what is found from a place on, in order; some of it may be before that place."""
        lead = str(place[0])
        if index := self._leading(search):
            found = self._organizations.find(search.conditions(), WORDED, hint=index)
            yield from sorted(_of_word(one, lead) for one in found if self._holds(search, one))
            return
        others = [word for word in search.words if word != lead]
        if telling := [word for word in others if len(word) >= TELLING]:
            yield from self._meeting(search, place, telling)
            return
        with self._of_words(place, search.conditions(others), WORDED, search.limit + SPARE) as matching:
            yield from (_of_word(one, lead) for one in matching if self._holds(search, one))

    def _meeting(self, search: Search, place: Place, others: list[str]) -> Iterator[Found]:
        """Yield what has the leading word and the others. Keys alone tell what has them all, so only that is read."""
        lead, many = str(place[0]), search.limit + 1
        with self._of_words(place, {}, {"_id": 1}, KEYS) as keys:
            met = self.met((one["_id"] for one in keys), others)
            while some := list(islice(met, many)):
                known = self._read(search, some)
                yield from (_of_word(known[id_], lead) for id_ in some if id_ in known)
                many = min(2 * many, KEYS)  # filters may leave few

    def _of_words(
        self, place: Place, conditions: dict[str, Any], wanted: dict[str, Any], at_once: int
    ) -> Cursor[dict[str, Any]]:
        """Return what has words that begin as the leading one does, from a place on."""
        lead, word, id_ = map(str, place)
        low, high = self._in_words(word, id_), self._in_words(lead + LAST)
        return self._organizations.between(low, high, conditions, wanted, index="words", at_once=at_once)

    def _in_words(self, term: str, id_: str = "") -> list[tuple[str, Any]]:
        """Return a place in the index of words, before all that the one of this id has there."""
        return [("terms", term), ("_id", id_), *((field, MinKey()) for field in self._beside_word)]

    def met(self, ids: Iterator[str], words: list[str]) -> Iterator[str]:
        """Yield those of some organizations that have words which begin so, in their order."""
        while some := list(islice(ids, KEYS)):
            having = set(some)
            for word in words:
                has = {"terms": beginning_key(word), "_id": {"$in": list(having)}}
                found = self._organizations.find(has, {"_id": 1}, hint="words", batch_size=KEYS + 1)
                having = {one["_id"] for one in found} if having else having
            yield from (id_ for id_ in some if id_ in having)

    def _read(self, search: Search, ids: list[str]) -> dict[str, dict[str, Any]]:
        """Return those of some organizations that a search finds, by their ids."""
        wanted = search.conditions() | {"_id": {"$in": ids}}
        found = self._organizations.find(wanted, WORDED, hint="_id_")
        return {one["_id"]: one for one in found if self._holds(search, one)}

    def narrowest(self, search: Search) -> str | None:
        """Return the index of a filter that leaves few organizations, beside subject and area; None for none."""
        asked = search.narrowing
        return next((index for index in NARROW if index in asked and self._few(asked[index], index)), None)

    def _leading(self, search: Search) -> str | None:
        """Return the index of any filter that leaves few organizations; None for none."""
        if search.facet != facet() and self._few({"facets": search.facet}, "facets"):
            return "facets"
        return self.narrowest(search)

    # By distance: a place is metres and id

    def _by_distance(self, search: Search, near: Near) -> Page:
        place = cursors.read(search.cursor, float) if search.cursor else (0.0, "")
        found = self._nearest(search, near, place)
        bodies = self._bodies([str(id_) for _, id_ in found])
        shown = [(one, bodies[str(one[1])]) for one in found if one[1] in bodies]
        items = [Found(place, b'%b,"distance_m":%d}' % (body[:-1], round(float(place[0])))) for place, body in shown]
        return _page(items, search.limit)

    def _nearest(self, search: Search, near: Near, place: Place) -> list[Place]:
        """Return the places that follow, one more than a page has."""
        if not search.cursor and search.conditions() == {"facets": facet()}:
            nearest = Nearby(self._organizations, near, self._enough).nearest(search.limit + 1)
            if nearest is not None:
                return [*nearest]
        lead = self.by_rarity(search.words)
        if index := self._leading(search):
            found = self._within(search.conditions(), search, near, hint=index)
        elif lead and self._few({"terms": beginning_key(lead[0])}, "words"):
            found = self._within(search.conditions(lead), search, near, hint="words")
        else:
            found = self._around(search.conditions(lead), search, near, place)
        return [one for one in sorted(found) if one > place][: search.limit + 1]

    def _within(self, conditions: dict[str, Any], search: Search, near: Near, hint: str) -> list[Place]:
        """Return the places of all that an index finds within reach."""
        matching = self._organizations.find(conditions, PLACED, hint=hint)
        found = [
            (distance(near, one["places"]), one["_id"])
            for one in matching
            if one["places"] and self._holds(search, one)
        ]
        return [one for one in found if one[0] <= near.within]

    def _around(self, conditions: dict[str, Any], search: Search, near: Near, place: Place) -> list[Place]:
        """Return the nearest places from one on: a page's and one more, and all at the distance of the last.

        The database gives them by distance only, so it is asked for more as long as those at the page's end, or all
        that it gave, may lie at one distance.
        """
        nearest = self._organizations.find(
            conditions | around(near, max(0.0, float(place[0]) - SLACK_M), near.within), PLACED
        )
        count = search.limit + 1
        asked = count + TIES
        while True:
            given = list(nearest.clone().limit(asked))
            found = [(distance(near, one["places"]), one["_id"]) for one in given if self._holds(search, one)]
            following = sorted(one for one in found if one > place)
            if len(given) < asked or (len(following) >= count and following[count - 1][0] + SLACK_M < found[-1][0]):
                return following
            asked *= 4

    def _bodies(self, ids: list[str]) -> dict[str, bytes]:
        found = self._organizations.find({"_id": {"$in": ids}}, {"body": 1})
        return {one["_id"]: one["body"] for one in found if "body" in one}


def _begun_by_one(words: Iterable[str], lead: str, term: str) -> bool:
    """Tell whether a word that was found may be one that a word sought begins: the end of the reading is after it."""
    return lead in words and term.startswith(lead) and term < lead + LAST


def _of_word(one: dict[str, Any], lead: str) -> Found:
    return Found((lead, first_term(one["terms"], lead), one["_id"]), one["body"])


def _page(found: list[Found], limit: int) -> Page:
    """Return a page of what was found, which is one more than the page has if there is a next one."""
    items = [one.item for one in found[:limit]]
    return Page(items, cursors.write(found[limit - 1].place) if len(found) > limit else "")
