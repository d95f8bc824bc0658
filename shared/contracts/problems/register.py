"""Say which rule of the register a record or a row breaks."""

from __future__ import annotations

from contracts.problems.problem import Problem

OF_THE_REGISTER = (
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
        "area_moved",
        "لا يتغير ما تتبعه المنطقة ولا مستواها، فبهما يُعثر على كل ما فيها؛ أعطِ المنطقة المنقولة رمزًا جديدًا.",
        "بالادست و سطح منطقه تغییر نمی‌کند، زیرا هر چه در آن است با آن‌ها یافت می‌شود؛ کد تازه‌ای بدهید.",
        "An area keeps its parent and level, by which all in it is found; give an area that moved a new code.",
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
        "id_taken",
        "سجل آخر يحمل هذا المعرّف.",
        "پروندهٔ دیگری این شناسه را دارد.",
        "Another record bears this id.",
    ),
    Problem(
        "not_yours",
        "تعديل هذا الحقل من اختصاص المديرية.",
        "تغییر این فیلد با اداره است.",
        "This field is the directorate's to change.",
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
)
