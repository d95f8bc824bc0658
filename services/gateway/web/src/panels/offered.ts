/** Offer the areas that what is typed may mean, each as a button that chooses it and leaves the other words. */

import { button, h } from "../dom";
import { icon } from "../icons";
import type { Language } from "../language";
import { NamedAreas, type Meant } from "../named";
import type { Question, QuestionNames } from "../question";
import type { Area } from "../types";

const MOST = 3;

export class OfferedAreas {
  readonly element: HTMLUListElement;
  private named = new NamedAreas([]);
  private shown: Meant[] = [];

  constructor(
    private readonly language: Language,
    private readonly names: Pick<QuestionNames, "areaName" | "isName">,
    private readonly onChoose: (area: string, words: string) => void,
  ) {
    this.element = h("ul", { class: "offered", "aria-label": language.text("search.areas"), hidden: true });
  }

  /** Say how many areas are offered; nothing where none is. */
  get told(): string {
    const n = this.shown.length;
    return n ? this.language.text("search.areas.offered", { n }) : "";
  }

  /** Take the areas that can be offered. */
  take(areas: Area[]): void {
    this.named = new NamedAreas(areas);
  }

  /**
   * Offer what the words of a question may mean; the same stays as it stands. An area that only some of the words name is
   * not offered where an organization is called just so.
   */
  show({ query, area: chosen }: Pick<Question, "query" | "area">): void {
    const meant = this.named.meant(query).filter(({ area, words }) => words || area.id !== chosen).slice(0, MOST);
    const found = meant[0]?.words && this.names.isName(query) ? [] : meant;
    if (found.length === this.shown.length && found.every((one, at) => same(one, this.shown[at]))) return;
    this.shown = found;
    this.element.replaceChildren(...found.map((one) => h("li", {}, this.offer(one))));
    this.element.hidden = !found.length;
  }

  private offer({ area: { id, level, parent }, words }: Meant): HTMLButtonElement {
    const kind = this.language.term("level.one", level);
    const where = this.language.list([kind, parent && this.names.areaName(parent)].filter(Boolean));
    const label = this.language.text(words ? "search.area.words" : "search.area", { name: this.names.areaName(id), where, words });
    return button({ class: "offer", "data-area": id }, () => this.onChoose(id, words), icon("pin"), label);
  }
}

function same(one: Meant, other: Meant | undefined): boolean {
  return one.area === other?.area && one.words === other.words;
}
