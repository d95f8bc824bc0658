"""Make the page of one organization: HTML without scripts, in each language and its direction, digits and calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jdatetime
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.registry import LANGUAGES
from contracts.subjects import borne
from services.gateway.directory.whereabouts import areas_of
from services.gateway.downloads import linked
from services.gateway.downloads.columns import located
from services.gateway.downloads.linked import contacts_of
from services.gateway.downloads.words import Json, Wording

HERE = Path(__file__).resolve().parent
STYLE = "style.css"
OWN_NAMES = {"ar": "العربية", "fa": "فارسی", "en": "English"}
DIGITS = {"ar": "٠١٢٣٤٥٦٧٨٩", "fa": "۰۱۲۳۴۵۶۷۸۹", "en": "0123456789"}
LOCALES = {"ar": "ar_EG", "en": "en_GB"}
WEB = ("http://", "https://")
NAMED = ("name", "title", "department")
MAIL = re.compile(r"[^\s@?&#]+@[^\s@?&#]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold a text, where it leads, and a time as machines read it; ``ltr`` is for what has one direction anywhere."""

    text: str
    href: str = ""
    ltr: bool = False
    moment: str = ""


Fact = tuple[str, Sequence[Cell]]
"""What something is called, and one or more of it."""


@dataclass(frozen=True, slots=True)
class Section:
    """Hold a heading, and the facts beneath it."""

    title: str
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold what a page is made of, beside the record: the names of others by id, and where and when we are."""

    wording: Wording
    public_url: str
    names: Mapping[str, str]
    timezone: tzinfo


def render(record: Json, shown: Shown) -> bytes:
    """Return the page. Whatever comes from the record is escaped, and written in the direction of its own letters."""
    wording = shown.wording
    described = linked.described(record, wording, shown.public_url, shown.names)
    page = template("page.html").render(
        record=record,
        wording=wording,
        direction="rtl" if wording.right_to_left else "ltr",
        address=linked.address_of(shown.public_url, record["id"]),
        areas=[wording.area(code) for code in record["areas"]],
        sections=[section for section in _sections(record, shown) if section.facts],
        languages={code: (OWN_NAMES[code], f"?lang={code}") for code in LANGUAGES},
        linked=linked.in_script(described),
    )
    return str(page).encode()


def digits(text: str, language: str) -> str:
    """Return a text with its digits in those of a language."""
    return text.translate(str.maketrans(DIGITS["en"], DIGITS[language]))


def day(at: date, language: str) -> str:
    """Return a day in a language's calendar."""
    if language == "fa":
        persian = jdatetime.date.fromgregorian(date=at, locale="fa_IR")
        return digits(f"{persian.day} {persian.strftime('%B')} {persian.year}", language)
    return digits(format_date(at, "long", locale=LOCALES[language]), language)


def _sections(record: Json, shown: Shown) -> list[Section]:
    wording = shown.wording
    partners = [_cooperation(one, wording) for one in record["cooperations"]]
    works = [Cell(wording.word("yes"))] if record["international_cooperation"] and not partners else []
    return [
        Section(wording.word("capabilities"), [_capability(one, wording) for one in record["capabilities"]]),
        Section(wording.word("contact"), _contact(record, wording)),
        Section(wording.word("contacts"), list(_contacts(record, wording))),
        Section(wording.word("places"), [_place(place, record, wording) for place in record["locations"]]),
        Section(wording.word("cooperations"), [*partners, *_known((wording.word("international_cooperation"), works))]),
        Section(wording.word("about"), _about(record, shown)),
    ]


def _capability(capability: Json, wording: Wording) -> Fact:
    """Return what a subject is called, with how much there is of it, and which terms below it are meant."""
    capacity = wording.capacity(capability) or wording.word("unstated")
    precisely = [Cell(wording.subject(code)) for code in borne([capability])]
    return wording.subject(capability["subject"]), [Cell(digits(capacity, wording.language)), *precisely]


def _cooperation(cooperation: Json, wording: Wording) -> Fact:
    """Return a partner with what is known of the work together: at least that there is some."""
    texts = [cooperation[field] for field in ("programme", "country", "approval_number") if cooperation[field]]
    days = [(word, cooperation[word]) for word in ("valid_from", "valid_to") if cooperation[word]]
    dated = [Cell(f"{wording.word(word)} {day(date.fromisoformat(at), wording.language)}") for word, at in days]
    return cooperation["partner"], [*map(Cell, texts), *dated] or [Cell(wording.word("international_cooperation"))]


def _readable(address: str) -> str:
    """Return an address with its letters instead of their percents, if these are nothing but letters and signs."""
    plain = unquote(address, errors="replace")
    return plain if plain.isprintable() and not {" ", "\N{REPLACEMENT CHARACTER}"} & set(plain) else address


