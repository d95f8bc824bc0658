/** Put the figures of two areas side by side. Loaded when asked for. */

import { readAreaFigures } from "../api";
import { h, type Child } from "../dom";
import type { Key, Language } from "../language";
import type { Area, AreaFigures, Subject } from "../types";
import { areaOptions } from "./filters";
import { failure } from "./notice";
import { openSheet } from "./sheet";

/** The figures, each with what is said of one that is not told: not published, or nobody stated any. */
const FIGURES: [keyof AreaFigures, Key, Key][] = [
  ["organizations", "table.organizations", "table.none"],
  ["members", "table.members", "table.none"],
  ["international_cooperation", "table.international_cooperation", "table.none"],
  ["free_capacity", "table.free_capacity", "table.unstated"],
  ["families_in_care", "table.families_in_care", "table.none"],
  ["open_needs", "table.open_needs", "table.none"],
  ["open_needs_per_1000_families", "table.open_needs_per_1000_families", "table.none"],
];

export interface CompareActions {
  /** Two areas were chosen. */
  chosen: (ids: string[]) => void;
  closed: () => void;
}

/** Open the sheet with two areas, or with what is known of them. */
export function openCompare(language: Language, subjects: Subject[], ids: string[], actions: CompareActions): void {
  const body = h("div", { class: "compare", "aria-live": "polite" });
  openSheet(language, "compare", language.text("compare"), [body], actions.closed);
  void fill();

  async function fill(): Promise<void> {
    body.replaceChildren(h("p", { class: "waiting", role: "status" }, language.text("table.loading")));
    try {
      const { items, as_of: date } = await readAreaFigures();
      new Comparison(language, subjects, items, date ?? "", actions.chosen).show(body, ids);
    } catch (error) {
      body.replaceChildren(failure(language, error, () => void fill()));
    }
  }
}

class Comparison {
  constructor(
    private readonly language: Language,
    private readonly subjects: Subject[],
    private readonly figures: AreaFigures[],
    private readonly date: string,
    private readonly chosen: (ids: string[]) => void,
  ) {}

  show(body: HTMLElement, ids: string[]): void {
    const result = h("div", { class: "compared" });
    const choices = [this.choice("compare-first", ids[0]), this.choice("compare-second", ids[1])] as const;
    const change = () => {
      const both = choices.map(({ value }) => value);
      result.replaceChildren(this.result(both));
      if (both.every(Boolean)) this.chosen(both);
    };
    for (const one of choices) one.addEventListener("change", change);
    const [first, second] = choices;
    const fields = h(
      "div",
      { class: "compare-areas" },
      h("div", {}, h("label", { for: first.id }, this.language.text("compare.first")), first),
      h("div", {}, h("label", { for: second.id }, this.language.text("compare.second")), second),
    );
    result.append(this.result(choices.map(({ value }) => value)));
    body.replaceChildren(fields, result);
  }

  private choice(id: string, chosen: string | undefined): HTMLSelectElement {
    const areas = this.figures.map(({ area, parent, level, names, centre }): Area => ({ id: area, parent: parent ?? "", level, names, centre }));
    const options = areaOptions(areas, this.language).map(([value, label]) => h("option", { value, selected: value === chosen }, label));
    return h("select", { id }, h("option", { value: "" }, this.language.text("compare.choose")), ...options);
  }

  private result(ids: string[]): HTMLElement {
    const areas = ids.map((id) => this.figures.find(({ area }) => area === id));
    const [one, other] = areas;
    if (!one || !other) return h("p", { class: "waiting" }, this.language.text("compare.hint"));
    const date = this.language.date(this.date);
    const caption = date ? this.language.text("table.caption.date", { date }) : this.language.text("table.caption");
    return h("div", {}, this.table([one, other], caption), h("p", { class: "aside" }, this.language.text("table.note")));
  }

  private table(areas: AreaFigures[], caption: string): HTMLElement {
    const names = areas.map(({ names, area, level }) => {
      const what = h("span", { class: "compare-level" }, this.language.term("level.one", level));
      return h("th", { scope: "col" }, this.language.name(names, area), " ", what);
    });
    const rows = FIGURES.map(([figure, label, missing]) => {
      const cells = areas.map((area) => h("td", {}, this.value(area[figure] as number | null, missing)));
      return h("tr", {}, h("th", { scope: "row" }, this.language.text(label)), ...cells);
    });
    return h(
      "table",
      {},
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, this.language.text("compare.figure")), ...names)),
      h("tbody", {}, ...rows),
      h("tbody", {}, h("tr", {}, h("th", { scope: "rowgroup", colspan: 3, class: "compare-help" }, this.language.text("compare.help"))), ...this.byHelp(areas)),
    );
  }

  /** Return a row for each kind of help that is offered or needed in one of the areas. */
  private byHelp(areas: AreaFigures[]): HTMLElement[] {
    const known = ({ code }: Subject) => areas.some(({ by_subject: by }) => by?.[code]?.organizations || by?.[code]?.open_needs);
    return this.subjects.filter(known).map(({ code, names }) => {
      const cells = areas.map(({ by_subject: by }) => h("td", {}, ...this.help(by?.[code])));
      return h("tr", {}, h("th", { scope: "row" }, this.language.name(names, code)), ...cells);
    });
  }

  private help(told: AreaFigures["by_subject"][string]): Child[] {
    const { organizations: n, free_capacity: room, open_needs: needs } = told ?? { organizations: 0, free_capacity: null, open_needs: null };
    const lines = [
      this.language.text("list.all", { n }),
      n > 0 && this.language.text("compare.room", { room: this.value(room, "table.unstated") }),
      this.language.text("compare.needs", { needs: this.value(needs, "table.none") }),
    ];
    return lines.filter((one): one is string => Boolean(one)).map((one) => h("span", { class: "line" }, one));
  }

  private value(value: number | null | undefined, missing: Key): string {
    return typeof value === "number" ? this.language.number(value) : this.language.text(missing);
  }
}
