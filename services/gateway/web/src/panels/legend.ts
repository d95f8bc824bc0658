/** Say what the map's signs mean. */

import { h } from "../dom";
import { TYPES, typeBadge } from "../icons";
import type { Language } from "../language";

const SAMPLE = 12;

/** Hold the key; it starts open where there is room for it. */
export class Legend {
  readonly element: HTMLDetailsElement;
  private readonly caution = h("span", { class: "caution" });
  private readonly outline = h("li", { class: "outline", hidden: true });

  constructor(
    private readonly language: Language,
    open: boolean,
  ) {
    const cluster = h("span", { class: "sample-cluster", "aria-hidden": "true" }, language.number(SAMPLE));
    const signs = [
      ...TYPES.map((type) => h("li", {}, typeBadge(type), language.term("type", type))),
      h("li", {}, typeBadge("other", true), language.text("legend.cooperation")),
      h("li", {}, cluster, language.text("legend.cluster")),
      this.outline,
    ];
    const summary = h("summary", {}, language.text("legend"), this.caution);
    this.element = h("details", { class: "legend", open }, summary, h("ul", {}, ...signs));
  }

  /** Tell how the outlines of areas are to be read; schematic ones must not pass for official boundaries. */
  explainOutlines(schematic: boolean): void {
    const text = this.language.text(schematic ? "legend.schematic" : "legend.outline");
    const kind = schematic ? "sample-line sample-schematic" : "sample-line";
    this.outline.replaceChildren(h("span", { class: kind, "aria-hidden": "true" }), text);
    this.outline.hidden = false;
    this.caution.textContent = schematic ? ` · ${this.language.text("legend.schematic.short")}` : "";
  }
}
