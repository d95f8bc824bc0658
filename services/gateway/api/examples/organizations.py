"""Show organizations of the register and the directory."""

from __future__ import annotations

from services.gateway.api.examples.case import ACCEPTED, AREAS, ORGANIZATION_ID, REGISTERED, Json

NEW_ORGANIZATION: Json = {
    "name": "جمعية الإحسان الخيرية بقنا",
    "organization_type": "community",
    "description": "علاج شهري ومستلزمات منزلية للأسر الأولى بالرعاية.",
    "email": "info@ehsan-qena.example",
    "phones": [{"number": "096 5331234", "extension": 12, "type": "voice", "description": "الاستقبال"}],
    "identifiers": [
        {"identifier_scheme": "eg.moss.registration", "identifier": "1234/2009", "valid_from": "2009-05-12"}
    ],
    "languages": ["ar"],
    "year_incorporated": 2009,
    "members_count": 120,
    "international_cooperation": True,
    "cooperations": [{"partner": "UNICEF", "programme": "رعاية الأطفال", "valid_from": "2025-01-01"}],
    "capabilities": [{"subject": "health", "capacity": 40}],
    "locations": [
        {
            "name": "المقر",
            "address": "شارع الجميل، قنا",
            "transportation": "محطة قنا، خمس دقائق سيرا",
            "accessibility": [{"description": "منحدر عند المدخل"}],
            "latitude": 26.164,
            "longitude": 32.727,
        }
    ],
    "area": "EG2901",
}
ORGANIZATION: Json = {
    "id": ORGANIZATION_ID,
    "version": 1,
    **NEW_ORGANIZATION,
    "alternate_name": "",
    "website": "",
    "phones": [{"number": "+20965331234", "extension": 12, "type": "voice", "description": "الاستقبال"}],
    "cooperations": [
        {
            "partner": "UNICEF",
            "country": "",
            "programme": "رعاية الأطفال",
            "valid_from": "2025-01-01",
            "valid_to": "",
            "approval_number": "",
        }
    ],
    "accreditations": [],
    "members_by_year": [],
    "parent_organization_id": "",
    "member_of": [],
    "capabilities": [{"subject": "health", "capacity": 40, "unit": "families"}],
    "locations": [
        {
            "id": "01932f6e-8a00-7c21-9d5e-2f64b0a9c112",
            "name": "المقر",
            "alternate_name": "",
            "description": "",
            "transportation": "محطة قنا، خمس دقائق سيرا",
            "location_type": "physical",
            "url": "",
            "external_identifier": "",
            "external_identifier_type": "",
            "address": "شارع الجميل، قنا",
            "addresses": [],
            "accessibility": [
                {
                    "id": "5ccb92d3-5b13-5d08-90ab-1f6b9c7f9a01",
                    "description": "منحدر عند المدخل",
                    "details": "",
                    "url": "",
                    "attributes": [],
                }
            ],
            "languages": [],
            "phones": [],
            "contacts": [],
            "schedules": [],
            "attributes": [],
            "latitude": 26.164,
            "longitude": 32.727,
            "area": "EG2901",
            "areas": AREAS,
            "outside_area": False,
            "last_modified": "",
        }
    ],
    "areas": AREAS,
    "status": "active",
    "status_since": "",
    "legal_status": "",
    "tax_status": "",
    "assured_date": "",
    "assurer_email": "",
    "additional_websites": [],
    "contacts": [],
    "programs": [],
    "funding": [],
    "attributes": [],
    "logo": "",
    "uri": "",
    "last_modified": REGISTERED,
}
ORGANIZATIONS: Json = {"items": [ORGANIZATION], "next": ""}
ORGANIZATION_CHANGE: Json = {"members_count": 135, "capabilities": [{"subject": "health", "capacity": 60}]}
REMOVED: Json = {"id": ORGANIZATION_ID, "version": 2, "removed": True}
HISTORY: Json = {
    "items": [
        {
            "version": 2,
            "last_action_date": ACCEPTED,
            "last_action_type": "update",
            "updated_by": "officer:officer-qena",
            "operation": "registry.change_organization",
            "source": "",
            "import_id": "",
            "changes": [
                {
                    "resource_type": "organization",
                    "resource_id": ORGANIZATION_ID,
                    "field_name": "members_count",
                    "previous_value": 120,
                    "replacement_value": 135,
                },
                {
                    "resource_type": "organization",
                    "resource_id": ORGANIZATION_ID,
                    "field_name": "capabilities",
                    "previous_value": [{"subject": "health", "capacity": 40, "unit": "families"}],
                    "replacement_value": [{"subject": "health", "capacity": 60, "unit": "families"}],
                },
                {
                    "resource_type": "location",
                    "resource_id": "01932f6e-8a00-7c21-9d5e-2f64b0a9c112",
                    "field_name": "transportation",
                    "previous_value": "",
                    "replacement_value": "موقف سيارات الأجرة أمام الباب.",
                },
            ],
        },
        {
            "version": 1,
            "last_action_date": REGISTERED,
            "last_action_type": "create",
            "updated_by": "operator:operator-qena",
            "operation": "registry.put_organizations",
            "source": "moss-qena",
            "import_id": "01932f6e-1000-7a01-8e44-0a1b2c3d4e5f",
            "changes": [],
        },
    ],
    "next": "",
}
PUBLIC_ORGANIZATION: Json = {**ORGANIZATION, "activity": {"referrals_accepted": 10, "referrals_completed": None}}
PUBLIC_ORGANIZATIONS: Json = {"items": [PUBLIC_ORGANIZATION], "next": "WyLYp9mE2KfYrdiz2KfZhiIsIjAxOTMiXQ"}
POINTS: Json = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": ORGANIZATION_ID,
            "geometry": {"type": "Point", "coordinates": [32.727, 26.164]},
            "properties": {
                "id": ORGANIZATION_ID,
                "name": "جمعية الإحسان الخيرية بقنا",
                "organization_type": "community",
                "subjects": ["health"],
                "terms": ["health.dialysis"],
                "international_cooperation": True,
                "area": "EG2901",
            },
        }
    ],
}
