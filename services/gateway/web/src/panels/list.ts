/** List organizations as buttons: those that the map's view holds, and those that have no place on the map. */

import { SEARCH_LIMIT } from "../api";
import { button, h, set } from "../dom";
import { helpInWords } from "../help";
import { icon, typeBadge } from "../icons";
import type { Language } from "../language";
import type { Sight } from "../places";
import type { Place } from "../types";
import { failure, nothing, type Action } from "./notice";

const PAGE = 60;
const SKELETONS = 6;

/** What the list shows: `places` in order, of `count` in sight and `total` in all; what narrows it. */
export interface Listing extends Sight {
  total: number;
  narrowed: boolean;
  /** How many organizations there are beside these that have no place on the map. */
  others: number;
}

/** How codes are called in the page's language. */
export interface Names {
  subjectName: (code: string) => string;
  areaName: (id: string) => string;
}

export interface ListActions {
  open: (place: Place) => void;
  point: (id: string) => void;
  showAll: () => void;
  reset: () => void;
  /** Offer areas for what is typed, and say how many; nothing where none is. */
  tellAreas: () => string;
  /** What can be dropped of the question, where there are several parts of it. */
  drops: () => Action[];
}

export class ListPanel {
  readonly element: HTMLElement;
  private readonly count = h("p", { class: "count", role: "status" });
  private readonly fit: HTMLButtonElement;
  private readonly items = h("ul", { class: "places" });
  private readonly after = h("div", { class: "after" });
  private listing: Listing = { places: [], count: 0, total: 0, more: "", narrowed: false, others: 0 };
  private shown = 0;

  constructor(
    private readonly language: Language,
    private readonly names: Names,
    private readonly actions: ListActions,
  ) {
    this.fit = button({ class: "link", hidden: true }, actions.showAll, language.text("list.fit"));
    this.element = h(
      "section",
      { class: "list", id: "list", tabindex: -1, "aria-labelledby": "list-title", "aria-busy": "true" },
      h("h2", { class: "unseen", id: "list-title" }, language.text("list")),
      h("div", { class: "list-head" }, this.count, this.fit),
      this.items,
      this.after,
      h("p", { class: "privacy" }, language.text("list.privacy")),
    );
    this.items.addEventListener("pointerover", (event) => actions.point(idAt(event)));
    this.items.addEventListener("focusin", (event) => actions.point(idAt(event)));
    this.items.addEventListener("pointerleave", () => actions.point(""));
    this.items.addEventListener("focusout", () => actions.point(""));
  }

  /** Say that organizations are on their way; what is listed stays, or grey bars stand in on the first time. */
  wait(): void {
    set(this.element, "aria-busy", "true");
    if (this.shown) return;
    this.tell(this.language.text("list.loading"));
    this.after.replaceChildren();
    const bar = () => h("li", { class: "skeleton", "aria-hidden": "true" }, h("span"), h("span"));
    this.items.replaceChildren(...Array.from({ length: SKELETONS }, bar));
  }

  /** Say that they could not be read. */
  fail(error: unknown, retry: () => void): void {
    set(this.element, "aria-busy", "false");
    this.clear();
    this.tell("");
    this.fit.hidden = true;
    this.after.replaceChildren(failure(this.language, error, retry));
  }

  /** List organizations anew, from the top; the same ones stay as they stand, however far down one has read. */
  show(listing: Listing): void {
    const same = this.shown > 0 && sameIn(listing.places, this.listing.places);
    this.listing = listing;
    set(this.element, "aria-busy", "false");
    this.tell(this.counted(), this.heard());
    this.fit.hidden = listing.count === listing.total;
    if (same) this.after.replaceChildren(...this.ending());
    else this.refill();
  }

  /** List all there is to list, for paper. */
  listAll(): void {
    while (this.shown < this.listing.places.length) this.append();
  }

  /** Put the keyboard back on an organization's button, or on the list where it is not listed. */
  focus(id: string): void {
    const item = this.items.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
    (item ?? this.element).focus();
  }

