"""Make a message's words from its template (Jinja2, sandboxed, strict: a missing value is an error, never a gap)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import jdatetime
from babel.dates import format_datetime
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from contracts.subjects import SUBJECTS

FOLDER = Path(__file__).parent
LANGUAGES = ("ar", "fa", "en")
DEFAULT_LANGUAGE = "ar"
REFERENCE_LETTERS = 8
UNNAMED = {"ar": "الجهة المعنية", "fa": "مرکز مربوط", "en": "the agency"}  # one that the registry no longer knows
NAME_IN_TEXT = 70
ARAB_COUNTRIES = {"EG", "PS"}  # they name the months differently
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


class Unmade(Exception):
    """Say that a template is missing or broken. A defect of ours."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold what a template may name; all of it formatted for the reader."""

    agency: str
    reference: str
    subject: str
    deadline: str
    link: str


@dataclass(frozen=True, slots=True)
class Words:
    """Hold what is sent; texts have no subject."""

    subject: str
    text: str


def known_language(language: str, otherwise: str = DEFAULT_LANGUAGE) -> str:
    """Return the language, or another where there are no templates in it."""
    return language if language in LANGUAGES else otherwise


def facts(  # what a template names, gathered in one place
    *,
    agency: str,
    referral: str,
    subject: str,
    deadline: datetime | None,
    language: str,
    country: str,
    zone: ZoneInfo,
    public_url: str,
) -> Facts:
    """Return the facts of one referral as a reader of ``language`` sees them."""
    return Facts(
        agency=agency or UNNAMED[language],
        reference=referral.replace("-", "")[-REFERENCE_LETTERS:].upper(),
        subject=subject_name(subject, language),
        deadline=show_time(deadline.astimezone(zone), language, country) if deadline else "",
        link=f"{public_url.rstrip('/')}/referrals/{referral}",
    )


def text(template: str, language: str, known: Facts) -> Words:
    """Return a text message; a long agency name is cut, so that a text stays within three parts."""
    values = asdict(known) | {"agency": shortened(known.agency, NAME_IN_TEXT)}
    return Words("", _render(template, language, values))


def mail(template: str, language: str, known: Facts) -> Words:
    """Return a mail: its first line is the subject, the rest its body."""
    subject, _, body = _render(template, language, asdict(known)).partition("\n")
    return Words(subject.strip(), body.strip() + "\n")


def subject_name(code: str, language: str) -> str:
    """Return a need's subject in the reader's language, or its code where it is not known."""
    return str(getattr(SUBJECTS[code], language)) if code in SUBJECTS else code


def show_time(local: datetime, language: str, country: str) -> str:
    """Return a local time as its readers write it: the Solar Hijri calendar in Persian, else the Gregorian."""
    if language == "fa":
        shown = jdatetime.datetime.fromgregorian(datetime=local.replace(tzinfo=None)).strftime("%Y/%m/%d، %H:%M")
        return str(shown).translate(PERSIAN_DIGITS)
    if language == "ar":
        return format_datetime(local, "d MMMM y، HH:mm", locale=f"ar_{country}" if country in ARAB_COUNTRIES else "ar")
    return format_datetime(local, "d MMMM y, HH:mm", locale="en")


def shortened(name: str, most: int) -> str:
    """Return the name, cut with an ellipsis where it has more than ``most`` letters."""
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _render(template: str, language: str, values: dict[str, str]) -> str:
    try:
        return _environment().get_template(f"{template}.{language}.txt").render(values).strip()
    except TemplateError as error:
        raise Unmade(f"{template}.{language}: {type(error).__name__}") from error


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # plain text: nothing here is HTML
        trim_blocks=True,
    )
