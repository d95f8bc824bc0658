"""Stand in for the owners of public records: page through what a test has written into their databases."""

from __future__ import annotations

from typing import Any

from chassis.mongo import Mongo
from chassis.outbox import Relay
from chassis.rpc import Call, Rpc
from contracts.referrals import EVENTS, PAGE_FAMILIES, PAGE_NEEDS, PAGE_REFERRALS
from contracts.registry import PAGE_AREAS, PAGE_ORGANIZATIONS, PAGE_SERVICES, PAGE_TERMS


class Referrals:
    """Answer the calls that a rebuild makes, no families or needs, and publish what a test has put into the outbox."""

    name = "referrals"
    mongo = Mongo({"states": ()})
    rpc = Rpc()
    relay = Relay(EVENTS)

    @rpc(PAGE_REFERRALS)
    def page_referrals(self, call: Call) -> dict[str, Any]:
        """Return all states in one page."""
        return {"items": [one["state"] for one in self.mongo["states"].find().sort("_id", 1)], "next": ""}

    @rpc(PAGE_FAMILIES)
    def page_families(self, call: Call) -> dict[str, Any]:
        """Return an empty page."""
        return {"items": [], "next": ""}

    @rpc(PAGE_NEEDS)
    def page_needs(self, call: Call) -> dict[str, Any]:
        """Return an empty page."""
        return {"items": [], "next": ""}


class Registry:
    """Answer the calls that a rebuild makes: no areas or services, and organizations two a page, to take its time."""

    name = "registry"
    mongo = Mongo({"records": ()})
    rpc = Rpc()

    @rpc(PAGE_AREAS)
    def page_areas(self, call: Call) -> dict[str, Any]:
        """Return an empty page."""
        return {"items": [], "next": ""}

    @rpc(PAGE_TERMS)
    def page_terms(self, call: Call) -> dict[str, Any]:
        """Return an empty page."""
        return {"items": [], "next": ""}

    @rpc(PAGE_SERVICES)
    def page_services(self, call: Call) -> dict[str, Any]:
        """Return an empty page."""
        return {"items": [], "next": ""}

    @rpc(PAGE_ORGANIZATIONS)
    def page_organizations(self, call: Call) -> dict[str, Any]:
        """Return the next two records."""
        found = self.mongo["records"].find({"_id": {"$gt": call.request["after"]}}).sort("_id", 1).limit(2)
        items = [one["record"] for one in found]
        return {"items": items, "next": items[-1]["id"] if items else ""}
