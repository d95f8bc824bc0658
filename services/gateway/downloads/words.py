"""Word files and pages in three languages: headings, types, units; and name areas and subjects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from contracts.registry import LANGUAGES
from contracts.subjects import SUBJECTS

RIGHT_TO_LEFT = frozenset({"ar", "fa"})

Json = dict[str, Any]
Part = TypeVar("Part")
Areas = Mapping[str, Json]
"""Areas by their codes, each with its ``names`` and ``level``."""
Terms = Mapping[str, Json]
"""Terms of the node's own by their codes, each with its ``names`` and whether it is ``retired``."""

WORDS: dict[str, tuple[str, str, str]] = {
    # headings, in the order of LANGUAGES
    "id": ("المعرّف", "شناسه", "Id"),
    "name": ("الاسم", "نام", "Name"),
    "alternate_name": ("اسم آخر", "نام دیگر", "Other name"),
    "organization_type": ("نوع المنظمة", "نوع سازمان", "Type"),
    "country": ("الدولة", "کشور", "Country"),
    "governorate": ("المحافظة", "استان", "Governorate"),
    "county": ("المركز", "شهرستان", "County"),
    "locality": ("القرية أو الحي", "روستا یا محله", "Locality"),
    "address": ("العنوان", "نشانی", "Address"),
    "latitude": ("خط العرض", "عرض جغرافیایی", "Latitude"),
    "longitude": ("خط الطول", "طول جغرافیایی", "Longitude"),
    "phones": ("الهواتف", "تلفن‌ها", "Telephones"),
    "email": ("البريد الإلكتروني", "رایانامه", "E-mail"),
    "website": ("الموقع الإلكتروني", "وب‌گاه", "Website"),
    "members_count": ("الأعضاء", "اعضا", "Members"),
    "capabilities": ("المساعدة المقدَّمة", "کمک‌ها", "Help offered"),
    "terms": ("أنواع المساعدة بالتحديد", "گونه‌های کمک", "Kinds of help"),
    "international_cooperation": ("تعاون دولي", "همکاری بین‌المللی", "International cooperation"),
    "cooperations": ("الشركاء الدوليون", "همکاران بین‌المللی", "International partners"),
    "status_since": ("الحالة منذ", "وضعیت از", "Status since"),
    "last_modified": ("آخر تعديل (UTC)", "آخرین تغییر (UTC)", "Last modified (UTC)"),
    # files
    "organizations": ("المنظمات", "سازمان‌ها", "Organizations"),
    "separator": ("؛ ", "؛ ", "; "),
    "yes": ("نعم", "بله", "yes"),
    "no": ("لا", "خیر", "no"),
    # pages
    "brand": ("تشبيك", "تشبیک", "Tashbik"),
    "pages": ("صفحات", "صفحه‌ها", "Pages"),
    "map": ("خريطة المنظمات", "نقشهٔ سازمان‌ها", "Map of organizations"),
    "on_map": ("عرضها على الخريطة", "نمایش روی نقشه", "Show on the map"),
    "language": ("اللغة", "زبان", "Language"),
    "inactive": ("غير نشطة حاليًا", "اکنون فعال نیست", "Not active at present"),
    "unstated": ("السعة غير مذكورة", "ظرفیت اعلام نشده", "Capacity not stated"),
    "contact": ("التواصل", "تماس", "Contact"),
    "contacts": ("جهات الاتصال", "افراد و دفترهای پاسخ‌گو", "People and offices to contact"),
    "places": ("الأماكن", "مکان‌ها", "Places"),
    "transportation": ("كيف تصل إليه", "راه رسیدن", "How to get there"),
    "accessibility": ("لذوي الإعاقة", "برای افراد دارای معلولیت", "For people with disabilities"),
    "about": ("عن المنظمة", "دربارهٔ سازمان", "About"),
    "area": ("المنطقة", "منطقه", "Area"),
    "year_incorporated": ("سنة التأسيس", "سال تأسیس", "Founded"),
    "parent_organization_id": ("تتبع", "بخشی از", "Part of"),
    "member_of": ("عضو في", "عضو", "Member of"),
    "valid_from": ("من", "از", "From"),
    "valid_to": ("حتى", "تا", "To"),
    "assured_date": ("آخر مراجعة للسجل", "آخرین بازبینی", "Last looked over"),
    "changed": ("آخر تعديل للسجل", "آخرین تغییر", "Last changed"),
    "as_data": ("هذه الصفحة كبيانات", "این صفحه به‌صورت داده", "This page as data"),
    # the list
    "list": ("قائمة المنظمات", "فهرست سازمان‌ها", "List of organizations"),
    "q": ("كلمات من الاسم أو الوصف", "واژه‌هایی از نام یا شرح", "Words of the name or description"),
    "subject": ("المساعدة", "کمک", "Help"),
    "any": ("الكل", "همه", "Any"),
    "search_in": ("البحث في", "جستجو در", "Search in"),
    "search": ("بحث", "جستجو", "Search"),
    "found": ("عدد المنظمات", "شمار سازمان‌ها", "Organizations"),
    "more_than": ("أكثر من", "بیش از", "more than"),
    "nothing_found": ("لا توجد منظمات بهذه الشروط.", "سازمانی با این شرط‌ها نیست.", "No organization is like this."),
    "ask_less": (
        "احذف بعض الكلمات أو الشروط وابحث من جديد.",
        "بعضی واژه‌ها یا شرط‌ها را بردارید و دوباره بجویید.",
        "Leave out some words or choices and search again.",
    ),
    "not_understood": ("لم نفهم ما ورد في:", "این بخش‌ها فهمیده نشد:", "This was not understood:"),
    "place_in_list": ("الموضع في القائمة", "جای صفحه در فهرست", "the place in the list"),
    "too_long": ("بحث يطول كثيرًا", "جستجویی که به درازا می‌کشد", "a search that takes too long"),
    "min_members": ("الأعضاء على الأقل", "کمترین شمار اعضا", "Members at least"),
    "min_capacity": ("الأسر على الأقل", "کمترین شمار خانواده‌ها", "Families at least"),
    "pages_of_list": ("صفحات القائمة", "صفحه‌های فهرست", "Pages of the list"),
    "first_page": ("الصفحة الأولى", "صفحهٔ نخست", "First page"),
    "page_before": ("الصفحة السابقة", "صفحهٔ پیش", "Previous page"),
    "page_after": ("الصفحة التالية", "صفحهٔ بعد", "Next page"),
    # code lists
    "type.community": ("جمعية أهلية", "انجمن مردمی", "Community association"),
    "type.central": ("جمعية مركزية", "انجمن مرکزی", "Central association"),
    "type.social_unit": ("وحدة اجتماعية", "واحد اجتماعی", "Social unit"),
    "type.government_agency": ("جهة حكومية", "نهاد دولتی", "Government agency"),
    "type.company": ("شركة", "شرکت", "Company"),
    "type.donor": ("جهة مانحة", "حامی مالی", "Donor"),
    "type.cooperative": ("جمعية تعاونية", "تعاونی", "Cooperative"),
    "phone.voice": ("هاتف", "تلفن", "Telephone"),
    "phone.cell": ("محمول", "همراه", "Mobile"),
    "phone.fax": ("فاكس", "دورنگار", "Fax"),
    "phone.sms": ("رسائل نصية", "پیامک", "Text messages"),
    "phone.textphone": ("هاتف نصي", "تلفن متنی", "Textphone"),
    "unit.families": ("أسرة", "خانواده", "families"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """Word things in one language; what has no word in it stays as it is."""

    language: str
    areas: Areas
    terms: Terms = field(default_factory=dict)

    @property
    def right_to_left(self) -> bool:
        """Tell in which direction the language is written."""
        return self.language in RIGHT_TO_LEFT

    def word(self, key: str) -> str:
        """Return the word of a key. Raises ``KeyError`` where there is none."""
        return WORDS[key][LANGUAGES.index(self.language)]

    def term(self, codes: str, code: str) -> str:
        """Return the word for a code of a list of codes, or the code."""
        return self.word(f"{codes}.{code}") if f"{codes}.{code}" in WORDS else code

    def subject(self, code: str) -> str:
        """Return the name of a subject, or of a term of the node's own below one; its code where it is not known."""
        if code in SUBJECTS:
            return str(getattr(SUBJECTS[code], self.language))
        return str(self.terms[code]["names"][self.language]) if code in self.terms else code

    def area(self, code: str) -> str:
        """Return the name of an area: in the language, or else in another; its code where it is not known."""
        names = self.areas[code]["names"] if code in self.areas else {}
        return names.get(self.language) or next(filter(None, names.values()), code)

    def listed(self, worded: Callable[[Part], str], parts: Iterable[Part]) -> str:
        """Return the words for several parts as one text."""
        return self.word("separator").join(map(worded, parts))

    def capability(self, capability: Json) -> str:
        """Return a subject with how much of it there is: ``Health: 40 families``."""
        subject, capacity = self.subject(capability["subject"]), self.capacity(capability)
        return f"{subject}: {capacity}" if capacity else subject

    def capacity(self, capability: Json) -> str:
        """Return how much there is of a capability: ``40 families``; empty where nobody has said it."""
        if capability["capacity"] is None:
            return ""
        return f"{capability['capacity']} {self.term('unit', capability['unit'])}"

    def phone(self, phone: Json) -> str:
        """Return a number behind its kind: ``Telephone +20965331234``, so that no spreadsheet takes it for a sum."""
        return f"{self.term('phone', phone['type'])} {phone['number']}"

    def cooperation(self, cooperation: Json) -> str:
        """Return a partner with its country, programme and days, as far as they are known."""
        country = f" ({cooperation['country']})" if cooperation["country"] else ""
        programme = f": {cooperation['programme']}" if cooperation["programme"] else ""
        days = f" {cooperation['valid_from']}/{cooperation['valid_to']}".removesuffix(" /")
        return f"{cooperation['partner']}{country}{programme}{days}"
