"""Hold the reasons in Arabic, Persian and English of what only an import can meet; the rest is in the contracts.

A reason may show details in braces: they are the caller's words, shortened.
"""

from __future__ import annotations

from contracts.problems import PROBLEMS

LANGUAGES = ("ar", "fa", "en")
DETAIL_SHOWN = 80

REASONS: dict[str, tuple[str, str, str]] = {
    # cells
    "not_a_number": (
        "ليس عددًا صحيحًا مفهومًا.",
        "عدد صحیح خوانایی نیست.",
        "This is not a whole number.",
    ),
    "not_yes_or_no": (
        "اكتب «نعم» أو «لا».",
        "«بله» یا «خیر» بنویسید.",
        "Write yes or no.",
    ),
    "not_a_date": (
        "ليس تاريخًا مفهومًا؛ اكتب مثلًا 2005-03-21.",
        "تاریخ خوانایی نیست؛ مثلاً ۱۳۸۴/۰۱/۰۱ بنویسید.",
        "This is not a date; write for example 2005-03-21.",
    ),
    "coordinates_invalid": (
        "إحداثيات غير مفهومة؛ اكتب مثلًا 26.1642.",
        "مختصات خوانا نیست؛ مثلاً 34.6401 بنویسید.",
        "These coordinates cannot be read; write for example 26.1642.",
    ),
    "coordinates_swapped": (
        "كان خط العرض وخط الطول معكوسين فأُعيد ترتيبهما.",
        "عرض و طول جغرافیایی جابه‌جا بود و درست شد.",
        "Latitude and longitude stood in each other's place; they were put right.",
    ),
    "organization_type_unknown": (
        "نوع جهة غير معروف.",
        "نوع سازمان شناخته نشد.",
        "This type of organization is not known.",
    ),
    "capability_unknown": (
        "لم تُفهم هذه الخدمة فتُركت.",
        "این خدمت شناخته نشد و کنار گذاشته شد.",
        "This capability was not understood and was left out.",
    ),
    "language_unknown": (
        "لم تُعرف هذه اللغة فتُركت.",
        "این زبان شناخته نشد و کنار گذاشته شد.",
        "This language is not known and was left out.",
    ),
    "status_unknown": (
        "اكتب «نشطة» أو «متوقفة».",
        "«فعال» یا «غیرفعال» بنویسید.",
        "Write active or inactive.",
    ),
    "formula": (
        "الخانة معادلة وليست قيمة؛ الصقها كقيمة.",
        "این خانه فرمول است، نه مقدار؛ آن را به‌صورت مقدار بچسبانید.",
        "The cell is a formula, not a value; paste it as a value.",
    ),
    "cell_error": (
        "الخانة بها خطأ من برنامج الجداول.",
        "این خانه خطای صفحه‌گسترده دارد.",
        "The cell holds an error of the spreadsheet.",
    ),
    # files
    "file_empty": ("الملف فارغ.", "پرونده خالی است.", "The file is empty."),
    "file_encrypted": (
        "الملف محمي بكلمة مرور؛ احفظه بدونها.",
        "پرونده رمز دارد؛ آن را بی‌رمز ذخیره کنید.",
        "The file is protected by a password; save it without one.",
    ),
    "file_old_excel": (
        "ملف Excel بصيغة قديمة (.xls)؛ احفظه بصيغة .xlsx.",
        "پروندهٔ Excel قدیمی (‎.xls‎) است؛ آن را ‎.xlsx‎ ذخیره کنید.",
        "This is an old Excel file (.xls); save it as .xlsx.",
    ),
    "file_open_document": (
        "ملف OpenDocument؛ احفظه بصيغة .xlsx أو CSV.",
        "پروندهٔ OpenDocument است؛ آن را ‎.xlsx‎ یا CSV ذخیره کنید.",
        "This is an OpenDocument file; save it as .xlsx or CSV.",
    ),
    "file_web_page": (
        "الملف صفحة ويب بامتداد جدول؛ افتحه واحفظه بصيغة .xlsx.",
        "پرونده صفحهٔ وب با پسوند جدول است؛ آن را باز و ‎.xlsx‎ ذخیره کنید.",
        "This is a web page named like a spreadsheet; open it and save it as .xlsx.",
    ),
    "file_unknown": (
        "الملف ليس CSV ولا XLSX ولا JSON.",
        "پرونده CSV یا XLSX یا JSON نیست.",
        "The file is neither CSV nor XLSX nor JSON.",
    ),
    "file_damaged": (
        "الملف تالف ولا يمكن قراءته ({detail}).",
        "پرونده آسیب دیده و خوانده نمی‌شود ({detail}).",
        "The file is damaged and cannot be read ({detail}).",
    ),
    "file_expands": (
        "حجم الملف بعد فك ضغطه أكبر من المسموح.",
        "حجم بازشدهٔ پرونده از اندازهٔ مجاز بیشتر است.",
        "Unpacked, the file is larger than allowed.",
    ),
    "no_header": (
        "لا يوجد صف عناوين للأعمدة.",
        "سطری با عنوان ستون‌ها پیدا نشد.",
        "No row with the columns' headings was found.",
    ),
    "too_many_columns": (
        "عدد الأعمدة أكبر من {limit}.",
        "شمار ستون‌ها از {limit} بیشتر است.",
        "There are more than {limit} columns.",
    ),
    "too_many_rows": (
        "عدد الصفوف أكبر من {limit}؛ قسّم الملف.",
        "شمار سطرها از {limit} بیشتر است؛ پرونده را بخش کنید.",
        "There are more than {limit} rows; split the file.",
    ),
    "row_too_long": (
        "الصف {row} طويل جدًا أو به علامة اقتباس لم تُغلق.",
        "سطر {row} بسیار بلند است یا گیومه‌ای در آن بسته نشده است.",
        "Row {row} is too long, or a quotation mark in it is never closed.",
    ),
    "json_not_rows": (
        "ملف JSON ليس قائمة من الكائنات.",
        "پروندهٔ JSON فهرستی از اشیا نیست.",
        "The JSON file is not an array of objects.",
    ),
    "columns_missing": (
        "أعمدة مذكورة في ملف المطابقة غير موجودة في الملف: {columns}.",
        "ستون‌هایی که در نگاشت آمده در پرونده نیست: {columns}.",
        "Columns that the mapping names are not in the file: {columns}.",
    ),
    "sheet_missing": (
        "لا توجد ورقة باسم «{sheet}».",
        "برگه‌ای به نام «{sheet}» نیست.",
        "There is no sheet named “{sheet}”.",
    ),
    "name_not_found": (
        "لم يُعرف العمود الذي فيه اسم الجهة؛ أرسل ملف مطابقة.",
        "ستون نام سازمان شناخته نشد؛ نگاشت بفرستید.",
        "No column was recognised as the organization's name; give a mapping.",
    ),
    "file_missing": (
        "لم يعد الملف محفوظًا؛ أرسله مرة أخرى.",
        "پرونده دیگر نگه‌داری نشده است؛ دوباره بفرستید.",
        "The file is no longer kept; send it again.",
    ),
    "gave_up": (
        "توقف الاستيراد عند هذا الملف مرات عدة فتُرك.",
        "ورود این پرونده چند بار نیمه‌کاره ماند و رها شد.",
        "The import broke off at this file several times and was given up.",
    ),
    "refused": (
        "رُفض الاستيراد: {detail}",
        "ورود داده پذیرفته نشد: {detail}",
        "The import was refused: {detail}",
    ),
}


def reason(code: str, **details: str) -> dict[str, str]:
    """Return the reason of a code in each of :data:`LANGUAGES`; unknown codes raise ``KeyError``."""
    if code in PROBLEMS:
        return PROBLEMS[code].message()
    shown = {name: str(detail)[:DETAIL_SHOWN] for name, detail in details.items()}
    return {language: text.format(**shown) for language, text in zip(LANGUAGES, REASONS[code], strict=True)}
