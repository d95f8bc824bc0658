/** Show to whom an organization belongs and who belongs to it, in the details and as links on the map. Loaded when needed. */

import { Latest, placeOf, readMembers, readMemberPoints, readOrganization } from "../api";
import { button, h, set, type Child } from "../dom";
import { icon, typeBadge } from "../icons";
import type { Key, Language } from "../language";
import type { Organization, Place } from "../types";
import { section } from "./facts";
import type { Stage } from "./stage";

const QUIET = new AbortController().signal;

export interface NetworkActions {
  open: (id: string) => void;
  /** Draw the links of an organization on the map; an empty id draws none. */
  draw: (id: string) => void;
  /** Whose links are drawn at present. */
  drawn: () => string;
}

/** Return what an organization belongs to and who belongs to it, or null where it stands alone. */
export async function networkPart(one: Organization, language: Language, actions: NetworkActions): Promise<Child> {
  const above = [...new Set([one.parent_organization_id ?? "", ...(one.member_of ?? [])])].filter(Boolean);
  const [parents, members] = await Promise.all([Promise.all(above.map(named)), readMembers(one.id)]);
  const known = parents.filter((place): place is Place => place !== null);
  const isParent = (place: Place) => place.id === one.parent_organization_id;
  const groups = [
    group("detail.part.of", known.filter(isParent), language, actions),
    group("detail.member.of", known.filter((place) => !isParent(place)), language, actions),
    members.places.length > 0 && membersGroup(one.id, members, language, actions),
  ].filter(Boolean);
  return groups.length ? section(language, "detail.network", ...groups) : null;
}

export interface NetworkHost {
  hide: () => void;
  /** The links are known and drawn. */
  drawn: () => void;
}

/** Hold the links on the map, and a note there that says whose they are and takes them away. */
export class Network {
  private readonly latest = new Latest();
  private readonly note = h("div", { class: "network-note", hidden: true });
  private shown = "";

  constructor(
    private readonly language: Language,
    private readonly stage: Stage,
    private readonly host: NetworkHost,
  ) {
    stage.element.append(this.note);
  }

  /** Draw the links of an organization, or none. */
  async show(id: string): Promise<void> {
    if (id === this.shown) return;
    this.shown = id;
    for (const one of document.querySelectorAll<HTMLElement>("[data-network]")) set(one, "aria-pressed", String(one.dataset.network === id));
    this.stage.showNetwork(null);
    this.note.hidden = true;
    this.latest.stop();
    if (id) await this.read(id);
  }

  private async read(id: string): Promise<void> {
    this.tell(h("span", { role: "status" }, this.language.text("network.loading")));
    try {
      const found = await this.latest.run((signal) => Promise.all([readOrganization(id, signal), readMemberPoints(id, signal)]));
      if (!found) return;
      const [organization, members] = found;
      this.stage.showNetwork({ centre: placeOf(organization).point, members });
      this.host.drawn();
      const told = this.language.text("network.of", { n: members.length });
      const name = h("span", { class: "network-name" }, h("bdi", {}, organization.name), " · ");
      this.tell(h("span", { role: "status" }, name, told));
    } catch {
      this.tell(h("span", { role: "alert" }, this.language.text("network.failed")));
    }
  }

  private tell(words: HTMLElement): void {
    const hide = button({ class: "link" }, this.host.hide, this.language.text("network.hide"));
    this.note.replaceChildren(words, hide);
    this.note.hidden = false;
  }
}

async function named(id: string): Promise<Place | null> {
  return readOrganization(id, QUIET).then(placeOf, () => null);
}

function group(title: Key, places: Place[], language: Language, { open }: NetworkActions): HTMLElement | null {
  if (!places.length) return null;
  return h("div", { class: "belonging" }, h("h4", {}, language.text(title)), list(places, language, open));
}

function membersGroup(id: string, members: { places: Place[]; more: boolean }, language: Language, actions: NetworkActions): HTMLElement {
  const { places, more } = members;
  const title = language.text(more ? "detail.members.more" : "detail.members.all", { n: places.length });
  const draw = button(
    { class: "link", "data-network": id, "aria-pressed": String(actions.drawn() === id) },
    () => actions.draw(actions.drawn() === id ? "" : id),
    icon("central"),
    language.text("network.show"),
  );
  return h(
    "div",
    { class: "belonging" },
    h("details", {}, h("summary", {}, title), list(places, language, actions.open)),
    draw,
  );
}

function list(places: Place[], language: Language, open: (id: string) => void): HTMLElement {
  const item = (place: Place) =>
    button(
      { class: "member" },
      () => open(place.id),
      typeBadge(place.type, place.cooperation),
      h("span", {}, h("bdi", { class: "member-name" }, place.name), h("span", { class: "aside" }, language.term("type", place.type))),
    );
  return h("ul", { class: "members" }, ...places.map((place) => h("li", {}, item(place))));
}
