"""Hold the words by which people head their columns and fill their cells, in Arabic, Persian and English.

Spelling does not matter here: everything is compared by ``contracts.text.fold``, and headings also without the Arabic
article. Whoever meets a heading or a word that should have been known adds it here.
"""

from __future__ import annotations

HEADINGS: dict[str, tuple[str, ...]] = {
    "name": (
        "الاسم", "اسم الجمعية", "اسم الجمعية الأهلية", "اسم المؤسسة", "اسم الجهة", "اسم المنظمة", "اسم الوحدة",
        "اسم الشركة", "الجمعية", "الجهة", "المؤسسة", "مسمى الجمعية",
        "نام", "نام سازمان", "نام انجمن", "نام موسسه", "نام مؤسسه", "نام مرکز", "نام خیریه", "نام تشکل", "نام سمن",
        "عنوان موسسه", "عنوان مرکز",
        "name", "organization name", "organisation name", "association name", "agency name", "ngo name",
        "organization", "organisation", "association", "agency", "partner", "partner name",
    ),
    "alternate_name": (
        "اسم الشهرة", "الاسم المختصر", "الاسم بالإنجليزية", "اسم آخر", "نام دیگر", "نام کوتاه", "نام اختصاری",
        "نام انگلیسی", "alternate name", "other name", "short name", "acronym", "known as", "english name",
    ),
    "organization_type": (
        "النوع", "نوع الجهة", "نوع الجمعية", "نوع المنظمة", "نوع المؤسسة", "تصنيف الجمعية", "التصنيف",
        "نوع", "نوع سازمان", "نوع موسسه", "نوع مرکز", "type", "organization type", "organisation type", "kind",
        "category of organization",
    ),
    "description": (
        "الوصف", "نبذة", "نبذة عن الجمعية", "وصف الجمعية", "أهداف الجمعية", "الأهداف", "شرح", "توضیحات", "توصیف",
        "اهداف", "معرفی", "description", "about", "summary", "objectives", "mission",
    ),
    "email": (
        "البريد الإلكتروني", "بريد إلكتروني", "الإيميل", "ايميل", "البريد", "ایمیل", "رایانامه", "پست الکترونیک",
        "پست الکترونیکی", "email", "e mail", "e-mail address", "email address", "mail",
    ),
    "website": (
        "الموقع الإلكتروني", "موقع الإنترنت", "الموقع على الإنترنت", "صفحة الفيسبوك", "فيسبوك", "وب سایت", "وبسایت",
        "وبگاه", "سایت", "تارنما", "website", "web site", "web", "url", "site", "facebook", "uri",
    ),
    "phones": (
        "الهاتف", "رقم الهاتف", "تليفون", "رقم التليفون", "التليفون", "تليفون الجمعية", "الموبايل", "موبايل",
        "رقم الموبايل", "المحمول", "رقم المحمول", "الجوال", "رقم الجوال", "جوال", "أرقام التواصل", "رقم التواصل",
        "تلفن", "شماره تلفن", "تلفن ثابت", "تلفن تماس", "شماره تماس", "موبایل", "تلفن همراه", "همراه", "شماره همراه",
        "phone", "phone number", "phones", "telephone", "tel", "mobile", "mobile number", "cell", "contact number",
        "landline",
    ),
    "registration_number": (
        "رقم القيد", "رقم الإشهار", "رقم الشهر", "رقم التسجيل", "رقم الترخيص", "القيد", "رقم وتاريخ الإشهار",
        "شماره ثبت", "شماره پروانه", "شماره مجوز", "شناسه ملی", "registration number", "registration no",
        "reg no", "license number", "licence number", "tax id",
    ),
    "external_id": (
        "الكود", "كود", "كود الجمعية", "كود الجهة", "المعرف", "شناسه", "کد", "کد مرکز", "کد موسسه", "id", "code",
        "external id", "identifier", "organization id", "reference",
    ),
    "languages": (
        "اللغات", "اللغة", "لغات التعامل", "زبان", "زبان‌ها", "زبانها", "languages", "language", "languages spoken",
    ),
    "members_count": (
        "عدد الأعضاء", "الأعضاء", "أعضاء الجمعية", "عدد أعضاء الجمعية", "عدد أعضاء الجمعية العمومية", "عدد المشتركين",
        "تعداد اعضا", "اعضا", "تعداد اعضای انجمن", "members", "members count", "number of members", "member count",
        "membership",
    ),
    "international_cooperation": (
        "التعاون الدولي", "تعاون دولي", "هل يوجد تعاون دولي", "شراكة دولية", "تعاون مع جهات دولية",
        "همکاری بین‌المللی", "همکاری بین المللی", "همکاری های بین المللی", "international cooperation",
        "international", "works with international partners",
    ),
    "cooperation_partner": (
        "الشريك الدولي", "الجهة الدولية", "الجهة الشريكة", "الشريك", "اسم الشريك الدولي", "الجهة الدولية المتعاونة",
        "شریک بین‌المللی", "شریک بین المللی", "نهاد همکار", "سازمان همکار", "international partner",
        "cooperation partner", "partner organization", "foreign partner",
    ),
    "capabilities": (
        "الخدمات", "الأنشطة", "النشاط", "مجال العمل", "مجالات العمل", "ميادين العمل", "ميدان العمل", "نوع الخدمة",
        "الخدمات المقدمة", "أنشطة الجمعية", "القدرات", "خدمات", "فعالیت", "فعالیت‌ها", "زمینه فعالیت",
        "حوزه فعالیت", "نوع خدمات", "خدمات قابل ارائه", "توانمندی‌ها", "capabilities", "capability", "services",
        "المساعدة المقدمة", "کمک‌ها", "help offered",
        "activities", "activity", "fields of work", "field of work", "sector", "sectors", "service", "subjects",
    ),
    "terms": (
        "رموز المساعدة", "رموز الخدمات", "کدهای کمک", "کد خدمات", "terms", "term codes", "taxonomy terms",
        "أنواع المساعدة بالتحديد", "گونه‌های کمک", "kinds of help",
    ),
    "capacity": (
        "الطاقة الاستيعابية", "القدرة الاستيعابية", "السعة", "عدد الأسر", "عدد الأسر التي يمكن خدمتها",
        "الطاقة الاستيعابية (أسرة)", "ظرفیت", "ظرفیت پذیرش", "ظرفیت (خانوار)", "تعداد خانوار", "capacity",
        "capacity families", "families served", "number of families",
    ),
    "address": (
        "العنوان", "عنوان الجمعية", "عنوان المقر", "المقر", "مقر الجمعية", "العنوان بالتفصيل", "عنوان الجهة",
        "نشانی", "آدرس", "نشانی دفتر", "آدرس دفتر", "آدرس مرکز", "address", "street address", "office address",
        "location address", "address 1",
    ),
    "latitude": (
        "خط العرض", "دائرة العرض", "خط عرض", "عرض جغرافیایی", "عرض جغرافيايي", "latitude", "lat", "gps latitude", "y",
    ),
    "longitude": (
        "خط الطول", "خط طول", "طول جغرافیایی", "طول جغرافيايي", "longitude", "long", "lon", "lng", "gps longitude", "x",
    ),
    "coordinates": (
        "الإحداثيات", "إحداثيات الموقع", "الموقع الجغرافي", "إحداثيات", "مختصات", "مختصات جغرافیایی", "موقعیت",
        "coordinates", "gps", "gps coordinates", "location coordinates", "lat long", "lat lon", "geo point",
    ),
    "area": (
        "المركز", "المركز الإداري", "مركز", "المنطقة", "المدينة", "المركز أو المدينة", "مدينة", "البلدية",
        "شهرستان", "شهر", "بخش", "منطقه", "area", "county", "district", "city", "town", "municipality", "locality",
        "centre", "center", "markaz",
    ),
    "area_parent": (
        "المحافظة", "محافظة", "استان", "governorate", "province", "state", "state province", "region",
    ),
    "status": (
        "الحالة", "حالة الجمعية", "الوضع", "موقف الجمعية", "وضعیت", "وضعیت فعالیت", "status", "active",
        "organization status",
    ),
    "year_incorporated": (
        "تاريخ الإشهار", "تاريخ التأسيس", "سنة التأسيس", "سنة الإشهار", "تاريخ القيد", "تاريخ التسجيل",
        "تاریخ ثبت", "تاریخ تاسیس", "سال تاسیس", "سال ثبت", "date incorporated", "year incorporated", "founded",
        "date founded", "registration date", "date of registration", "established", "year established",
    ),
}  # fmt: skip

