/** Offer over the map what can be told of areas, and say what its shades mean. */

import { button, h, set } from "../dom";
import { icon } from "../icons";
import type { Panel } from "../coverage";
import type { Key, Language } from "../language";
import { SHADES, type Shade, type Step } from "../shades";

export interface ToolActions {
  shade: (shade: Shade | "") => void;
  panel: (panel: Panel) => void;
  retry: () => void;
}

/** How a figure is called where there is room. */
export function shadeLabel(shade: Shade): Key {
  return `shade.${shade}`;
}

export class Tools {
  readonly element: HTMLElement;
  /** What the colours mean; hidden while nothing is shaded. */
  readonly key = h("section", { class: "shade-key", hidden: true, role: "status" });
  private readonly select: HTMLSelectElement;
  private readonly buttons: Record<"table" | "gaps", HTMLButtonElement>;

  constructor(
    private readonly language: Language,
    private readonly actions: ToolActions,
  ) {
    const say = language.text.bind(language);
    const options = SHADES.map((shade) => h("option", { value: shade }, say(shadeLabel(shade))));
    this.select = h("select", { id: "shade", "aria-label": say("shade") }, h("option", { value: "" }, say("shade.none")), ...options);
    this.select.addEventListener("change", () => actions.shade(this.select.value as Shade | ""));
    this.buttons = { table: this.toggle("table", "table"), gaps: this.toggle("gaps", "gaps") };
    const label = say("shade.tools");
    this.element = h("div", { class: "map-tools", role: "group", "aria-label": label }, this.select, ...Object.values(this.buttons));
  }

  /** Show what is chosen. */
  show(shade: Shade | "", panel: Panel): void {
    this.select.value = shade;
    for (const [name, one] of Object.entries(this.buttons)) set(one, "aria-pressed", String(name === panel));
  }

  /** Tell which numbers each colour stands for, of which kind of help they are, and in `notes` what else is to be known. */
  explain(shade: Shade | "", subject: string, steps: Step[], notes: string[], unknown = false): void {
    this.key.hidden = !shade;
    if (!shade) return;
    const rows = steps.map((step) => this.row(`step-${step.colour.slice(1)}`, this.range(step)));
    if (unknown) rows.push(this.row("step-unknown", this.language.text("shade.unknown")));
    if (!rows.length) rows.push(h("li", {}, this.language.text("table.empty")));
    const title = [this.language.text(shadeLabel(shade)), subject].filter(Boolean).join(" · ");
    const told = notes.map((note) => h("p", { class: "shade-note" }, note));
    this.key.replaceChildren(h("h2", {}, title), h("ul", {}, ...rows), ...told);
  }

  /** Say that the figures could not be read. */
  fail(): void {
    const retry = button({ class: "link" }, this.actions.retry, this.language.text("error.retry"));
    this.key.replaceChildren(h("p", {}, this.language.text("shade.failed")), retry);
    this.key.hidden = false;
  }

  focus(panel: Panel): void {
    if (panel) this.buttons[panel].focus();
  }

  private toggle(panel: "table" | "gaps", picture: "table" | "gaps"): HTMLButtonElement {
    const act = () => this.actions.panel(this.buttons[panel].getAttribute("aria-pressed") === "true" ? "" : panel);
    return button({ class: "tool", "aria-pressed": "false" }, act, icon(picture), this.language.text(`${panel}.open`));
  }

  private row(kind: string, text: string): HTMLElement {
    return h("li", {}, h("span", { class: `step ${kind}`, "aria-hidden": "true" }), text);
  }

  private range({ least, most }: Step): string {
    const [from, to] = [this.language.number(least), this.language.number(most)];
    return least === most ? from : this.language.text("shade.range", { from, to });
  }
}
