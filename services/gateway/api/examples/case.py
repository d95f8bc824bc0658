"""Name the records of the one case that the examples tell, and when things happened in it."""

from __future__ import annotations

from typing import Any

ORGANIZATION_ID = "01932f6e-8a00-7c21-9d5e-2f64b0a9c111"
ONWARD_ID = "01932f6e-8a00-7c21-9d5e-2f64b0a9c222"
FAMILY_ID = "01932f70-1200-7d3a-8b11-6a0c5e7f0001"
MEMBER_ID = "01932f70-1200-7d3a-8b11-6a0c5e7f0002"
CONSENT_ID = "01932f70-1200-7d3a-8b11-6a0c5e7f0003"
NEED_ID = "01932f72-5600-7aa0-a1b2-c3d4e5f60001"
REFERRAL_ID = "01932f73-9a00-7b55-9c0d-1e2f3a4b0001"
MESSAGE_ID = "01932f74-0c00-7e10-8d2f-5b6a7c8d0001"
AREAS = ["EG", "EG29", "EG2901"]
REGISTERED, SENT, ACCEPTED = "2026-11-02T08:15:00Z", "2026-11-02T08:30:00Z", "2026-11-03T07:05:00Z"

Json = dict[str, Any]
