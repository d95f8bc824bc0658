/** Ask what to look for: a search as one types, and filters; what is set stands beneath them, to be dropped one by one. */

import { button, h, set } from "../dom";
import { parentOf } from "../help";
import { icon, TYPES } from "../icons";
import type { Language } from "../language";
import { inWords, LABELS, NO_QUESTION, parts, without, type Part, type Question, type QuestionNames } from "../question";
import type { Area, Subject, Term } from "../types";
import { OfferedAreas } from "./offered";

const TYPING_PAUSE = 250;
const OFFERED_LEVELS = ["country", "governorate", "county"];
const INDENT = "\u2003";
const MEMBERS = [10, 50, 100, 500];
const FAMILIES = [5, 10, 20, 50, 100];

type Option = [value: string, label: string];
type Nested = Pick<Area, "id" | "parent" | "names">;

export class FilterPanel {
  readonly element: HTMLFormElement;
  private readonly query: HTMLInputElement;
  private readonly subject = h("select", { id: "subject" });
  private readonly area = h("select", { id: "area" });
  private readonly type = h("select", { id: "type" });
  private readonly members = h("select", { id: "members" });
  private readonly capacity = h("select", { id: "capacity" });
  private readonly cooperation = h("input", { type: "checkbox", id: "cooperation" });
  private readonly open = h("input", { type: "checkbox", id: "open" });
  private readonly chips: HTMLUListElement;
  private readonly toggle: HTMLButtonElement;
  private readonly offered: OfferedAreas;
  private readonly fields: HTMLDivElement;
  /** What an address asked for that no control offers. */
  private kept = { memberOf: "", bbox: "" };
  private timer = 0;

  constructor(
    private readonly language: Language,
    private readonly names: QuestionNames,
    private readonly onAsk: (question: Question) => void,
    private readonly onArea: () => void,
  ) {
    const say = language.text.bind(language);
    this.query = h("input", { type: "search", id: "query", placeholder: say("search.hint"), autocomplete: "off", maxlength: 200 });
    this.chips = h("ul", { class: "chips", "aria-label": say("filters.set"), hidden: true });
    this.fields = h(
      "div",
      { class: "fields", id: "fields" },
      field(this.subject, say("filters.subject")),
      field(this.area, say("filters.area")),
      field(this.type, say("filters.type")),
      field(this.members, say("filters.members")),
      field(this.capacity, say("filters.capacity")),
      check(this.cooperation, say("filters.cooperation")),
      check(this.open, say("filters.open")),
    );
    this.toggle = button({ class: "toggle", "aria-expanded": "false", "aria-controls": "fields" }, () => this.unfold());
    this.offered = new OfferedAreas(language, names, (area, words) => this.chooseArea(area, words));
    this.element = h("form", { class: "filters", role: "search" }, this.searchLine(), this.offered.element, this.fields, this.chips);
    this.offerTypes();
    this.offerSubjects([]);
    this.offerAreas([]);
    this.offerLeast(this.members, MEMBERS);
    this.offerLeast(this.capacity, FAMILIES);
    this.listen();
  }

  /** Offer the kinds of help that the node knows: each subject, and beneath it the node's own terms. */
  offerSubjects(subjects: Subject[]): void {
    const options = subjects.flatMap(({ code, names, terms = [] }): Option[] => [
      [code, this.language.name(names, code)],
      ...termOptions(terms, this.language),
    ]);
    fill(this.subject, this.language.text("filters.subject.any"), options);
  }

  /** Offer the areas down to counties, each under the one that it lies in; and any by its name, as one types. */
  offerAreas(areas: Area[]): void {
    this.offered.take(areas);
    fill(this.area, this.language.text("filters.area.any"), areaOptions(areas, this.language));
  }

  /** Show a question that came from elsewhere: the page's address, or the browser's back button. */
  show(question: Question): void {
    if (this.query.value.trim() !== question.query) this.query.value = question.query;
    this.showChosen(question);
  }

  /** Show what is chosen anew, once there are names for it, and leave what somebody types. */
  showChosen(question: Question): void {
    chooseNamed(this.subject, question.subject, this.names.subjectName);
    chooseNamed(this.area, question.area, this.names.areaName);
    choose(this.type, question.type);
    this.chooseLeast(this.members, question.members);
    this.chooseLeast(this.capacity, question.capacity);
    this.cooperation.checked = question.cooperation;
    this.open.checked = question.open;
    this.keep(question);
  }

  /** Show anew what no control offers, and leave what somebody types. */
  keep({ memberOf, bbox }: Question): void {
    this.kept = { memberOf, bbox };
    this.mark();
  }

  /** Empty the search and all filters, and ask anew. */
  reset(): void {
    this.show(NO_QUESTION);
    this.ask();
    this.query.focus();
  }

  /** Ask anew without one part of the question. */
  drop(part: Part): void {
    this.show(without(this.question(), part));
    this.ask();
    this.query.focus();
  }

  focus(): void {
    this.query.focus();
  }

