"""Say what is wrong with a value in itself, or with two that stand side by side."""

from __future__ import annotations

from contracts.problems.problem import Problem

OF_VALUES = (
    Problem("invalid", "القيمة غير صالحة.", "مقدار نامعتبر است.", "The value is not valid."),
    Problem("required", "هذه القيمة مطلوبة.", "این مقدار لازم است.", "A value is required."),
    Problem("unknown_field", "هذا الحقل غير معروف.", "این فیلد شناخته نیست.", "This field is not known."),
    Problem(
        "wrong_type",
        "القيمة ليست من النوع المطلوب.",
        "نوع مقدار درست نیست.",
        "The value is of the wrong kind.",
    ),
    Problem("too_long", "النص أطول من المسموح.", "متن بلندتر از حد مجاز است.", "The text is too long."),
    Problem(
        "length",
        "النص فارغ أو قصير أو أطول من المسموح.",
        "متن خالی، کوتاه یا بلندتر از حد مجاز است.",
        "The text is empty, too short or too long.",
    ),
    Problem("too_many", "العدد أكبر من المسموح.", "تعداد بیش از حد مجاز است.", "There are too many."),
    Problem(
        "not_a_choice",
        "القيمة ليست من القيم المسموح بها.",
        "مقدار از گزینه‌های مجاز نیست.",
        "The value is not one of the choices.",
    ),
    Problem("malformed", "صيغة القيمة غير صحيحة.", "قالب مقدار درست نیست.", "The value is not well formed."),
    Problem(
        "out_of_range",
        "الرقم خارج الحدود المسموح بها.",
        "عدد بیرون از محدودهٔ مجاز است.",
        "The number is out of range.",
    ),
    Problem(
        "not_a_phone",
        "هذا ليس رقم هاتف صالحًا.",
        "این شماره تلفن معتبر نیست.",
        "This is not a valid telephone number.",
    ),
    Problem(
        "not_an_email",
        "هذا ليس عنوان بريد إلكتروني صالحًا؛ يُكتب ما قبل @ بالحروف اللاتينية.",
        "این نشانی رایانامه معتبر نیست؛ آنچه پیش از @ است با حروف لاتین نوشته می‌شود.",
        "This is not a valid e-mail address; what stands before the @ is in Latin letters.",
    ),
    Problem(
        "not_an_address",
        "هذا ليس عنوان موقع صالحًا.",
        "این نشانی وب معتبر نیست.",
        "This is not a valid web address.",
    ),
    Problem(
        "not_a_country",
        "لا توجد دولة بهذا الرمز (ISO 3166-1).",
        "کشوری با این کد نیست (ISO 3166-1).",
        "There is no country of this code (ISO 3166-1).",
    ),
    Problem(
        "wrong_identifier",
        "رقم التعريف لا يطابق قواعده.",
        "شناسه با قاعدهٔ خود نمی‌خواند.",
        "The identifier does not follow the rules of its scheme.",
    ),
    Problem(
        "ends_before_it_begins",
        "النهاية تسبق البداية.",
        "پایان پیش از آغاز است.",
        "The end lies before the beginning.",
    ),
    Problem(
        "half_a_point",
        "أعط خط العرض وخط الطول معًا أو لا شيء منهما.",
        "عرض و طول جغرافیایی را با هم بدهید یا هیچ‌کدام را.",
        "Give both latitude and longitude, or neither.",
    ),
    Problem(
        "repeated",
        "القيمة مكررة.",
        "مقدار تکراری است.",
        "The value is given more than once.",
    ),
    Problem("in_the_future", "التاريخ في المستقبل.", "تاریخ در آینده است.", "The time lies in the future."),
    Problem("in_the_past", "التاريخ مضى.", "تاریخ گذشته است.", "The time has passed already."),
    Problem(
        "below_minimum",
        "الحد الأقصى أقل من الحد الأدنى.",
        "بیشینه از کمینه کمتر است.",
        "The maximum is below the minimum.",
    ),
    Problem(
        "closes_before_it_opens",
        "وقت الإغلاق لا يأتي بعد وقت الفتح في اليوم نفسه.",
        "زمان بستن پس از زمان باز شدن در همان روز نیست.",
        "It does not close after it opens on the same day.",
    ),
    Problem(
        "more_than_there_is",
        "المتاح أكثر من الحد الأقصى.",
        "ظرفیت آزاد از بیشینه بیشتر است.",
        "More is free than there is at most.",
    ),
    Problem(
        "too_large",
        "السجل أكبر من المسموح.",
        "پرونده بزرگ‌تر از حد مجاز است.",
        "The record is larger than is allowed.",
    ),
    Problem(
        "unknown_cursor",
        "مؤشر الصفحة غير صالح.",
        "نشانگر صفحه معتبر نیست.",
        "The cursor is not one that a page gave.",
    ),
    Problem(
        "not_an_outline",
        "حدود المنطقة ليست شكلًا مغلقًا صالحًا بالدرجات.",
        "مرز منطقه شکل بستهٔ معتبری بر حسب درجه نیست.",
        "The outline is not a closed GeoJSON polygon in degrees.",
    ),
)
