"""Name what can be wrong with a value: one stable code each, and its sentence in the three languages of staff."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Say one thing in Arabic, Persian and English."""

    code: str
    ar: str
    fa: str
    en: str

    def message(self) -> dict[str, str]:
        """Return the sentence by language, as it crosses the wire."""
        return {"ar": self.ar, "fa": self.fa, "en": self.en}


PROBLEMS: dict[str, Problem] = {
    problem.code: problem
    for problem in (
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
            "هذا ليس عنوان بريد إلكتروني صالحًا.",
            "این نشانی رایانامه معتبر نیست.",
            "This is not a valid e-mail address.",
        ),
        Problem(
            "not_an_address",
            "هذا ليس عنوان موقع صالحًا.",
            "این نشانی وب معتبر نیست.",
            "This is not a valid web address.",
        ),
        Problem(
            "webhook_disabled",
            "الويب هوك موقوف؛ فعّله أولًا.",
            "وب‌هوک غیرفعال است؛ نخست آن را فعال کنید.",
            "The webhook is disabled; enable it first.",
        ),
        Problem(
            "webhook_unreadable",
            "تعذّر فك تشفير ما حُفظ من الويب هوك؛ احذفه وأنشئه من جديد.",
            "آنچه از وب‌هوک نگه داشته شده رمزگشایی نمی‌شود؛ آن را حذف کنید و از نو بسازید.",
            "What is kept of the webhook cannot be decrypted; remove it and make it anew.",
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
            "outside_its_area",
            "النقطة خارج حدود المنطقة المذكورة لها.",
            "نقطه بیرون از مرز منطقهٔ آن است.",
            "The point lies outside the area that is given for it.",
        ),
        Problem(
            "names_itself",
            "لا يجوز أن تشير الجهة إلى نفسها.",
            "نهاد نمی‌تواند به خودش اشاره کند.",
            "The organization names itself.",
        ),
        Problem(
            "no_such_organization",
            "لا توجد جهة بهذا المعرّف.",
            "نهادی با این شناسه نیست.",
            "There is no organization of this id.",
        ),
        Problem(
            "others_name_it",
            "جهات أخرى تنتمي إلى هذه الجهة؛ غيّر سجلاتها أولًا.",
            "نهادهای دیگر به این نهاد تعلق دارند؛ نخست پروندهٔ آن‌ها را تغییر دهید.",
            "Other organizations belong to this one; change their records first.",
        ),
        Problem(
            "unknown_area",
            "لا توجد منطقة بهذا الرمز أو الاسم.",
            "منطقه‌ای با این کد یا نام نیست.",
            "There is no area of this code or name.",
        ),
        Problem(
            "ambiguous_area",
            "أكثر من منطقة تحمل هذا الاسم؛ استخدم رمزها.",
            "بیش از یک منطقه این نام را دارد؛ کد آن را بدهید.",
            "Several areas bear this name; give the code.",
        ),
        Problem(
            "wrong_level",
            "مستوى المنطقة ليس دون مستوى المنطقة التي تتبعها.",
            "سطح منطقه پایین‌تر از سطح منطقهٔ بالادست نیست.",
            "The level is not below the level of the area's parent.",
        ),
        Problem(
            "unknown_parent",
            "لا يوجد فوق هذا الرمز موضوع أو مصطلح معروض.",
            "بالای این کد موضوع یا اصطلاح عرضه‌شده‌ای نیست.",
            "There is no subject, and no term on offer, that this code lies below.",
        ),
        Problem(
            "unknown_term",
            "لا يوجد في هذه العقدة مصطلح بهذا الرمز.",
            "این گره اصطلاحی با این کد ندارد.",
            "This node has no term of this code.",
        ),
        Problem(
            "retired_term",
            "لم يعد هذا المصطلح معروضًا.",
            "این اصطلاح دیگر عرضه نمی‌شود.",
            "This term is not offered any more.",
        ),
        Problem(
            "other_subject",
            "المصطلح ليس تحت هذا الموضوع.",
            "اصطلاح زیر این موضوع نیست.",
            "The term does not lie below this subject.",
        ),
        Problem(
            "outside_area",
            "الجهة خارج منطقتك.",
            "این نهاد بیرون از منطقهٔ شماست.",
            "The organization is outside your area.",
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
        Problem(
            "partner_without_cooperation",
            "ذُكر شريك دولي والجهة ليست ضمن التعاون الدولي.",
            "شریک بین‌المللی آمده ولی همکاری بین‌المللی نیست.",
            "A partner is named, but there is no international cooperation.",
        ),
        Problem(
            "duplicate_row",
            "صف سابق في الملف نفسه يصف الجهة ذاتها.",
            "سطر پیشین همین پرونده همین نهاد را شرح می‌دهد.",
            "An earlier row of the same file describes the same organization.",
        ),
        Problem(
            "ambiguous_match",
            "رقم التعريف والمعرّف الخارجي يخصان جهتين مختلفتين.",
            "شناسه‌های این سطر از آنِ دو نهاد جداگانه‌اند.",
            "The identifiers of this row belong to different organizations.",
        ),
        Problem(
            "already_registered",
            "الجهة مسجلة من قبل.",
            "این نهاد پیش‌تر ثبت شده است.",
            "The organization is already registered.",
        ),
        Problem(
            "not_yours",
            "تعديل هذا الحقل من اختصاص المديرية.",
            "تغییر این فیلد با اداره است.",
            "This field is the directorate's to change.",
        ),
        Problem(
            "area_moved",
            "لا يتغير ما تتبعه المنطقة ولا مستواها، فبهما يُعثر على كل ما فيها؛ أعطِ المنطقة المنقولة رمزًا جديدًا.",
            "بالادست و سطح منطقه تغییر نمی‌کند، زیرا هر چه در آن است با آن‌ها یافت می‌شود؛ کد تازه‌ای بدهید.",
            "An area keeps its parent and level, by which all in it is found; give an area that moved a new code.",
        ),
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
        Problem("in_the_future", "التاريخ في المستقبل.", "تاریخ در آینده است.", "The time lies in the future."),
        Problem("in_the_past", "التاريخ مضى.", "تاریخ گذشته است.", "The time has passed already."),
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
            "no_such_location",
            "ليس للجهة مكان بهذا المعرّف.",
            "نهاد مکانی با این شناسه ندارد.",
            "The organization has no such location.",
        ),
        Problem(
            "no_such_program",
            "ليس للجهة برنامج بهذا المعرّف.",
            "نهاد برنامه‌ای با این شناسه ندارد.",
            "The organization has no such programme.",
        ),
        Problem(
            "too_large",
            "السجل أكبر من المسموح.",
            "پرونده بزرگ‌تر از حد مجاز است.",
            "The record is larger than is allowed.",
        ),
        Problem(
            "id_taken",
            "سجل آخر يحمل هذا المعرّف.",
            "پروندهٔ دیگری این شناسه را دارد.",
            "Another record bears this id.",
        ),
        Problem(
            "unknown_cursor",
            "مؤشر الصفحة غير صالح.",
            "نشانگر صفحه معتبر نیست.",
            "The cursor is not one that a page gave.",
        ),
        Problem(
            "not_an_outline",
            "حدود المنطقة ليست شكلًا مغلقًا صالحًا.",
            "مرز منطقه شکل بستهٔ معتبری نیست.",
            "The outline is not a closed GeoJSON polygon.",
        ),
    )
}
