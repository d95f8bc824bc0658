"""Say in three languages why an agency is, or is not, proposed for a need."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Hold one reason: its code and its sentences."""

    code: str
    ar: str
    fa: str
    en: str

    @property
    def message(self) -> dict[str, str]:
        """Return the sentence by language."""
        return {"ar": self.ar, "fa": self.fa, "en": self.en}


COVERS_SUBJECT = Reason(
    "covers_subject", "تقدّم الخدمة المطلوبة.", "خدمت مورد نیاز را ارائه می‌دهد.", "It offers what is needed."
)
SAME_AREA = Reason(
    "same_area", "تعمل في مركز الأسرة نفسه.", "در همان شهرستان خانواده است.", "It is in the family's county."
)
NEAR = Reason("near", "قريبة من مكان الاحتياج.", "به محل نیاز نزدیک است.", "It is near the place of the need.")
FROM_AREA_CENTRE = Reason(
    "from_area_centre",
    "المسافة محسوبة من وسط المنطقة، فمكان الاحتياج غير محدد.",
    "فاصله از مرکز منطقه حساب شده، زیرا محل نیاز مشخص نیست.",
    "The distance is from the centre of the area, since the place of the need is not known.",
)
FREE_CAPACITY = Reason("free_capacity", "لديها أماكن متاحة.", "ظرفیت خالی دارد.", "It has free capacity.")
CAPACITY_UNKNOWN = Reason(
    "capacity_unknown",
    "لم تذكر طاقتها الاستيعابية.",
    "ظرفیت خود را اعلام نکرده است.",
    "It has not stated its capacity.",
)
SPEAKS_LANGUAGE = Reason(
    "speaks_language", "تتحدث لغة الأسرة.", "به زبان خانواده سخن می‌گوید.", "It speaks the family's language."
)
OTHER_LANGUAGE = Reason(
    "other_language",
    "لم تذكر لغة الأسرة ضمن لغاتها.",
    "زبان خانواده در میان زبان‌های آن نیست.",
    "The family's language is not among those it names.",
)
NO_CAPABILITY = Reason(
    "no_capability", "لا تقدّم الخدمة المطلوبة.", "خدمت مورد نیاز را ارائه نمی‌دهد.", "It does not offer what is needed."
)
NO_FREE_CAPACITY = Reason(
    "no_free_capacity", "لا توجد لديها أماكن متاحة الآن.", "اکنون ظرفیت خالی ندارد.", "It has no free capacity now."
)
REJECTED_BEFORE = Reason(
    "rejected_before",
    "رفضت هذا الاحتياج من قبل.",
    "پیش‌تر این نیاز را رد کرده است.",
    "It has rejected this need before.",
)
EXPIRED_BEFORE = Reason(
    "expired_before",
    "لم تردّ على هذا الاحتياج في المهلة.",
    "در مهلت تعیین‌شده به این نیاز پاسخ نداده است.",
    "It did not answer this need in time.",
)
RETURNED_BEFORE = Reason(
    "returned_before",
    "أعادت هذا الاحتياج من قبل.",
    "پیش‌تر این نیاز را بازگردانده است.",
    "It has returned this need before.",
)
TRIED_BEFORE = Reason(
    "tried_before",
    "سبق أن عملت على هذا الاحتياج ولم يُلبَّ.",
    "پیش‌تر به این نیاز پرداخته و نیاز برطرف نشده است.",
    "It has worked on this need before, which was not met.",
)
INACTIVE = Reason("inactive", "لا تعمل حاليًا.", "اکنون فعال نیست.", "It is not active.")
OUT_OF_AREA = Reason(
    "out_of_area", "تعمل خارج محافظة الأسرة.", "بیرون از استان خانواده است.", "It is outside the family's governorate."
)

REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        COVERS_SUBJECT,
        SAME_AREA,
        NEAR,
        FROM_AREA_CENTRE,
        FREE_CAPACITY,
        CAPACITY_UNKNOWN,
        SPEAKS_LANGUAGE,
        OTHER_LANGUAGE,
        NO_CAPABILITY,
        NO_FREE_CAPACITY,
        REJECTED_BEFORE,
        EXPIRED_BEFORE,
        RETURNED_BEFORE,
        TRIED_BEFORE,
        INACTIVE,
        OUT_OF_AREA,
    )
}
