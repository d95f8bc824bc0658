"""Name the subjects of needs, which are the capabilities of agencies: one code list in three languages.

A need has one subject; an agency's capability has one; a need is covered by an agency that has its subject among its
capabilities.
"""

from __future__ import annotations

from dataclasses import dataclass


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
