/** Offer the areas that what is typed may mean, each as a button that chooses it. */

import { button, h } from "../dom";
import { icon } from "../icons";
import type { Language } from "../language";
import { NamedAreas } from "../named";
import type { Question } from "../question";
import type { Area } from "../types";

const MOST = 3;

export class OfferedAreas {
  readonly element: HTMLUListElement;
  private named = new NamedAreas([]);
  private shown: Area[] = [];

  constructor(
    private readonly language: Language,
    private readonly areaName: (id: string) => string,
    private readonly onChoose: (id: string) => void,
  ) {
    this.element = h("ul", { class: "offered", "aria-label": language.text("search.areas"), hidden: true });
  }

  /** How many areas are offered. */
  get count(): number {
    return this.shown.length;
  }

  /** Take the areas that can be offered. */
  take(areas: Area[]): void {
    this.named = new NamedAreas(areas);
  }

  /** Offer what the words of a question may mean; the same areas stay as they stand. */
  show({ query, area: chosen }: Pick<Question, "query" | "area">): void {
    const found = this.named.find(query).filter(({ id }) => id !== chosen).slice(0, MOST);
    if (found.length === this.count && found.every((area, at) => area === this.shown[at])) return;
    this.shown = found;
    this.element.replaceChildren(...found.map((area) => h("li", {}, this.offer(area))));
    this.element.hidden = !found.length;
  }

  private offer({ id, level, parent }: Area): HTMLButtonElement {
    const kind = this.language.term("level.one", level);
    const where = this.language.list([kind, parent && this.areaName(parent)].filter(Boolean));
    const label = this.language.text("search.area", { name: this.areaName(id), where });
    return button({ class: "offer", "data-area": id }, () => this.onChoose(id), icon("pin"), label);
  }
}
