"""Prove that every reason stands in three languages, and that every code that is raised has one."""

import re
from pathlib import Path

import pytest

from contracts.problems import PROBLEMS
from services.gateway.imports import messages

PACKAGE = Path(messages.__file__).parent
RAISED = re.compile(r'(?:BadValue|UnreadableFile)\(\s*"([a-z_]+)"')


@pytest.mark.parametrize("code", messages.REASONS)
def test_reason_stands_in_three_languages(code):
    details = set(re.findall(r"{(\w+)}", messages.REASONS[code][2]))

    told = messages.reason(code, **dict.fromkeys(details, "X" * 500))

    assert list(told) == ["ar", "fa", "en"]
    assert all(set(re.findall(r"{(\w+)}", text)) == details for text in messages.REASONS[code])
    assert all(len(text) < 300 for text in told.values())


def test_every_code_has_a_reason():
    raised = {code for path in PACKAGE.glob("*.py") for code in RAISED.findall(path.read_text(encoding="utf-8"))}

    assert raised - set(messages.REASONS) - set(PROBLEMS) == set()


def test_no_reason_is_idle():
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py") if path.name != "messages.py")

    assert [code for code in messages.REASONS if f'"{code}"' not in source] == []


def test_details_are_not_templates():
    assert "{code}" in messages.reason("refused", detail="{code}")["en"]