NOT_OURS: tuple[str, ...] = (
    "م", "مسلسل", "رقم مسلسل", "الرقم", "رقم", "#", "no", "serial", "row", "ردیف", "شماره", "ملاحظات", "ملاحظة",
    "notes", "note", "remarks", "comments", "یادداشت", "ملاحظه",
    "اسم المدير", "المدير", "رئيس مجلس الإدارة", "اسم رئيس مجلس الإدارة", "المسؤول", "اسم المسؤول", "المدير التنفيذي",
    "الشخص المسؤول", "مدیر", "نام مدیر", "مدیرعامل", "نام مدیرعامل", "نام مسئول", "مسئول", "رابط", "manager",
    "manager name", "director", "contact person", "contact name", "chairman", "chairperson", "focal point",
    "الرقم القومي", "رقم الهوية", "کد ملی", "شماره ملی", "national id",
)  # fmt: skip
"""Headings close to ours that are not: running numbers, notes, and persons, whose data has no place here."""

SUBJECTS: dict[str, tuple[str, ...]] = {
    "lasting_work": (
        "تشغيل", "توظيف", "فرص عمل", "مشروعات صغيرة", "مشاريع صغيرة", "مشروعات متناهية الصغر", "قروض صغيرة",
        "تمكين اقتصادي", "التمكين الاقتصادي", "إقراض", "حرف يدوية", "أسر منتجة", "الأسر المنتجة",
        "اشتغال", "کاریابی", "خوداشتغالی", "کارآفرینی", "وام اشتغال", "مشاغل خانگی",
        "employment", "jobs", "livelihood", "livelihoods", "income generation", "microfinance", "small projects",
        "job placement",
    ),
    "housing": (
        "إسكان", "سكن", "مأوى", "إيواء", "ترميم منازل", "بناء منازل", "سكن كريم", "أسقف", "إيجار",
        "اسکان", "سرپناه", "مسکن", "ودیعه مسکن", "تعمیر منزل",
        "shelter", "housing", "rent", "home repair", "accommodation",
    ),
    "household_goods": (
        "أجهزة منزلية", "أثاث", "أدوات منزلية", "بطاطين", "أجهزة كهربائية", "تجهيز عرائس", "تجهيز العرائس", "ملابس",
        "المواد غير الغذائية", "جهیزیه", "لوازم خانه", "لوازم خانگی", "پوشاک", "پتو", "اثاث",
        "nfi", "non food items", "household items", "furniture", "blankets", "clothes", "clothing", "winterization",
    ),
    "health": (
        "صحة", "صحية", "رعاية صحية", "علاج", "طبية", "خدمات طبية", "قوافل طبية", "مستوصف", "عيادة", "عيادات", "دواء",
        "الخدمات الصحية", "خدمات التغذية", "درمان", "درمانی", "بهداشت و درمان", "پزشکی", "دارو", "سلامت", "کلینیک",
        "health", "medical", "medicine", "clinic", "healthcare", "nutrition", "treatment",
    ),
    "schooling": (
        "تعليم", "تعليمية", "محو الأمية", "محو أمية", "تعليم الكبار", "دعم دراسي", "مصاريف مدرسية", "مدارس",
        "فصول تقوية", "كفالة طالب", "طلاب العلم", "آموزش و پرورش", "سوادآموزی", "تحصیلی", "کمک تحصیلی", "تحصیل",
        "مدرسه", "education", "schooling", "school", "literacy", "tutoring", "scholarship", "scholarships",
    ),
    "food": (
        "غذاء", "إطعام", "وجبات", "سلال غذائية", "كراتين مواد غذائية", "مواد غذائية", "الأمن الغذائي", "مطبخ",
        "غذا", "تغذیه", "سبد غذایی", "بسته معیشتی", "بسته غذایی", "اطعام", "ارزاق",
        "food", "meals", "food parcels", "food security", "food baskets",
    ),
    "cash_assistance": (
        "مساعدات نقدية", "مساعدة مالية", "مساعدات مالية", "المساعدة المالية", "معاش", "إعانات", "زكاة", "كفالة يتيم",
        "كفالة أيتام", "نقد", "سداد ديون", "غارمين", "غارمات",
        "کمک مالی", "مستمری", "کمک هزینه", "وام", "زکات", "کمک های نقدی",
        "cash", "cash assistance", "financial assistance", "financial aid", "grants", "zakat",
    ),
    "training": (
        "تدريب", "تدريب مهني", "دورات تدريبية", "تأهيل مهني", "تدريب حرفي", "بناء قدرات", "خياطة",
        "آموزش فنی", "فنی و حرفه ای", "مهارت آموزی", "کارگاه آموزشی", "آموزش حرفه ای", "آموزش مهارت",
        "training", "vocational training", "skills", "capacity building", "courses",
    ),
    "disability_support": (
        "ذوي الإعاقة", "ذوي الاحتياجات الخاصة", "ذوى الهمم", "معاقين", "إعاقة", "متحدي الإعاقة", "أجهزة تعويضية",
        "تأهيل معاقين", "معلولان", "معلولیت", "توانبخشی", "توان یابان", "کم توانان",
        "disability", "disabilities", "disabled", "special needs", "rehabilitation", "assistive devices",
    ),
    "child_care": (
        "رعاية الطفل", "رعاية طفل", "طفولة", "الطفولة", "حضانة", "حضانات", "رعاية أيتام", "أيتام", "رعاية الأيتام",
        "حماية الطفل", "طفولة وأمومة", "أمومة وطفولة", "دار أيتام", "دور أيتام",
        "کودک", "کودکان", "ایتام", "مهد کودک", "مهدکودک", "کودکان کار", "حمایت از کودکان", "یتیم",
        "child care", "child protection", "children", "nursery", "orphans", "orphan care", "kindergarten",
        "child friendly spaces",
    ),
    "elderly_care": (
        "مسنين", "رعاية مسنين", "كبار السن", "رعاية كبار السن", "دار مسنين", "سالمندان", "سالمند", "سالمندی",
        "elderly", "elderly care", "older people", "old age", "aged care",
    ),
    "psychosocial": (
        "دعم نفسي", "صحة نفسية", "الصحة النفسية", "إرشاد أسري", "استشارات أسرية", "دعم اجتماعي", "إدمان",
        "الصحة النفسية و العقلية", "حماية المرأة", "مساحات آمنة", "الحماية", "خدمات الحماية",
        "مشاوره", "روانشناسی", "روان شناختی", "مددکاری", "اعتیاد", "حمایت روانی", "سلامت روان", "زنان سرپرست خانوار",
        "psychosocial", "psychosocial support", "mental health", "counselling", "counseling", "mhpss", "protection",
        "women safe spaces", "addiction", "gbv",
    ),
    "legal_aid": (
        "مساعدة قانونية", "استشارات قانونية", "دعم قانوني", "حقوق إنسان", "حقوق المرأة", "استخراج أوراق ثبوتية",
        "محامين", "حقوقی", "مشاوره حقوقی", "وکالت", "کمک حقوقی",
        "legal", "legal aid", "legal assistance", "legal advice", "human rights", "civil documentation",
    ),
    "water_sanitation": (
        "مياه", "مياه شرب", "وصلات مياه", "صرف صحي", "توصيل مياه", "بيئة ونظافة", "آبار", "المياه والصرف الصحي",
        "النظافة", "آب", "آب آشامیدنی", "فاضلاب", "آب و فاضلاب", "بهداشت محیط",
        "water", "sanitation", "wash", "water access", "hygiene", "wells",
    ),
}  # fmt: skip
"""Words for each subject, beside its own three names."""

