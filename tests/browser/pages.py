"""Read the directory, and what the page shows of it."""

from __future__ import annotations

import json
from collections import Counter
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from playwright.sync_api import Locator, Page, expect

DIGITS = {"ar": "٠١٢٣٤٥٦٧٨٩", "fa": "۰۱۲۳۴۵۶۷۸۹", "en": "0123456789"}
LONG_WORD = 5
SHOWN_AT_FIRST = 60
NO_WEBGL = "HTMLCanvasElement.prototype.getContext = () => null"
TILES = "**/tiles/organizations/**"


class Directory:
    """Ask the gateway what the page should show."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def get(self, path: str, **asked: str) -> Any:
        """Return what the gateway answers."""
        with urlopen(f"{self.base_url}{path}?{urlencode(asked)}", timeout=20) as answer:
            return json.load(answer)

    def places(self, **asked: str) -> list[dict[str, Any]]:
        """Return the map's properties of the organizations that have a place on it."""
        features = self.get("organizations.geojson", **asked)["features"]
        return [feature["properties"] for feature in features]

    def organization(self, id_: str) -> dict[str, Any]:
        """Return the public record of an organization."""
        return self.get(f"organizations/{id_}")

    @cached_property
    def all(self) -> list[dict[str, Any]]:
        """Return every organization on the map."""
        return self.places()

    @cached_property
    def subject(self) -> str:
        """Return the kind of help that most organizations offer."""
        return _commonest(subject for place in self.all for subject in place["subjects"])

    @cached_property
    def terms(self) -> dict[str, dict[str, Any]]:
        """Return the terms of the node's own that are borne, by their codes."""
        known = {one["code"]: one for subject in self.get("subjects")["items"] for one in subject["terms"]}
        return {code: known[code] for place in self.all for code in place["terms"]}

    @cached_property
    def offered(self) -> list[dict[str, Any]]:
        """Return the subjects, and those terms of the node's own below them that are on offer."""
        subjects = self.get("subjects")["items"]
        return [*subjects, *(one for subject in subjects for one in subject["terms"] if not one["retired"])]

    @cached_property
    def area(self) -> str:
        """Return the area that most organizations are in."""
        return _commonest(place["area"] for place in self.all)

    @cached_property
    def type(self) -> str:
        """Return the type that most organizations have."""
        return _commonest(place["organization_type"] for place in self.all)

    @cached_property
    def word(self) -> str:
        """Return a word from the name of some organization, but not of all."""
        words = Counter(word for place in self.all for word in set(place["name"].split()) if len(word) >= LONG_WORD)
        return next(word for word, count in words.most_common() if count <= len(self.all) / 4)


def _commonest(values: Any) -> str:
    return Counter(values).most_common(1)[0][0]


def settled(page: Page) -> Page:
    """Return the page once the list is filled and the map is drawn, or has said that it cannot be."""
    expect(page.locator("#list")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".map-canvas canvas, .leaflet-container, .map-missing").first).to_be_attached()
    expect(page.locator(".legend .outline, .map-missing").first).to_be_attached()
    expect(page.locator("#list")).to_have_attribute("aria-busy", "false")  # a map that has come narrows the list
    return page


def listed(page: Page) -> set[str]:
    """Return the ids of the organizations that the list shows."""
    return set(page.locator(".place").evaluate_all("places => places.map((place) => place.dataset.id)"))


def show_all(page: Page) -> set[str]:
    """Return the ids of all organizations of the list, however long it is."""
    while (more := page.get_by_role("button", name="Show more")).count():
        more.click()
    return listed(page)


def markers(page: Page) -> int:
    """Return how many organizations the map's clusters and single markers stand for."""
    clusters = page.locator(".cluster span").all_inner_texts()
    singles = page.locator(".dot, .selected").count()
    return singles + sum(int(number(text)) for text in clusters)


def number(text: str) -> str:
    """Return the digits of a text as 0-9."""
    return "".join(str(int(letter)) for letter in text if letter.isdigit())


def in_digits_of(lang: str, count: int) -> str:
    """Return a small number as a language writes it."""
    return "".join(DIGITS[lang][int(digit)] for digit in str(count))


def place(page: Page, id_: str) -> Locator:
    """Find an organization in the list."""
    return page.locator(f'.place[data-id="{id_}"]')


def heading(page: Page) -> Locator:
    """Find the heading of the details."""
    return page.locator("#detail-name")
