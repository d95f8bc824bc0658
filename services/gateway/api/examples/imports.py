"""Show imports, and rows that were rejected."""

from __future__ import annotations

from services.gateway.api.examples.case import REGISTERED, Json

IMPORT: Json = {
    "id": "01932f90-0000-7000-8000-000000000001",
    "version": 1,
    "filename": "associations.xlsx",
    "size": 48213,
    "status": "received",
    "dry_run": False,
    "language": "ar",
    "mapping": None,
    "mapping_given": False,
    "columns": [],
    "total": 0,
    "counts": {"created": 0, "updated": 0, "unchanged": 0, "rejected": 0, "warned": 0},
    "failure": None,
    "created_by": "01932f60-0000-7000-8000-000000000001",
    "created_at": REGISTERED,
    "finished_at": None,
}
IMPORTS: Json = {"items": [IMPORT], "next": ""}
REJECTIONS: Json = {
    "items": [
        {
            "row": 17,
            "rejected": True,
            "problems": [
                {
                    "field": "area",
                    "code": "unknown_area",
                    "message": {
                        "ar": "لا توجد منطقة بهذا الرمز أو الاسم.",
                        "fa": "منطقه‌ای با این کد یا نام نیست.",
                        "en": "There is no area of this code or name.",
                    },
                    "column": "المركز",
                    "value": "قناا",
                    "severity": "error",
                }
            ],
        }
    ],
    "next": "",
}