TYPES: dict[str, tuple[str, ...]] = {
    "community": (
        "جمعية", "جمعية أهلية", "جمعية خيرية", "جمعية تنمية مجتمع", "تنمية مجتمع", "مؤسسة", "مؤسسة أهلية",
        "مؤسسة خيرية", "منظمة", "منظمة أهلية", "رابطة", "أهلية", "خيرية", "محلية", "مركز شباب", "نادي",
        "انجمن", "خیریه", "موسسه", "موسسه خیریه", "سمن", "سازمان مردم نهاد", "تشکل", "کانون", "بنیاد",
        "association", "ngo", "charity", "cbo", "community", "community based organization", "foundation",
        "non profit", "nonprofit", "civil society", "society", "club",
    ),
    "central": (
        "مركزية", "جمعية مركزية", "اتحاد", "اتحاد إقليمي", "اتحاد نوعي", "منظمة دولية", "سراسری", "اتحادیه", "شبکه",
        "سازمان بین المللی", "central", "federation", "union", "national ngo", "international ngo", "ingo",
        "un agency", "network",
    ),
    "social_unit": (
        "وحدة اجتماعية", "وحدة", "الوحدة الاجتماعية", "وحدة تضامن", "وحدة التضامن الاجتماعي", "وحدة شؤون اجتماعية",
        "مرکز مثبت زندگی", "مرکز مددکاری", "واحد اجتماعی", "مجتمع خدمات بهزیستی", "social unit", "social office",
        "social affairs unit",
    ),
    "government_agency": (
        "حكومية", "جهة حكومية", "مديرية", "إدارة", "هيئة", "هيئة حكومية", "وزارة", "مجلس مدينة", "بلدية", "محافظة",
        "اداره", "سازمان", "دولتی", "نهاد دولتی", "شهرداری", "فرمانداری", "استانداری", "وزارتخانه", "بهزیستی",
        "government", "government agency", "governmental", "ministry", "directorate", "municipality",
    ),
    "company": (
        "شركة", "قطاع خاص", "مصنع", "شرکت", "کارخانه", "بخش خصوصی",
        "company", "private", "private sector", "business", "factory", "firm",
    ),
    "cooperative": (
        "تعاونية", "جمعية تعاونية", "تعاوني", "تعاونی", "شركة تعاونية", "شرکت تعاونی",
        "cooperative", "co-operative", "coop",
    ),
    "donor": (
        "جهة مانحة", "مانح", "مانحة", "متبرع", "ممول", "جهة ممولة", "بنك", "خیر", "خیرین", "اهداکننده", "حامی مالی",
        "donor", "funder", "funding agency", "sponsor", "bank",
    ),
}  # fmt: skip

