"""Prove that the three message catalogues say the same things, with every plural form that their language needs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "services" / "gateway" / "web"
CATALOGUES = {path.stem: json.loads(path.read_text("utf-8")) for path in (WEB / "src" / "messages").glob("*.json")}
# Unicode CLDR, plural rules for cardinals.
FORMS = {"ar": {"zero", "one", "two", "few", "many", "other"}, "fa": {"one", "other"}, "en": {"one", "other"}}


def test_catalogues_have_same_messages():
    keys = {lang: set(messages) for lang, messages in CATALOGUES.items()}

    assert keys["ar"] == keys["fa"] == keys["en"]


@pytest.mark.parametrize("lang", sorted(FORMS))
def test_plurals_are_complete(lang):
    plurals = {key: set(message) for key, message in CATALOGUES[lang].items() if isinstance(message, dict)}

    assert plurals
    assert all(forms == FORMS[lang] for forms in plurals.values())


@pytest.mark.parametrize("lang", ["ar", "fa"])
def test_messages_fill_same_places(lang):
    english = {key: _places(message) for key, message in CATALOGUES["en"].items()}

    assert {key: _places(message) for key, message in CATALOGUES[lang].items()} == english


def _places(message: str | dict[str, str]) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", message if isinstance(message, str) else message["other"]))
