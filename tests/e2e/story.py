"""Play the main job once: a family is referred, rejected, referred to the next, and helped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.e2e.client import Client, Json
from tests.e2e.people import WORDS
from tests.e2e.world import COUNTY, World, soon

SUBJECT = "lasting_work"


@dataclass
class Story:
    """Hold what each step answered, and what was received for it."""

    family: Json = field(default_factory=dict)
    need: Json = field(default_factory=dict)
    first_proposals: Json = field(default_factory=dict)
    second_proposals: Json = field(default_factory=dict)
    rejected: Json = field(default_factory=dict)
    completed: Json = field(default_factory=dict)
    mail: Json = field(default_factory=dict)
    recipient_while_open: Any = None
    texts: dict[str, str] = field(default_factory=dict)
    agency: Client | None = None

    @property
    def helper(self) -> str:
        """Return the name of the agency that helped."""
        return str(self.second_proposals["proposed"][0]["name"])


def played(world: World) -> Story:
    """Play it."""
    story = Story(world.family(COUNTY))
    story.need = world.need(story.family, SUBJECT)
    _try_first(world, story)
    _try_next(world, story)
    return story


def _try_first(world: World, story: Story) -> None:
    story.first_proposals = world.worker.get(f"/needs/{story.need['id']}/proposals")
    first = story.first_proposals["proposed"][0]["organization"]
    address = world.operator.get(f"/register/organizations/{first}")["email"]
    seen = len(world.mails(address))
    sent = _refer(world, story, first, "referred")
    soon(lambda: len(world.mails(address)) > seen, "the agency's mail")
    story.mail = world.mails(address)[seen]
    _move(world, story, world.association(first), f"/referrals/{sent['id']}/reject", {"reason": WORDS["rejection"]})
    story.rejected = world.worker.get(f"/referrals/{sent['id']}")


def _try_next(world: World, story: Story) -> None:
    story.second_proposals = world.worker.get(f"/needs/{story.need['id']}/proposals")
    following = story.second_proposals["proposed"][0]["organization"]
    story.agency = world.association(following)
    sent = _refer(world, story, following, "referred again")
    path = f"/referrals/{sent['id']}"
    _move(world, story, story.agency, f"{path}/accept")
    story.recipient_while_open = story.agency.get(path)["recipient"]
    story.agency.post(f"{path}/report-service", {"description": WORDS["service"], "quantity": 3})
    _move(world, story, story.agency, f"{path}/complete", {"outcome": "successful"})
    story.completed = world.worker.get(path)


def _refer(world: World, story: Story, organization: str, step: str) -> Json:
    asked = {"need": story.need["id"], "organization": organization, "note": WORDS["note"]}
    sent, story.texts[step] = world.text_after(story.family, lambda: world.worker.post("/referrals", asked))
    return dict(sent)


def _move(world: World, story: Story, agency: Client, path: str, body: Json | None = None) -> None:
    """Let an agency make the move that the path ends with."""
    _, story.texts[path.rpartition("/")[2]] = world.text_after(story.family, lambda: agency.post(path, body))