STATUSES: dict[str, tuple[str, ...]] = {
    "active": (
        "نشطة", "نشط", "عاملة", "تعمل", "قائمة", "سارية", "مفعلة", "فعال", "دایر", "دائر",
        "active", "working", "open", "yes", "نعم", "بله", "true", "1", "operational",
    ),
    "inactive": (
        "غير نشطة", "غير نشط", "متوقفة", "متوقف", "مجمدة", "مغلقة", "محلولة", "ملغاة", "لا تعمل", "غیرفعال", "غیر فعال",
        "تعطیل", "منحل", "inactive", "closed", "suspended", "dissolved", "no", "لا", "خیر", "false", "0",
    ),
}  # fmt: skip

YES: tuple[str, ...] = (
    "نعم", "اي", "أيوه", "يوجد", "متوفر", "صح", "✓", "✔", "☑", "بله", "بلی", "آری", "دارد", "هست",
    "yes", "y", "true", "1", "x", "ok",
)  # fmt: skip
NO: tuple[str, ...] = (
    "لا", "كلا", "لا يوجد", "لايوجد", "غير متوفر", "بدون", "خطأ", "✗", "✘", "☐", "خیر", "نه", "ندارد", "نیست",
    "no", "n", "false", "0", "none",
)  # fmt: skip
NOTHING: tuple[str, ...] = (
    "-", "--", "---", "—", "–", "_", ".", "..", "...", "؟", "?", "/", "n/a", "na", "nil", "null", "none", "لا يوجد",
    "لايوجد", "غير متوفر", "غير معروف", "ندارد", "نامشخص", "unknown", "tbd",
)  # fmt: skip
"""What people write in a cell that holds nothing."""

