/** Show the figures of areas as a table that can be sorted, for all who cannot or need not see the map. */

import { button, h, set } from "../dom";
import type { Key, Language } from "../language";
import type { Shade } from "../shades";
import type { AreaFigures, AreasFigures } from "../types";
import { nothing } from "./notice";
import { SidePanel } from "./side";

export interface TableActions {
  close: () => void;
  look: (area: string) => void;
}

type Column = "area" | Figure;
type Figure =
  | "organizations"
  | "members"
  | "international_cooperation"
  | "free_capacity"
  | "families_in_care"
  | "open_needs"
  | "open_needs_per_1000_families";

/** The columns, each with what stands in for a number that is not there. */
const FIGURES: [Figure, Key][] = [
  ["organizations", "table.none"],
  ["members", "table.none"],
  ["international_cooperation", "table.none"],
  ["free_capacity", "table.unstated"],
  ["families_in_care", "table.none"],
  ["open_needs", "table.none"],
  ["open_needs_per_1000_families", "table.none"],
];
const SHADED: Partial<Record<Shade, Figure>> = {
  open_needs: "open_needs_per_1000_families",
  cooperation: "international_cooperation",
};

export class TablePanel extends SidePanel {
  private figures: AreasFigures = { as_of: null, items: [] };
  private level = "";
  private by: Column = "area";
  private falling = false;
  private notes: string[] = [];

  constructor(
    language: Language,
    private readonly actions: TableActions,
  ) {
    super(language, "table", actions.close);
  }

  /** Show the figures of a level's areas; those that the map is shaded by come first, the greatest on top. */
  show(figures: AreasFigures, level: string, shade: Shade | "", notes: string[]): void {
    this.figures = figures;
    this.notes = notes;
    this.level = level;
    this.by = shade ? (SHADED[shade] ?? (shade as Figure)) : "area";
    this.falling = Boolean(shade);
    this.draw();
  }

  private draw(): void {
    if (!this.figures.items.length) {
      this.body.replaceChildren(nothing(this.language.text("table.empty"), this.language.text("table.empty.hint")));
      return;
    }
    const scroll = { class: "table-scroll", role: "group", "aria-labelledby": "table-title", tabindex: 0 };
    const counted = this.notes.map((note) => h("p", { class: "counted-note" }, note));
    const rounded = h("p", { class: "table-note" }, this.language.text("table.note"));
    this.body.replaceChildren(...counted, ...this.levels(), h("div", scroll, this.table()), rounded);
  }

  /** Offer the levels of areas, where there are several. */
  private levels(): HTMLElement[] {
    const levels = [...new Set(this.figures.items.map(({ level }) => level))];
    if (levels.length < 2) return [];
    const options = levels.map((level) =>
      h("option", { value: level, selected: level === this.level }, this.language.term("level", level)),
    );
    const select = h("select", { id: "table-level" }, ...options);
    select.addEventListener("change", () => {
      this.level = select.value;
      this.draw();
      this.body.querySelector<HTMLElement>("#table-level")?.focus();
    });
    return [h("div", { class: "field table-field" }, h("label", { for: select.id }, this.language.text("table.level")), select)];
  }

  private table(): HTMLElement {
    const date = this.figures.as_of ? this.language.date(this.figures.as_of) : "";
    const caption = date ? this.language.text("table.caption.date", { date }) : this.language.text("table.caption");
    const columns: Column[] = ["area", ...FIGURES.map(([figure]) => figure)];
    return h(
      "table",
      { class: "figures-table" },
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, ...columns.map((column) => this.head(column)))),
      h("tbody", {}, ...this.sorted().map((item) => this.row(item))),
    );
  }

  private head(column: Column): HTMLElement {
    const chosen = this.by === column;
    const way = chosen ? (this.falling ? "descending" : "ascending") : null;
    const arrow = chosen && h("span", { class: "arrow", "aria-hidden": "true" }, this.falling ? "▼" : "▲");
    const sort = button({ class: "sort", "data-column": column }, () => this.sort(column), this.language.text(`table.${column}`), arrow);
    return h("th", { scope: "col", "aria-sort": way, "aria-label": this.language.text(`table.${column}`) }, sort);
  }

  private sort(column: Column): void {
    this.falling = this.by === column ? !this.falling : column !== "area";
    this.by = column;
    const table = this.body.querySelector("table");
    table?.replaceWith(this.table());
    this.body.querySelector<HTMLElement>(`[data-column="${column}"]`)?.focus();
  }

  /** Return the areas in order; those without a number come last either way. */
  private sorted(): AreaFigures[] {
    const { by } = this;
    const sign = this.falling ? -1 : 1;
    const items = this.figures.items.filter(({ level }) => level === this.level);
    if (by === "area") return items.sort((one, other) => sign * this.language.compare(this.nameOf(one), this.nameOf(other)));
    const known = items.filter((item) => item[by] !== null);
    known.sort((one, other) => sign * ((one[by] ?? 0) - (other[by] ?? 0)));
    return [...known, ...items.filter((item) => item[by] === null)];
  }

  private row(item: AreaFigures): HTMLElement {
    const look = button({ class: "link" }, () => this.actions.look(item.area), this.nameOf(item));
    const cells = FIGURES.map(([figure, missing]) => this.cell(item[figure], missing));
    return h("tr", { "data-area": item.area }, h("th", { scope: "row" }, look), ...cells);
  }

  private cell(number: number | null, missing: Key): HTMLElement {
    const text = number === null ? this.language.text(missing) : this.language.number(number);
    const cell = h("td", {}, text);
    set(cell, "class", number === null && "missing");
    return cell;
  }

  private nameOf({ names, area }: AreaFigures): string {
    return this.language.name(names, area);
  }
}
