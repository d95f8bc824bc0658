/** List where help is missing, worst first, in words. */

import { button, h, set } from "../dom";
import type { Language } from "../language";
import type { Gap, Gaps } from "../types";
import { nothing } from "./notice";
import { SidePanel } from "./side";

export interface GapActions {
  close: () => void;
  choose: (gap: Gap) => void;
}

export interface GapNames {
  subjectName: (code: string) => string;
  areaName: (id: string) => string;
}

export class GapsPanel extends SidePanel {
  private readonly nearest = new Map<string, HTMLElement[]>();

  constructor(
    language: Language,
    private readonly names: GapNames,
    private readonly actions: GapActions,
  ) {
    super(language, "gaps", actions.close);
  }

  /** List gaps; `narrowed` where the filters leave out others, `notes` say by which they are not narrowed. */
  show({ as_of, items }: Gaps, narrowed: boolean, notes: string[]): void {
    this.nearest.clear();
    const say = this.language.text.bind(this.language);
    const told = notes.map((note) => h("p", { class: "counted-note" }, note));
    if (!items.length) {
      this.body.replaceChildren(...told, nothing(say(narrowed ? "gaps.none.here" : "gaps.none"), say("gaps.none.hint")));
      return;
    }
    const date = as_of ? this.language.date(as_of) : "";
    this.body.replaceChildren(
      h("p", { class: "panel-lead" }, say("gaps.lead")),
      ...told,
      h("ol", { class: "gap-list" }, ...items.map((gap) => this.item(gap))),
      h("p", { class: "table-note" }, date ? say("gaps.note.date", { date }) : say("gaps.note")),
    );
  }

  /** Name the nearest organization wherever it is the one. */
  name(id: string, name: string): void {
    for (const place of this.nearest.get(id) ?? []) place.replaceChildren(": ", h("bdi", {}, name));
  }

  private item(gap: Gap): HTMLElement {
    const title = `${this.names.subjectName(gap.subject)} · ${this.names.areaName(gap.area)}`;
    const count = this.language.count(gap.open_needs);
    const choose = button(
      { class: "gap", "data-gap": `${gap.area} ${gap.subject}` },
      () => this.choose(choose, gap),
      h("span", { class: "gap-title" }, title),
      h("span", { class: "gap-needs" }, this.language.text("gaps.needs", { count })),
      gap.spread && h("span", { class: "gap-words" }, this.language.text("gaps.spread")),
      h("span", { class: "gap-words" }, ...this.help(gap)),
    );
    return h("li", {}, choose);
  }

  private choose(chosen: HTMLElement, gap: Gap): void {
    for (const one of this.body.querySelectorAll(".gap")) set(one, "aria-current", one === chosen && "true");
    this.actions.choose(gap);
  }

  private help(gap: Gap): (string | HTMLElement)[] {
    const say = this.language.text.bind(this.language);
    if (gap.organizations) {
      const room = gap.free_capacity;
      const free = room === null ? say("gaps.free.unknown") : say("gaps.free", { n: room });
      return [say("gaps.some", { n: gap.organizations }), " ", free];
    }
    if (gap.nearest_km === null) return [say("gaps.nobody"), " ", say("gaps.nowhere")];
    const name = h("span", { class: "gap-nearest" });
    const id = gap.nearest_organization ?? "";
    this.nearest.set(id, [...(this.nearest.get(id) ?? []), name]);
    return [say("gaps.nobody"), " ", say("gaps.nearest", { km: this.language.number(gap.nearest_km) }), name];
  }
}