  /** Offer areas for what is typed, now that it is answered, and say how many; nothing where none is. */
  tellAreas(): string {
    this.offered.show(this.question());
    return this.offered.told;
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
      this.offered.show(this.question());
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

  /** Ask for an area in the place of the words that named it, and for the other words there. */
  private chooseArea(area: string, query: string): void {
    this.show({ ...this.question(), query, area });
    this.ask();
    this.onArea();
  }

  /** Return what stands in the controls; what a control does not offer yet counts as chosen all the same. */
  private question(): Question {
    return {
      query: this.query.value.trim(),
      subject: chosen(this.subject),
      area: chosen(this.area),
      type: chosen(this.type),
      members: Number(this.members.value),
      capacity: Number(this.capacity.value),
      cooperation: this.cooperation.checked,
      open: this.open.checked,
      ...this.kept,
    };
  }

  private mark(): void {
    const question = this.question();
    const filters = parts(question).filter((part) => part !== "query");
    const count = filters.length ? ` (${this.language.number(filters.length)})` : "";
    this.toggle.replaceChildren(icon("filter"), h("span", {}, this.language.text("filters") + count));
    this.showChips(question, filters);
    this.offered.show(question);
  }

  private showChips(question: Question, filters: Part[]): void {
    const clear = button({ class: "link clear" }, () => this.reset(), this.language.text("filters.clear"));
    const items = [...filters.map((part) => this.chip(question, part)), clear];
    this.chips.replaceChildren(...items.map((item) => h("li", {}, item)));
    this.chips.hidden = !filters.length && !question.query;
  }

  private chip(question: Question, part: Part): HTMLButtonElement {
    const words = inWords(question, part, this.language, this.names);
    const name = `${this.language.text(LABELS[part])}: ${words}`;
    const label = this.language.text("filters.remove", { filter: words === this.language.text(LABELS[part]) ? words : name });
    return button(
      { class: "chip", "aria-label": label, title: label, "data-part": part },
      () => this.dropChip(part),
      h("bdi", {}, words),
      icon("close"),
    );
  }

  /** Drop a filter by its chip, and leave the keyboard on the one that takes its place. */
  private dropChip(part: Part): void {
    const all = [...this.chips.querySelectorAll<HTMLElement>(".chip")];
    const at = all.findIndex((chip) => chip.dataset.part === part);
    this.drop(part);
    this.chips.querySelectorAll<HTMLElement>(".chip")[Math.min(at, all.length - 2)]?.focus();
  }

  private unfold(): void {
    const unfolded = this.element.classList.toggle("unfolded");
    set(this.toggle, "aria-expanded", String(unfolded));
  }

  private offerTypes(): void {
    const options = TYPES.map((type): Option => [type, this.language.term("type", type)]);
    fill(this.type, this.language.text("filters.type.any"), options);
  }

  private offerLeast(control: HTMLSelectElement, numbers: number[]): void {
    const options = numbers.map((n): Option => [String(n), this.language.text("filters.least", { n })]);
    fill(control, this.language.text("filters.any"), options);
  }

  /** Choose a number; one that an address names and nobody offers becomes an offer. */
  private chooseLeast(control: HTMLSelectElement, n: number): void {
    const value = n ? String(n) : "";
    const offered = [...control.options].some((option) => option.value === value);
    if (!offered) control.append(h("option", { value }, this.language.text("filters.least", { n })));
    choose(control, value);
  }
}

/** Return areas as options, each under the one that it lies in; as far down as filters go. */
export function areaOptions(areas: Area[], language: Language): Option[] {
  return nested(areas.filter((area) => OFFERED_LEVELS.includes(area.level)), language);
}

/** Return the terms that are on offer as options, each under the one that it lies below, all a step beneath a subject. */
function termOptions(terms: Term[], language: Language): Option[] {
  const offered = terms.filter(({ retired }) => !retired);
  return nested(offered.map(({ code, names }) => ({ id: code, parent: parentOf(code), names })), language, 1);
}

/** Return what lies in one another as options, in the order of names. */
function nested(all: Nested[], language: Language, depth = 0, parent?: Nested): Option[] {
  const ids = new Set(all.map(({ id }) => id));
  const named = ({ id, names }: Nested) => language.name(names, id);
  const here = all.filter((one) => (parent ? one.parent === parent.id : !ids.has(one.parent)));
  here.sort((one, other) => language.compare(named(one), named(other)));
  return here.flatMap((one) => [
    [one.id, INDENT.repeat(depth) + named(one)] as Option,
    ...nested(all, language, depth + 1, one),
  ]);
}

function field(control: HTMLSelectElement, label: string): HTMLElement {
  return h("div", { class: `field field-${control.id}` }, h("label", { for: control.id }, label), control);
}

function check(control: HTMLInputElement, label: string): HTMLElement {
  return h("label", { class: `check check-${control.id}`, for: control.id }, control, label);
}

function fill(control: HTMLSelectElement, any: string, options: Option[]): void {
  const wanted = control.value || (control.dataset.wanted ?? "");
  const all: Option[] = [["", any], ...options];
  control.replaceChildren(...all.map(([value, label]) => h("option", { value }, label)));
  choose(control, wanted);
}

/** Choose a code; one that an address names and nobody offers becomes an offer, once there are any. */
function chooseNamed(control: HTMLSelectElement, value: string, name: (code: string) => string): void {
  const offered = [...control.options].some((option) => option.value === value);
  if (!offered && control.options.length > 1) control.append(h("option", { value }, name(value)));
  choose(control, value);
}

/** Choose a value, now or, where it is not offered yet, as soon as it is. */
function choose(control: HTMLSelectElement, value: string): void {
  control.dataset.wanted = value;
  control.value = value;
  if (control.selectedIndex < 0) control.value = "";
}

/** Return what is chosen, or waits to be offered. */
function chosen(control: HTMLSelectElement): string {
  return control.options.length > 1 ? control.value : control.value || (control.dataset.wanted ?? "");
}