def _contact(record: Json, wording: Wording) -> list[Fact]:
    email, website = record["email"], record["website"]
    phones = [_phone(one, wording) for one in record["phones"]]
    sites = [Cell(_readable(website), website if website.startswith(WEB) else "", ltr=True)] if website else []
    return [
        *phones,
        *_known(
            (wording.word("email"), _mail(email)),
            (wording.word("website"), sites),
        ),
    ]


def _phone(phone: Json, wording: Wording) -> Fact:
    """Return a number with its extension, and whom one reaches by it."""
    number, extension, whom = phone["number"], phone.get("extension"), phone.get("description")
    written, dialled = (
        (number, number) if extension is None else (f"{number} ({extension})", f"{number};ext={extension}")
    )
    cells = [Cell(written, f"tel:{dialled}", ltr=True), *([Cell(whom)] if whom else [])]
    return wording.term("phone", phone["type"]), cells


def _mail(email: str) -> list[Cell]:
    """Return an e-mail address as a link, another text as it is."""
    if MAIL.fullmatch(email):
        return [Cell(email, f"mailto:{email}", ltr=True)]
    return [Cell(email)] if email else []


def _contacts(record: Json, wording: Wording) -> Iterator[Fact]:
    """Give whom one turns to: the organization's own contacts, then those of its places, each with the place."""
    own = ((contact, "") for contact in contacts_of(record))
    there = ((one, place["name"] or place["address"]) for place in record["locations"] for one in contacts_of(place))
    for contact, place in (*own, *there):
        texts = [contact[field] for field in NAMED if contact.get(field)]
        reached = [cell for phone in contact["phones"] for cell in _reached(phone, wording)] + _mail(contact["email"])
        if texts or reached:
            title, *others = texts or [wording.word("contact")]
            yield title, [*(Cell(text) for text in (*others, place) if text), *reached]


def _reached(phone: Json, wording: Wording) -> list[Cell]:
    """Return a contact's number, with what it is unless that is a telephone."""
    kind, cells = _phone(phone, wording)
    return cells if phone["type"] in ("", "voice") else [cells[0], Cell(kind), *cells[1:]]


def _place(place: Json, record: Json, wording: Wording) -> Fact:
    title = place["name"] or wording.word("address")
    at = f"{place['latitude']}, {place['longitude']}" if located(place) else ""
    cells = [Cell(place["address"])] if place["address"] else []
    cells += [Cell(wording.area(code)) for code in _beyond(place, record)]
    cells += [Cell(at, ltr=True)] if at else []
    ways = [("transportation", place.get("transportation"))]
    ways += [("accessibility", one["description"]) for one in place.get("accessibility", ())]
    return title, [*cells, *(Cell(f"{wording.word(word)}: {text}") for word, text in ways if text)]


def _beyond(place: Json, record: Json) -> list[str]:
    """Return the areas of a place from the deepest up, its own at least, less those that its organization shares."""
    areas = areas_of(place, record) if place["area"] else []
    return [code for code in reversed(areas) if code == place["area"] or code not in record["areas"]]


def _about(record: Json, shown: Shown) -> list[Fact]:
    wording = shown.wording
    word, language = wording.word, wording.language
    parents = [record["parent_organization_id"]] if record["parent_organization_id"] else []
    changed = datetime.fromisoformat(record["last_modified"])
    changed_day = Cell(day(changed.astimezone(shown.timezone).date(), language), moment=changed.isoformat())
    return _known(
        *((word(field), _number(record[field], language)) for field in ("members_count", "year_incorporated")),
        (word("parent_organization_id"), [_other(one, shown) for one in parents]),
        (word("member_of"), [_other(one, shown) for one in record["member_of"]]),
        *((word(field), _day(record[field], language)) for field in ("status_since", "assured_date")),
        (word("changed"), [changed_day]),
    )


def _known(*facts: Fact) -> list[Fact]:
    return [(name, cells) for name, cells in facts if cells]


def _number(number: int | None, language: str) -> list[Cell]:
    return [] if number is None else [Cell(digits(str(number), language))]


def _day(text: str, language: str) -> list[Cell]:
    return [Cell(day(date.fromisoformat(text), language), moment=text)] if text else []


def _other(id_: str, shown: Shown) -> Cell:
    return Cell(shown.names.get(id_, id_), f"/o/{id_}?lang={shown.wording.language}")


@cache
def template(name: str) -> Any:
    """Return a page's template; what all pages have in common is in ``frame.html``."""
    loader = FileSystemLoader(HERE)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template(name)