LANGUAGES: dict[str, tuple[str, ...]] = {
    "ar": ("العربية", "عربي", "عربية", "عربی", "Arabic", "ar"),
    "fa": ("الفارسية", "فارسي", "فارسی", "Persian", "Farsi", "fa"),
    "en": ("الإنجليزية", "إنجليزي", "انجليزية", "انگلیسی", "English", "en"),
    "fr": ("الفرنسية", "فرنسي", "فرانسوی", "فرانسه", "French", "fr"),
    "ku": ("الكردية", "كردي", "کردی", "Kurdish", "ku"),
    "tr": ("التركية", "تركي", "ترکی", "Turkish", "tr"),
    "az": ("آذری", "ترکی آذری", "Azerbaijani", "az"),
    "es": ("الإسبانية", "Spanish", "es"),
    "de": ("الألمانية", "آلمانی", "German", "de"),
    "it": ("الإيطالية", "ایتالیایی", "Italian", "it"),
    "tl": ("Tagalog", "tl"),
}

PHONE_KINDS: tuple[str, ...] = (
    "هاتف", "محمول", "فاكس", "رسائل نصية", "هاتف نصي", "خط ساخن", "الخط الساخن", "دورنگار", "پیامک", "تلفن متنی",
    "خط تلفن", "Fax", "Text messages", "SMS", "Textphone", "Hotline",
)  # fmt: skip
"""What stands before a number in a cell and says its kind, as in our own downloads, beside what heads its column."""