  /** List from the top; who was on an organization by the keyboard stays on it, or on the list where it is gone. */
  private refill(): void {
    const { activeElement } = document;
    const id = this.items.contains(activeElement) && activeElement instanceof HTMLElement ? activeElement.dataset.id : "";
    this.clear();
    this.append();
    this.element.scrollTop = 0;
    if (id) this.focus(id);
  }

  private clear(): void {
    this.items.replaceChildren();
    this.shown = 0;
  }

  private append(): void {
    const next = this.listing.places.slice(this.shown, this.shown + PAGE);
    this.items.append(...next.map((place) => this.item(place)));
    this.shown += next.length;
    this.after.replaceChildren(...this.ending());
  }

  private ending(): HTMLElement[] {
    const { places, total, more, narrowed, others } = this.listing;
    const say = this.language.text.bind(this.language);
    if (!total && narrowed) {
      const clear = { label: say("filters.clear"), run: this.actions.reset };
      const drops = this.actions.drops();
      return [nothing(say("list.none"), say(drops.length ? "list.none.drop" : "list.none.hint"), ...drops, clear)];
    }
    if (!total) return [nothing(say("list.empty"), say("list.empty.hint"))];
    if (!places.length) return [nothing(say("list.nowhere"), say("list.nowhere.hint"))];
    if (this.shown < places.length) return [button({ class: "action" }, () => this.appendAndFocus(), say("list.more"))];
    if (more === "zoom") return [h("p", { class: "more" }, say("map.near", { n: places.length }))];
    if (more === "near") return [h("p", { class: "more" }, say("list.nearest", { n: total }))];
    if (more === "unplaced") return [h("p", { class: "more" }, say("list.placed"))];
    if (more) return [h("p", { class: "more" }, say("list.first", { n: Math.min(total, SEARCH_LIMIT) }))];
    return others ? [h("p", { class: "more" }, say("list.others", { n: others }))] : [];
  }

  private appendAndFocus(): void {
    const first = this.shown;
    this.append();
    this.items.children[first]?.querySelector("button")?.focus();
  }

  /** Say something above the list, and something besides to who hears the page. */
  private tell(seen: string, heard = ""): void {
    this.count.classList.toggle("unseen", !seen);
    this.count.replaceChildren(seen);
    if (heard) this.count.append(h("span", { class: "unseen" }, heard));
  }

  /** Return what is heard beside the count: that areas are offered, where nothing else was found too. */
  private heard(): string {
    const areas = this.actions.tellAreas();
    const none = this.listing.total ? "" : this.language.text("list.none");
    return areas && `${none}. ${areas}`;
  }

  private counted(): string {
    const { count: n, total } = this.listing;
    if (!total) return "";
    return n === total ? this.language.text("list.all", { n }) : this.language.text("list.some", { n, total });
  }

  private item(place: Place): HTMLLIElement {
    const help = helpInWords(place.subjects, place.terms, this.language, this.names.subjectName);
    const parts = [this.language.term("type", place.type), this.names.areaName(place.area)];
    if (!place.point) parts.push(this.language.text("list.unplaced"));
    const open = button(
      { class: "place", "data-id": place.id },
      () => this.actions.open(place),
      typeBadge(place.type, place.cooperation),
      h(
        "span",
        { class: "place-words" },
        h("span", { class: "place-name", dir: "auto" }, place.name),
        typeof place.distance === "number" && h("span", { class: "place-far" }, this.language.far(place.distance)),
        h("span", { class: "place-kind" }, parts.filter(Boolean).join(" · ")),
        help && h("span", { class: "place-help" }, help),
        place.cooperation && this.cooperation(),
      ),
    );
    return h("li", {}, open);
  }

  private cooperation(): HTMLElement {
    return h("span", { class: "tag" }, icon("globe"), this.language.text("cooperation"));
  }
}

/** Say whether the same organizations are listed, in the same order and as far away. */
function sameIn(places: Place[], others: Place[]): boolean {
  const same = (one: Place, at: number) => one.id === others[at]?.id && one.distance === others[at]?.distance;
  return places.length === others.length && places.every(same);
}

function idAt(event: Event): string {
  const target = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-id]") : null;
  return target?.dataset.id ?? "";
}
