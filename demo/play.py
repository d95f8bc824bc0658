"""Play the main job on a running node, for real: ``python -m demo.play``.

A directorate's spreadsheet comes in; a family is registered with a need and its consent; agencies are proposed; one
rejects, the next accepts and sees it through; one does not answer and is escalated. Every step is an HTTP request of a
client with its own role, and every message is printed as the SMSC and the mail server received it. Playing it again on
the same node adds another case; it changes nothing of what is there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chassis import rpc_client
from cli.areas import put, read_areas
from cli.context import Context, quiet_logs
from cli.explained import Explained
from cli.imports import rejections
from cli.imports import run as run_import
from cli.node import Node
from cli.process import wait_until
from cli.running import given, show_addresses, start
from contracts.policy import Role
from contracts.text import fold
from demo import cast
from demo.stage import Stage
from demo.timeline import Timeline

DATA = Path(__file__).resolve().parent / "data"
AREAS = DATA / "qena-areas.geojson"
SPREADSHEET = DATA / "qena-associations.xlsx"
ANSWER_SECONDS = "20"
USUAL_SECONDS = str(72 * 3600)
WAIT = 60.0
SHOWN = 6
PAGE = 200

Record = dict[str, Any]


class Play:
    """Act the story on a stage, and keep what the next step needs."""

    def __init__(self, stage: Stage, timeline: Timeline, context: Context) -> None:
        """Take the stage; nothing has happened yet."""
        self.stage = stage
        self.line = timeline
        self.context = context
        self.operator = stage.client("Demo operator", Role.OPERATOR)

    def run(self) -> None:
        """Play everything in order."""
        self.load_areas()
        self.import_associations()
        self.join_networks()
        self.register_family()
        need = self.register_need(cast.NEED)
        proposed = self.propose(need)
        self.refer(need, proposed[0])
        self.reject(proposed[0])
        self.refer(need, self.propose(need)[0])
        self.see_through()
        self.leave_unanswered(self.register_need(cast.SECOND_NEED))
        self.show_history()
        self.show_public()

    # The directorate's data

    def load_areas(self) -> None:
        """Load the area tree."""
        self.line.act(1, "The directorate and its associations")
        client = rpc_client.connect(self.stage.node.config, "cli")
        try:
            outcomes = put(client, read_areas(AREAS))
        finally:
            client.stop()
        wait_until(lambda: len(self.operator.get("/areas")["items"]) >= sum(outcomes.values()), "the areas", WAIT)
        self.line.say("operator", f"loads the areas of Qena: {_counted(outcomes)}")

    def import_associations(self) -> None:
        """Import the spreadsheet, and show what could not be taken."""
        form = {"language": "en", "dry_run": "false"}
        ended = run_import(self.context, self.operator, SPREADSHEET, form)
        if ended["status"] != "completed":
            raise click.ClickException(f"The import failed: {ended['failure']['message']['en']}")
        self.line.say("operator", f"imports {SPREADSHEET.name}: {_counted(ended['counts'])}")
        columns = [(one["column"], one["field"] or "(left out)") for one in ended["columns"]]
        self.line.table(("column in the sheet", "taken for"), columns[:SHOWN])
        rejected = [
            (row["row"], problem.get("column", ""), problem.get("value", ""), problem["message"]["en"])
            for row in rejections(self.operator, ended["id"])
            for problem in row["problems"]
            if problem.get("severity") != "warning"
        ]
        self.line.table(("row", "column", "value", "reason"), rejected)
        wait_until(lambda: self.directory_has(ended), "the directory", WAIT)
        self.line.say("directory", f"shows {self.operator.get('/figures')['organizations']} organizations")

    def directory_has(self, ended: Record) -> bool:
        """Tell whether the directory shows every organization that the import brought."""
        counts = ended["counts"]
        brought = counts["created"] + counts["updated"] + counts["unchanged"]
        return bool(self.operator.get("/figures")["organizations"] >= brought)

    def join_networks(self) -> None:
        """Let associations of every second county be members of each central one, which the sheet does not tell."""
        joined = 0
        by_county: dict[str, list[Record]] = {}
        for one in self.operator.get("/organizations", organization_type="community", limit=PAGE)["items"]:
            by_county.setdefault(one["area"], []).append(one)
        centrals = self.operator.get("/organizations", organization_type="central", limit=PAGE)["items"]
        for number, central in enumerate(centrals):
            for county in sorted(by_county)[number % 2 :: 2]:
                member = by_county[county][number % len(by_county[county])]
                member["member_of"] = sorted({*member["member_of"], central["id"]})
                self.operator.patch(f"/organizations/{member['id']}", {"member_of": member["member_of"]})
                joined += 1
        self.line.say(
            "operator", f"notes {joined} memberships of community associations in {len(centrals)} central ones"
        )

    # The case

    def register_family(self) -> None:
        """Register a family with its members and consents."""
        self.line.act(2, "A family, its need, and its consent")
        county = self.county(cast.COUNTY)
        self.worker = self.stage.client("Demo case worker", Role.CASE_WORKER, area=county["parent"])
        family = {**cast.FAMILY, "area": county["id"]}
        known = self.worker.post("/families/look-up", json={"phone": family["phone"]})[0]["items"]
        if known:
            self.family = known[0]
            self.line.say("case worker", "finds the family by its phone: it is registered already")
            return
        self.family, _ = self.worker.post("/families", json=family)
        self.line.say("case worker", f"registers a family of {len(family['members'])} in {cast.COUNTY}")
        for consent in cast.CONSENTS:
            self.worker.post(f"/families/{self.family['id']}/consents", json=consent)
            self.line.say("case worker", f"records the family's consent: {consent['purpose']}")

    def register_need(self, need: Record) -> Record:
        """Register one need of the family."""
        registered, _ = self.worker.post(f"/families/{self.family['id']}/needs", json=need)
        self.line.say("case worker", f"registers a need: {need['subject']}, urgency {need['urgency']}")
        return registered

    def propose(self, need: Record) -> list[Record]:
        """Ask who could help, and show why each is on the list or not."""
        answer = self.worker.get(f"/needs/{need['id']}/proposals")
        self.line.say("Tashbik", f"proposes {len(answer['proposed'])} agencies, and says why:")
        rows = [(one["rank"], one["name"], _distance(one), _why(one)) for one in answer["proposed"][:SHOWN]]
        rows += [("–", one["name"], _distance(one), _why(one)) for one in answer["not_proposed"][: SHOWN // 2]]
        self.line.table(("", "agency", "distance", "because"), rows)
        return list(answer["proposed"])

    def refer(self, need: Record, agency: Record) -> None:
        """Refer the family, and show the mail and the text."""
        self.line.act(3, f"Referred to {agency['name']}")
        email = self.contact(agency["organization"])
        self.association = self.stage.client(
            f"Demo {agency['name']}"[:100], Role.ASSOCIATION, organization=agency["organization"]
        )
        mails = self.stage.seen_mails(email)
        with_text = self.text_of(
            lambda: self.worker.post("/referrals", json={"need": need["id"], "organization": agency["organization"]})
        )
        self.referral = with_text[0]
        self.line.say("case worker", "refers the family")
        self.line.mail(self.stage.mail_after(mails, email))
        self.line.text(with_text[1])

    def reject(self, agency: Record) -> None:
        """Let the agency reject, with its reason."""
        _, text = self.text_of(lambda: self.act_on("reject", {"reason": cast.REJECTION}))
        self.line.say("agency", f"{agency['name']} rejects: {cast.REJECTION}")
        self.line.text(text)

    def see_through(self) -> None:
        """Let the agency accept, report what it gave, and complete."""
        _, text = self.text_of(lambda: self.act_on("accept", {}))
        self.line.say("agency", "accepts")
        self.line.text(text)
        for service in cast.SERVICES:
            self.act_on("report-service", service)
            self.line.say("agency", f"reports a service given: {service['description']}")
        _, text = self.text_of(lambda: self.act_on("complete", {"outcome": "successful"}))
        self.line.say("agency", "completes the referral: successful")
        self.line.text(text)

    def leave_unanswered(self, need: Record) -> None:
        """Refer a second need, to an agency that does not answer by its deadline."""
        self.line.act(4, "An agency that does not answer")
        agency = self.propose(need)[0]
        sent, _ = self.text_of(
            lambda: self.worker.post("/referrals", json={"need": need["id"], "organization": agency["organization"]})
        )
        self.line.say("case worker", f"refers it to {agency['name']}, which has {ANSWER_SECONDS} seconds here")
        wait_until(lambda: self.worker.get(f"/referrals/{sent['id']}")["escalated_at"], "the escalation", WAIT)
        self.line.say("Tashbik", "escalates: nobody answered by the deadline, so the directorate is told")

    # What can be seen

    def show_history(self) -> None:
        """Print the case's whole history."""
        self.line.act(5, "The case, as the case worker sees it")
        history = self.worker.get(f"/families/{self.family['id']}/history")
        rows = [
            (entry["at"][11:19], entry["what"], entry["actor"].partition(":")[0], entry.get("reason", ""))
            for entry in history["items"]
        ]
        self.line.table(("at (UTC)", "what", "who", "reason"), rows)

    def show_public(self) -> None:
        """Show what the public sees of the agency, and that it sees nothing of the family."""
        self.line.act(6, "What the public sees")
        organization = self.worker.get(f"/referrals/{self.referral['id']}")["organization"]
        shown = self.operator.get(f"/organizations/{organization}")
        activity = {name: "fewer than 5" if value is None else value for name, value in shown["activity"].items()}
        self.line.say("map", f"{shown['name']}: {_counted(activity)}")
        whole = str(self.operator.get("/organizations", limit=200)) + str(shown)
        hidden = [one["given_name"] for one in cast.FAMILY["members"]] + [cast.PHONE, self.family["id"]]
        found = [word for word in hidden if fold(word) in fold(whole)]
        self.line.say("map", f"of the family: {', '.join(found) or 'nothing'}")

    # Small things

    def county(self, name: str) -> Record:
        """Return an area by its English name."""
        return next(one for one in self.operator.get("/areas")["items"] if one["names"]["en"] == name)

    def contact(self, organization: str) -> str:
        """Return an agency's public e-mail address."""
        return str(self.operator.get(f"/organizations/{organization}")["email"])

    def act_on(self, move: str, request: Record) -> tuple[Record, str]:
        """Let the agency make a move on its referral."""
        return self.association.post(f"/referrals/{self.referral['id']}/{move}", json=request)

    def text_of(self, move: Callable[[], tuple[Record, str]]) -> tuple[Record, Record]:
        """Make a move, and return its answer with the text that the family received for it."""
        seen = self.stage.seen_texts(cast.PHONE)
        answer, _ = move()
        return answer, self.stage.text_after(seen, cast.PHONE)


def _counted(counts: Any) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(counts.items()))


def _distance(one: Record) -> str:
    return "" if one["distance_m"] is None else f"{one['distance_m'] / 1000:.1f} km"


def _why(one: Record) -> str:
    return "; ".join(reason["message"]["en"] for reason in one["reasons"])


@click.command(cls=Explained)
@click.option("--run", "home", default=".run", type=click.Path(path_type=Path), help="Directory of the node.")
def main(home: Path) -> None:
    """Start a node with the demo directorate, play the main job on it, and leave it running.

    TASHBIK_* variables of the environment are its settings, as of `tashbik up`.
    """
    quiet_logs()
    context = Context(home, Console(highlight=False, width=None))
    node = Node(home, demo=True, settings=given() | {"TASHBIK_REFERRAL_DEADLINE": ANSWER_SECONDS})
    start(context, node)
    with Stage(node) as stage:
        Play(stage, Timeline(context.console), context).run()
    usual = Node(home, demo=True, settings=given() | {"TASHBIK_REFERRAL_DEADLINE": USUAL_SECONDS})
    start(context, usual)
    context.console.print()
    show_addresses(context, usual)
    context.console.print("Agencies have three days to answer from here on. `make down` stops the node.")


if __name__ == "__main__":
    main()
