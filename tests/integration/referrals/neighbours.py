"""Stand in for the registry: agencies and areas of Qena, answered as its contracts say."""

from __future__ import annotations

from typing import Any

from chassis.errors import NotFound
from contracts.envelope import RpcContract
from contracts.registry import FIND_AGENCIES, GET_AGENCY, GET_AREA

AREAS = {
    "EG29": ("governorate", ["EG", "EG29"]),
    "EG2901": ("county", ["EG", "EG29", "EG2901"]),
    "EG290101": ("locality", ["EG", "EG29", "EG2901", "EG290101"]),
    "EG2904": ("county", ["EG", "EG29", "EG2904"]),
}


def an_agency(organization: str, name: str, **fields: Any) -> dict[str, Any]:
    """Return an agency as ``registry.get_agency`` answers it."""
    known = {
        "id": organization,
        "name": name,
        "email": f"{organization}@example.org",
        "phones": [{"number": "+20965331234", "type": "voice"}],
        "languages": ["ar"],
        "area": "EG2901",
        "areas": AREAS["EG2901"][1],
        "status": "active",
        "capabilities": [{"subject": "household_goods", "capacity": 2, "unit": "families"}],
    }
    return known | fields


AGENCIES = (
    an_agency("ihsan", "جمعية الإحسان"),
    an_agency("rahma", "جمعية الرحمة", languages=["ar", "en"]),
    an_agency("nour", "جمعية النور", status="inactive"),
    an_agency("tibb", "مركز الطب", capabilities=[{"subject": "health", "capacity": None, "unit": "families"}]),
    an_agency("qus", "جمعية قوص", area="EG2904", areas=AREAS["EG2904"][1], email=""),
)
METRES = {"ihsan": 1_200, "rahma": 3_400, "qus": 29_000}
CENTRES = {"EG2901": [32.727, 26.164], "EG290101": [32.74, 26.18]}


class FakeRegistry:
    """Answer calls as the registry would; every answer fits its contract."""

    def __init__(self) -> None:
        """Start with the agencies above."""
        self.agencies = {agency["id"]: agency for agency in AGENCIES}
        self.centres = dict(CENTRES)
        self.asked: list[str] = []
        self.points: list[list[float] | None] = []

    def call(self, contract: RpcContract, request: dict[str, Any]) -> Any:
        """Answer one call, or raise :class:`NotFound`."""
        self.asked.append(contract.method)
        contract.request().load(request)
        answer = {GET_AGENCY: self.agency, GET_AREA: self.area, FIND_AGENCIES: self.find}[contract](request)
        assert contract.response is not None
        assert not contract.response().validate(answer)
        return answer

    def agency(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer ``get_agency``."""
        if request["id"] not in self.agencies:
            raise NotFound("There is no such organization.")
        return self.agencies[request["id"]]

    def area(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer ``get_area``."""
        if request["id"] not in AREAS:
            raise NotFound("There is no such area.")
        level, path = AREAS[request["id"]]
        return {
            "id": request["id"],
            "version": 1,
            "parent": path[-2],
            "level": level,
            "names": {"ar": "قنا", "fa": "", "en": "Qena"},
            "path": path,
            "outline": None,
            "schematic": True,
            "centre": self.centres.get(request["id"]),
            "aliases": [],
            "valid_from": "",
            "valid_to": "",
        }

    def find(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer ``find_agencies``."""
        self.points.append(request["point"])
        found, others = [], []
        for agency in self.agencies.values():
            capacity = {one["subject"]: one["capacity"] for one in agency["capabilities"]}
            metres = METRES.get(agency["id"], 900) if request["point"] else None
            if agency["status"] != "active" or request["subject"] not in capacity:
                reason = "inactive" if agency["status"] != "active" else "no_capability"
                others.append({"id": agency["id"], "name": agency["name"], "reason": reason, "distance_m": metres})
                continue
            known = {name: agency[name] for name in ("id", "name", "area", "areas", "languages")}
            found.append(known | {"distance_m": metres, "capacity": capacity[request["subject"]]})
        return {"agencies": found, "others": others}