AREA_LEVELS: dict[str, tuple[str, ...]] = {
    "county": (
        "مركز ومدينة",
        "مركز",
        "مدينة",
        "قسم",
        "شهرستان",
        "markaz",
        "county",
        "district",
        "city",
        "center",
        "centre",
    ),
    "governorate": ("محافظة", "استان", "governorate", "province"),
    "locality": ("قرية", "نجع", "عزبة", "بلدة", "حي", "بخش", "روستای", "village", "town"),
}
"""Words that stand before (or, in English, after) an area's name and say its level."""

MONTHS: tuple[tuple[str, ...], ...] = (
    ("يناير", "كانون الثاني", "جانفي", "january", "jan", "ژانویه"),
    ("فبراير", "شباط", "فيفري", "february", "feb", "فوریه"),
    ("مارس", "آذار", "march", "mar"),
    ("أبريل", "ابريل", "نيسان", "april", "apr", "آوریل"),
    ("مايو", "أيار", "ماي", "may", "مه"),
    ("يونيو", "يونيه", "حزيران", "june", "jun", "ژوئن"),
    ("يوليو", "يوليه", "تموز", "july", "jul", "ژوئیه"),
    ("أغسطس", "آب", "august", "aug", "اوت"),
    ("سبتمبر", "أيلول", "september", "sep", "sept", "سپتامبر"),
    ("أكتوبر", "تشرين الأول", "october", "oct", "اکتبر"),
    ("نوفمبر", "تشرين الثاني", "november", "nov", "نوامبر"),
    ("ديسمبر", "كانون الأول", "december", "dec", "دسامبر"),
)
"""Months of the common calendar, January first."""

PERSIAN_MONTHS: tuple[str, ...] = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip

REGISTRATION: tuple[str, ...] = ("إشهار", "قيد", "تسجيل", "ترخيص", "ثبت", "registration", "registered")
"""What stands in the name of a column whose dates are those of a registration, not of a founding."""
