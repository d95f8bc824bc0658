"""Make the plain list of organizations: HTML without scripts, with a form that asks by its address, in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from contracts.registry import LANGUAGES, ORGANIZATION_TYPES
from contracts.subjects import BELOW, SUBJECTS, subject_of
from services.gateway.downloads.called import called
from services.gateway.downloads.columns import capable_of
from services.gateway.downloads.page import OWN_NAMES, digits, template
from services.gateway.downloads.words import Json, Wording

PATH = "/o"
COUNTED_MOST = 1000
"""How far organizations are counted; of more it is said that there are more."""
OFFERED_MOST = 3  # areas that the words name
BACK_MOST = 5  # pages before this one whose places its address holds; before those only the first is found
CHOICES = ("subject", "area", "organization_type", "international_cooperation")
SHOWN_LEVELS = ("country", "governorate", "county")
INDENT = "\u2003"
_WORDS = {"cursor": "place_in_list", "back": "place_in_list", "query": "too_long"}

Options = Sequence[tuple[str, str]]
"""Values to choose from, each with its word."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Hold a page of the list: what was asked, what was found, and which parameters are wrong.

    ``found`` is how many there are in all, None where nobody has counted, as on pages after the first; ``next`` is the
    cursor of the next page.
    """

    asked: Mapping[str, str]
    records: Sequence[Json]
    next: str = ""
    found: int | None = None
    wrong: Sequence[str] = ()


def render(listed: Listed, wording: Wording, public_url: str) -> bytes:
    """Return the page. Whatever comes from records or from the address is escaped."""
    page = template("list.html").render(
        asked=listed.asked,
        wording=wording,
        direction="rtl" if wording.right_to_left else "ltr",
        address=f"{public_url.rstrip('/')}{PATH}",
        plain=not any(listed.asked.values()),
        entries=[_entry(record, wording) for record in listed.records],
        found=_found(listed.found, wording),
        wrong=[wording.word(_WORDS.get(name, name)) for name in listed.wrong],
        choices=[(name, wording.word(name), options) for name, options in _choices(listed.asked, wording)],
        within=_within(listed, wording),
        links=_links(listed, wording),
        languages={code: (OWN_NAMES[code], _address({**listed.asked, "lang": code})) for code in LANGUAGES},
    )
    return str(page).encode()


def _entry(record: Json, wording: Wording) -> Json:
    subjects = [wording.subject(code) for one in record["capabilities"] for code in capable_of(one)]
    return {
        "href": f"{PATH}/{record['id']}?lang={wording.language}",
        "name": record["name"],
        "type": wording.term("type", record["organization_type"]),
        "areas": [wording.area(code) for code in record["areas"]],
        "subjects": wording.word("separator").join(dict.fromkeys(subjects)),
    }


def _found(found: int | None, wording: Wording) -> str:
    if found is None:
        return ""
    number = digits(str(min(found, COUNTED_MOST)), wording.language)
    return f"{wording.word('more_than')} {number}" if found > COUNTED_MOST else number


def _within(listed: Listed, wording: Wording) -> Sequence[Json]:
    """Return the areas that the words name, each with where the other words are found in it."""
    text, area = listed.asked.get("q", ""), listed.asked.get("area")
    named = called(text, wording.areas) if text and not listed.wrong else []
    kept = {name: asked for name, asked in listed.asked.items() if name not in ("cursor", "back")}
    kept["lang"] = wording.language
    return [
        {
            "href": _address(kept | {"q": one.words, "area": one.area}),
            "area": wording.area(one.area),
            "level": wording.word(wording.areas[one.area]["level"]),
            "words": one.words,
        }
        for one in named
        if one.words or one.area != area
    ][:OFFERED_MOST]


def _choices(asked: Mapping[str, str], wording: Wording) -> list[tuple[str, Options]]:
    return [
        ("subject", _subjects(asked.get("subject", ""), wording)),
        ("area", _areas(asked.get("area", ""), wording)),
        ("organization_type", [(code, wording.term("type", code)) for code in ORGANIZATION_TYPES]),
        ("international_cooperation", [("true", wording.word("yes")), ("false", wording.word("no"))]),
    ]


def _subjects(asked: str, wording: Wording) -> Options:
    """Return subjects, and the node's own terms beneath them; of those that are retired only the one that is asked."""
    offered = {code for code, term in wording.terms.items() if not term["retired"]} | ({asked} - {""})
    below = {subject: sorted(code for code in offered if subject_of(code) == subject) for subject in SUBJECTS}
    codes = [code for subject, terms in below.items() for code in dict.fromkeys((subject, *terms))]
    return [(code, INDENT * code.count(BELOW) + wording.subject(code)) for code in codes]


def _areas(asked: str, wording: Wording) -> Options:
    """Return the areas that are offered as they lie in one another, and the one that is asked."""
    shown = sorted(code for code, area in wording.areas.items() if area.get("offered") or code == asked)
    depth = {level: number for number, level in enumerate(SHOWN_LEVELS)}
    known = [(code, depth.get(wording.areas[code]["level"], len(depth))) for code in shown]
    options = [(code, INDENT * number + wording.area(code)) for code, number in known]
    return options if not asked or asked in wording.areas else [*options, (asked, asked)]


def _links(listed: Listed, wording: Wording) -> Options:
    """Return where the pages around this one are. Places are known from where a page ended, so going back is noted."""
    asked = {name: text for name, text in listed.asked.items() if name not in ("cursor", "back")}
    asked["lang"] = wording.language
    cursor, back = listed.asked.get("cursor", ""), listed.asked.get("back", "")
    before = back.split(".") if back else []
    found = []
    if cursor:
        found.append((_address(asked), wording.word("first_page")))
    if before:
        gone = {"cursor": before[-1], "back": ".".join(before[:-1])}
        found.append((_address(asked | gone), wording.word("page_before")))
    if listed.next:
        gone = {"cursor": listed.next, "back": ".".join([*before, *([cursor] if cursor else [])][-BACK_MOST:])}
        found.append((_address(asked | gone), wording.word("page_after")))
    return found


def _address(asked: Mapping[str, Any]) -> str:
    return f"{PATH}?{urlencode({name: text for name, text in asked.items() if text})}"
