"""Make families that nobody is, and remember every personal value of them, to look for it where it must not be."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

GIVEN = {"ar": ("زمردة", "شيماخاتون"), "fa": ("گلنارخاتون", "شهربانوک"), "en": ("Philippina", "Theodosina")}
SURNAME = {"ar": "الطهطاوينية", "fa": "سیستانچیان", "en": "Quackenbosh"}
STREET = {"ar": "درب الخيامية القديم", "fa": "کوچه آسیاب‌سنگی", "en": "Lantern-makers Yard"}
WORDS = {
    "note": "تعول ثلاثة أفراد وتجيد حياكة السجاد",
    "rejection": "ورشتنا مغلقة للترميم هذا الشهر",
    "service": "تدريب ثلاثة أيام على نول الحياكة",
}
"""What case worker and agency write about a family."""

Json = dict[str, Any]


@dataclass
class People:
    """Give families one after the other. Every run has numbers of its own, so that a node may be used by many runs."""

    names: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    national_ids: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    _run: int = field(default_factory=lambda: secrets.randbelow(9000) + 1000)
    _count: int = 0

    def family(self, area: str, language: str = "ar", **changes: Any) -> Json:
        """Return a request to register a family of a mother and a child, with both consents."""
        self._count += 1
        mother, child = GIVEN[language]
        phone = f"+2010{self._run:04}{self._count:04}"
        national_id = f"2{self._run % 40 + 60}0315" + "27" + f"{self._run % 100:02}{self._count:03}"
        address = f"{STREET[language]} {self._run}{self._count:03}"
        self.names |= {mother, child, SURNAME[language]}
        self.phones.add(phone)
        self.national_ids.add(national_id)
        self.addresses.add(address)
        return {
            "area": area,
            "address": address,
            "phone": phone,
            "language": language,
            "household": {"size": 2, "dwelling": "rented"},
            "members": [
                {
                    "given_name": mother,
                    "family_name": SURNAME[language],
                    "sex": "female",
                    "birth_date": "1988-03-15",
                    "relationship": "head",
                    "national_id": national_id,
                },
                {"given_name": child, "family_name": SURNAME[language], "relationship": "child"},
            ],
            "consents": [{"purpose": "referral"}, {"purpose": "messages"}],
            **changes,
        }

    @property
    def numbers(self) -> set[str]:
        """Return the digits of every phone and national id: no log or event may hold them in any writing."""
        return {phone.removeprefix("+20") for phone in self.phones} | self.national_ids
