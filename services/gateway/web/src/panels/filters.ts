/** Ask what to look for: a search as one types, and filters by help, area, type and international cooperation. */

import type { Filters } from "../api";
import { button, h, set } from "../dom";
import { icon, TYPES } from "../icons";
import type { Language } from "../language";
import type { Area, Subject } from "../types";

const TYPING_PAUSE = 250;
const OFFERED_LEVELS = ["country", "governorate", "county"];
const INDENT = "\u2003";

export interface Question extends Filters {
  query: string;
}

type Option = [value: string, label: string];

export class FilterPanel {
  readonly element: HTMLFormElement;
  private readonly query: HTMLInputElement;
  private readonly subject: HTMLSelectElement;
  private readonly area: HTMLSelectElement;
  private readonly type: HTMLSelectElement;
  private readonly cooperation = h("input", { type: "checkbox", id: "cooperation" });
  private readonly clear: HTMLButtonElement;
  private readonly toggle: HTMLButtonElement;
  private readonly fields: HTMLDivElement;
  private timer = 0;

  constructor(
    private readonly language: Language,
    private readonly onAsk: (question: Question) => void,
  ) {
    const say = language.text.bind(language);
    this.query = h("input", { type: "search", id: "query", placeholder: say("search.hint"), autocomplete: "off", maxlength: 200 });
    this.subject = h("select", { id: "subject" });
    this.area = h("select", { id: "area" });
    this.type = h("select", { id: "type" });
    this.clear = button({ class: "link clear", hidden: true }, () => this.reset(), say("filters.clear"));
    this.fields = h(
      "div",
      { class: "fields", id: "fields" },
      field(this.subject, say("filters.subject")),
      field(this.area, say("filters.area")),
      field(this.type, say("filters.type")),
      h("label", { class: "check", for: "cooperation" }, this.cooperation, say("filters.cooperation")),
      this.clear,
    );
    this.toggle = button({ class: "toggle", "aria-expanded": "false", "aria-controls": "fields" }, () => this.unfold());
    this.element = h("form", { class: "filters", role: "search" }, this.searchLine(), this.fields);
    this.offerTypes();
    this.offerSubjects([]);
    this.offerAreas([]);
    this.listen();
  }

  /** Offer the kinds of help that the node knows. */
  offerSubjects(subjects: Subject[]): void {
    const options = subjects.map(({ code, names }): Option => [code, this.language.name(names, code)]);
    fill(this.subject, this.language.text("filters.subject.any"), options);
  }

  /** Offer the areas down to counties, each under the one that it lies in. */
  offerAreas(areas: Area[]): void {
    const offered = areas.filter((area) => OFFERED_LEVELS.includes(area.level));
    fill(this.area, this.language.text("filters.area.any"), this.nested(offered));
  }

  /** Show a question that came from elsewhere: the page's address, or the browser's back button. */
  show(question: Question): void {
    if (this.query.value.trim() !== question.query) this.query.value = question.query;
    choose(this.subject, question.subject);
    choose(this.area, question.area);
    choose(this.type, question.type);
    this.cooperation.checked = question.cooperation;
    this.mark();
  }

  /** Empty the search and all filters, and ask anew. */
  reset(): void {
    this.show({ query: "", subject: "", area: "", type: "", cooperation: false });
    this.ask();
    this.query.focus();
  }

  focus(): void {
    this.query.focus();
  }

  private searchLine(): HTMLElement {
    const label = h("label", { class: "unseen", for: "query" }, this.language.text("search"));
    return h("div", { class: "search" }, label, icon("search"), this.query, this.toggle);
  }

  private listen(): void {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    this.query.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.ask(), TYPING_PAUSE);
    });
    this.fields.addEventListener("change", () => this.ask());
  }

  private ask(): void {
    clearTimeout(this.timer);
    this.mark();
    this.onAsk(this.question());
  }

  private question(): Question {
    return {
      query: this.query.value.trim(),
      subject: this.subject.value,
      area: this.area.value,
      type: this.type.value,
      cooperation: this.cooperation.checked,
    };
  }

  private mark(): void {
    const { query, ...filters } = this.question();
    const active = Object.values(filters).filter(Boolean).length;
    const count = active ? ` (${this.language.number(active)})` : "";
    this.clear.hidden = !active && !query;
    this.toggle.replaceChildren(icon("filter"), h("span", {}, this.language.text("filters") + count));
  }

  private unfold(): void {
    const unfolded = this.element.classList.toggle("unfolded");
    set(this.toggle, "aria-expanded", String(unfolded));
  }

  private offerTypes(): void {
    const options = TYPES.map((type): Option => [type, this.language.term("type", type)]);
    fill(this.type, this.language.text("filters.type.any"), options);
  }

  private nested(areas: Area[], parent?: Area, depth = 0): Option[] {
    const ids = new Set(areas.map((area) => area.id));
    const named = (area: Area) => this.language.name(area.names, area.id);
    const here = areas.filter((area) => (parent ? area.parent === parent.id : !ids.has(area.parent)));
    here.sort((one, other) => this.language.compare(named(one), named(other)));
    return here.flatMap((area) => [
      [area.id, INDENT.repeat(depth) + named(area)] as Option,
      ...this.nested(areas, area, depth + 1),
    ]);
  }
}

function field(control: HTMLSelectElement, label: string): HTMLElement {
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control);
}

function fill(control: HTMLSelectElement, any: string, options: Option[]): void {
  const chosen = control.value || (control.dataset.wanted ?? "");
  const all: Option[] = [["", any], ...options];
  control.replaceChildren(...all.map(([value, label]) => h("option", { value }, label)));
  choose(control, chosen);
}

/** Choose a value, now or, where it is not offered yet, as soon as it is. */
function choose(control: HTMLSelectElement, value: string): void {
  control.dataset.wanted = value;
  control.value = value;
  if (control.selectedIndex < 0) control.value = "";
}
