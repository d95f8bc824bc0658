"""Say which rule of families, needs and referrals is broken."""

from __future__ import annotations

from contracts.problems.problem import Problem

OF_CASES = (
    Problem(
        "one_of_two",
        "أعط واحدًا فقط: الرقم القومي أو الهاتف.",
        "تنها یکی را بدهید: کد ملی یا تلفن.",
        "Give either a national id or a telephone number.",
    ),
    Problem(
        "national_id_structure",
        "هذا ليس رقمًا قوميًا صحيحًا لهذه الدولة.",
        "این کد ملی برای این کشور درست نیست.",
        "This is not a national id of the country.",
    ),
    Problem(
        "national_id_check_digit",
        "الرقم الأخير من الرقم القومي غير مطابق.",
        "رقم کنترل کد ملی درست نیست.",
        "The last digit of the national id does not fit.",
    ),
    Problem(
        "national_id_taken",
        "الرقم القومي مسجل لأسرة أخرى.",
        "این کد ملی برای خانوادهٔ دیگری ثبت شده است.",
        "Another family has a member with this national id.",
    ),
    Problem(
        "one_head",
        "للأسرة رب أسرة واحد بالضبط.",
        "هر خانواده دقیقاً یک سرپرست دارد.",
        "A family has exactly one head.",
    ),
    Problem(
        "unknown_member",
        "لا يوجد فرد بهذا المعرّف في الأسرة.",
        "خانواده عضوی با این شناسه ندارد.",
        "The family has no such member.",
    ),
    Problem(
        "consent_missing",
        "لا توجد موافقة سارية من الأسرة على الإحالة.",
        "رضایت معتبری از خانواده برای ارجاع نیست.",
        "The family has not consented to being referred, or no longer.",
    ),
    Problem(
        "no_such_consent",
        "لا توجد موافقة سارية بهذا المعرّف.",
        "رضایت معتبری با این شناسه نیست.",
        "The family has no such consent that holds.",
    ),
    Problem(
        "family_closed",
        "الأسرة لم تعد تحت الرعاية.",
        "خانواده دیگر زیر پوشش نیست.",
        "The family is no longer in care.",
    ),
    Problem(
        "family_open",
        "الأسرة تحت الرعاية بالفعل.",
        "خانواده هم‌اکنون زیر پوشش است.",
        "The family is in care already.",
    ),
    Problem(
        "family_has_open_referral",
        "للأسرة إحالة مفتوحة.",
        "خانواده ارجاع باز دارد.",
        "The family has an open referral.",
    ),
    Problem(
        "need_already_referred",
        "الاحتياج محال بالفعل أو انتهى.",
        "این نیاز ارجاع شده یا پایان یافته است.",
        "The need is referred already, or no longer open.",
    ),
    Problem(
        "illegal_transition",
        "الحالة الحالية لا تسمح بهذه الخطوة.",
        "وضعیت کنونی این گام را اجازه نمی‌دهد.",
        "The present status does not allow this step.",
    ),
    Problem(
        "same_organization",
        "الإحالة يجب أن تكون إلى جهة أخرى.",
        "ارجاع باید به نهاد دیگری باشد.",
        "Hand it on to another agency.",
    ),
    Problem(
        "unknown_organization",
        "لا توجد جهة بهذا المعرّف.",
        "نهادی با این شناسه نیست.",
        "There is no such organization.",
    ),
    Problem(
        "organization_inactive",
        "الجهة لا تعمل حاليًا.",
        "این نهاد اکنون فعال نیست.",
        "The organization is not active.",
    ),
    Problem(
        "no_capability",
        "الجهة لا تقدّم الخدمة المطلوبة.",
        "این نهاد خدمت مورد نیاز را ارائه نمی‌دهد.",
        "The organization does not offer what is needed.",
    ),
    Problem(
        "too_early",
        "ما زال أمام الجهة وقت للرد.",
        "نهاد هنوز برای پاسخ فرصت دارد.",
        "The agency still has time to answer.",
    ),
    Problem(
        "changed_meanwhile",
        "تغيّر السجل في هذه الأثناء؛ اقرأه ثم أعد المحاولة.",
        "رکورد در این میان تغییر کرده است؛ دوباره بخوانید و بکوشید.",
        "The record has changed meanwhile; read it and try again.",
    ),
)
