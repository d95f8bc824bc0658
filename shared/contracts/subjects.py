"""Name the subjects of needs, which are the capabilities of agencies: one code list in three languages.

A need has one subject; an agency's capability has one; a need is covered by an agency that has its subject among its
capabilities. A node may have terms of its own below a subject, whose codes begin with the code of what is above them:
``health.dialysis``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

BELOW = "."
CODES = 4096  # of which one process keeps the lineage


@dataclass(frozen=True, slots=True)
class Subject:
    """Name one subject in Arabic, Persian and English."""

    code: str
    ar: str
    fa: str
    en: str


SUBJECTS: dict[str, Subject] = {
    subject.code: subject
    for subject in (
        Subject("lasting_work", "عمل دائم", "کار پایدار", "Lasting work"),
        Subject("housing", "سكن", "مسکن", "Housing"),
        Subject("household_goods", "مستلزمات منزلية", "لوازم خانگی", "Household goods"),
        Subject("health", "صحة", "سلامت", "Health"),
        Subject("schooling", "تعليم", "تحصیل", "Schooling"),
        Subject("food", "غذاء", "غذا", "Food"),
        Subject("cash_assistance", "مساعدة نقدية", "کمک نقدی", "Cash assistance"),
        Subject("training", "تدريب مهني", "آموزش حرفه‌ای", "Vocational training"),
        Subject("disability_support", "دعم ذوي الإعاقة", "حمایت از معلولان", "Disability support"),
        Subject("child_care", "رعاية الطفل", "مراقبت از کودک", "Child care"),
        Subject("elderly_care", "رعاية المسنين", "مراقبت از سالمندان", "Care of the elderly"),
        Subject("psychosocial", "دعم نفسي واجتماعي", "حمایت روانی و اجتماعی", "Psychosocial support"),
        Subject("legal_aid", "مساعدة قانونية", "کمک حقوقی", "Legal aid"),
        Subject("water_sanitation", "مياه وصرف صحي", "آب و بهداشت", "Water and sanitation"),
    )
}


@lru_cache(maxsize=CODES)
def lineage(code: str) -> tuple[str, ...]:
    """Return a subject and the terms below it on the way down to a code, which stands last."""
    steps = code.split(BELOW)
    return tuple(BELOW.join(steps[:number]) for number in range(1, len(steps) + 1))


def subject_of(code: str) -> str:
    """Return the subject that a code is, or lies below."""
    return code.partition(BELOW)[0]


def borne(capabilities: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the terms of the node's own that capabilities bear; those of older records are not given."""
    return [code for one in capabilities for code in one.get("terms", ())]


def own(codes: Iterable[str]) -> list[str]:
    """Return terms of the node's own, and those above them, without their subjects; sorted."""
    return sorted({above for code in codes for above in lineage(code)[1:]})


def parent_of(code: str) -> str:
    """Return the code right above a term's; empty for a subject's."""
    return code.rpartition(BELOW)[0]
