"""Prove that every template can be read in every language, is short enough, and tells no more than it may."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from contracts.notifications import LANGUAGES
from contracts.subjects import SUBJECTS
from services.notifications.channels.segments import encode
from services.notifications.messages.notices import all_notices
from services.notifications.templates import rendering
from services.notifications.templates.rendering import Unmade

REFERRAL = "0199aaaa-0000-7000-8000-0000c0ffee01"
LONG_NAME = "الجمعية الخيرية الإسلامية لرعاية الأسر الأولى بالرعاية وتنمية المجتمع المحلي بمركز نجع حمادي بمحافظة قنا"
TEXTS = sorted(notice.template for notice in all_notices() if notice.by_text)
MAILS = sorted(notice.template for notice in all_notices() if not notice.by_text)
CASES = [(name, language) for name in TEXTS for language in LANGUAGES]
MAIL_CASES = [(name, language) for name in MAILS for language in LANGUAGES]


def known(language, **changes):
    """Return the facts of a referral to a long-named agency."""
    facts = {
        "agency": LONG_NAME,
        "referral": REFERRAL,
        "subject": "psychosocial",
        "deadline": datetime(2026, 11, 25, 12, 0, tzinfo=UTC),
        "language": language,
        "country": "EG",
        "zone": ZoneInfo("Africa/Cairo"),
        "public_url": "https://tashbik.qena.example/",
    }
    return rendering.facts(**facts | changes)


def test_files_are_those_named():
    files = {path.name for path in rendering.FOLDER.glob("*.txt")}

    assert files == {f"{name}.{language}.txt" for name in TEXTS + MAILS for language in LANGUAGES}


@pytest.mark.parametrize(("name", "language"), CASES)
def test_texts_fit_three_parts(name, language):
    words = rendering.text(name, language, known(language))

    assert 1 <= len(encode(words.text).parts) <= 3


@pytest.mark.parametrize(("name", "language"), CASES)
def test_texts_with_short_names_are_short(name, language):
    words = rendering.text(name, language, known(language, agency="جمعية الرحمة بقنا"))

    assert len(encode(words.text).parts) <= 2
    assert "\n" not in words.text


@pytest.mark.parametrize(("name", "language"), CASES)
def test_texts_do_not_name_the_need(name, language):
    words = rendering.text(name, language, known(language))

    assert not any(getattr(subject, language) in words.text for subject in SUBJECTS.values())
    assert "C0FFEE01" in words.text
    assert "http" not in words.text


@pytest.mark.parametrize(("name", "language"), MAIL_CASES)
def test_mails_have_subject_and_link(name, language):
    words = rendering.mail(name, language, known(language))

    assert "C0FFEE01" in words.subject
    assert f"https://tashbik.qena.example/referrals/{REFERRAL}" in words.text
    assert "\n\n\n" not in words.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_agency_learns_subject_and_deadline(language):
    words = rendering.mail("agency_referral", language, known(language))

    assert getattr(SUBJECTS["psychosocial"], language) in words.text
    assert (
        rendering.show_time(datetime(2026, 11, 25, 14, 0, tzinfo=ZoneInfo("Africa/Cairo")), language, "EG")
        in words.text
    )


def test_deadline_may_be_missing():
    assert "before" not in rendering.mail("agency_referral", "en", known("en", deadline=None)).text


def test_times_are_the_readers():
    afternoon = datetime(2026, 11, 25, 14, 0, tzinfo=ZoneInfo("Africa/Cairo"))

    assert rendering.show_time(afternoon, "ar", "EG") == "25 نوفمبر 2026، 14:00"
    assert rendering.show_time(afternoon, "ar", "PS") == "25 تشرين الثاني 2026، 14:00"
    assert rendering.show_time(afternoon, "fa", "IR") == "۱۴۰۵/۰۹/۰۴، ۱۴:۰۰"
    assert rendering.show_time(afternoon, "en", "EG") == "25 November 2026, 14:00"


def test_unknown_template_is_unmade():
    with pytest.raises(Unmade):
        rendering.text("family_surprised", "ar", known("ar"))


def test_unknown_language_is_replaced():
    assert rendering.known_language("ku", "fa") == "fa"
    assert rendering.known_language("en") == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_vanished_agency_is_paraphrased(language):
    words = rendering.text("family_accepted", language, known(language, agency=""))

    assert rendering.UNNAMED[language] in words.text


def test_agency_cannot_inject():
    words = rendering.text("family_referred", "en", known("en", agency="{{ 7 * 7 }} <b>"))

    assert "{{ 7 * 7 }} <b>" in words.text
