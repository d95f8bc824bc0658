/**
 * Conduct what is told of areas: their shades on the map with the key to them, the same figures as a table, and where
 * help is missing. The figures are read once, when they are first asked for.
 */

import { Latest, readAreaFigures, readGaps, readOrganization, placeOf } from "./api";
import type { Directory } from "./directory";
import { subjectOf } from "./help";
import type { Language } from "./language";
import { GapsPanel } from "./panels/gaps";
import { Tools } from "./panels/shades";
import type { Stage } from "./panels/stage";
import { TablePanel } from "./panels/table";
import { NO_QUESTION, parts, questionOf, type Question } from "./question";
import { colourOf, isOfSubject, levelAt, ofHelp, shaded, stepsOf, type Shade } from "./shades";
import type { AreaFigures, AreasFigures, Gap } from "./types";

export type Panel = "" | "table" | "gaps";

/** What of it is shown, and what is asked for: figures and gaps are of a subject, also where a term below it is asked for. */
export interface Shown extends Question {
  shade: Shade | "";
  panel: Panel;
}

export interface CoverageActions {
  shade: (shade: Shade | "") => void;
  panel: (panel: Panel) => void;
}

export class Coverage {
  readonly table: TablePanel;
  readonly gaps: GapsPanel;
  private readonly tools: Tools;
  private readonly finding = new Latest();
  private readonly locating = new Latest();
  private figures: Promise<AreasFigures> | null = null;
  private shown: Shown = { ...NO_QUESTION, shade: "", panel: "" };
  private drawn = "";

  constructor(
    private readonly language: Language,
    private readonly directory: Directory,
    private readonly stage: Stage,
    actions: CoverageActions,
  ) {
    this.tools = new Tools(language, { ...actions, retry: () => void this.shadeAreas() });
    this.table = new TablePanel(language, {
      close: () => actions.panel(""),
      look: (area) => stage.goTo(area),
    });
    this.gaps = new GapsPanel(language, directory, { close: () => actions.panel(""), choose: (gap) => void this.go(gap) });
    stage.element.prepend(this.tools.element);
    stage.element.append(this.tools.key);
  }

  /** Show what the state asks for. */
  show(shown: Shown): void {
    const before = this.shown;
    const { panel, shade, subject, area } = shown;
    this.shown = { ...questionOf(shown), panel, shade };
    this.tools.show(shade, panel);
    this.table.element.hidden = panel !== "table";
    this.gaps.element.hidden = panel !== "gaps";
    this.drawn = "";
    void this.shadeAreas();
    const others = this.othersOf(before) !== this.othersOf(this.shown);
    const asked = panel !== before.panel || subject !== before.subject || others;
    if (panel === "table" && asked) void this.fillTable();
    if (panel === "gaps" && (asked || area !== before.area)) void this.findGaps();
    if (panel !== "gaps" && before.panel === "gaps") this.forgetGap();
  }

  /** Shade anew where the map has come to areas of another level. */
  moved(): void {
    if (this.shown.shade && this.drawn) void this.shadeAreas();
  }

  /** Put the keyboard on the open panel's heading. */
  focus(): void {
    if (this.shown.panel === "table") this.table.focus();
    if (this.shown.panel === "gaps") this.gaps.focus();
  }

  /** Put the keyboard back on the button that opened a panel. */
  focusTool(panel: Panel): void {
    this.tools.focus(panel);
  }

  private read(): Promise<AreasFigures> {
    this.figures ??= readAreaFigures().catch((error: unknown) => {
      this.figures = null;
      throw error;
    });
    return this.figures;
  }

  private async shadeAreas(): Promise<void> {
    const { shade } = this.shown;
    if (!shade) {
      this.stage.shade(null);
      this.tools.explain("", "", [], []);
      return;
    }
    try {
      const [{ items }] = await Promise.all([this.read(), this.directory.readNames()]);
      if (this.shown.shade === shade) this.drawShades(shade, items);
    } catch {
      if (this.shown.shade === shade) this.tools.fail();
    }
  }

  private drawShades(shade: Shade, items: AreaFigures[]): void {
    const level = levelAt(this.stage.zoom, items);
    const subject = this.subject();
    if (this.drawn === level) return;
    this.drawn = level;
    const there = items.filter((item) => item.level === level).map((item) => ofHelp(item, subject));
    const numbers = there.map((item) => [item.area, shaded(item, shade)] as const);
    const known = numbers.map(([, number]) => number).filter((number): number is number => number !== null);
    const steps = stepsOf(known);
    const colours = numbers.map(([area, number]) => [area, number === null ? null : colourOf(number, steps)] as const);
    this.stage.shade(new Map(colours));
    const ofSubject = subject && isOfSubject(shade);
    const notes = subject && !ofSubject ? [this.language.text("covered.help"), ...this.unfiltered()] : this.notes();
    const of = ofSubject ? this.directory.subjectName(subject) : "";
    this.tools.explain(shade, of, steps, notes, known.length < numbers.length);
  }

  private subject(): string {
    return subjectOf(this.shown.subject);
  }

  /** Say whether filters are set that no figure is counted by. */
  private othersOf(question: Question): boolean {
    return parts(question).some((part) => part !== "subject" && part !== "area");
  }

  private unfiltered(): string[] {
    return this.othersOf(this.shown) ? [this.language.text("covered.filters")] : [];
  }

  /** Say what figures are not counted by, though it is asked for: terms, and other filters. */
  private notes(): string[] {
    const subject = this.subject();
    const whole = this.language.text("covered.term", { subject: this.directory.subjectName(subject) });
    return [...(subject === this.shown.subject ? [] : [whole]), ...this.unfiltered()];
  }

  private async fillTable(): Promise<void> {
    this.table.wait();
    try {
      const [{ as_of, items }] = await Promise.all([this.read(), this.directory.readNames()]);
      const subject = this.subject();
      const of = subject && this.language.text("covered.table", { subject: this.directory.subjectName(subject) });
      const figures = { as_of, items: items.map((item) => ofHelp(item, subject)) };
      this.table.show(figures, levelAt(this.stage.zoom, items), this.shown.shade, of ? [of, ...this.unfiltered()] : this.unfiltered());
    } catch (error) {
      this.table.fail(error, () => void this.fillTable());
    }
  }

  private async findGaps(): Promise<void> {
    const [subject, { area }] = [this.subject(), this.shown];
    this.forgetGap();
    this.gaps.wait();
    try {
      const asked = this.finding.run((signal) => readGaps(subject, area, signal));
      const [found] = await Promise.all([asked, this.directory.readNames()]);
      if (!found) return;
      this.gaps.show(found, Boolean(subject || area), this.notes());
      await this.nameNearest(found.items);
    } catch (error) {
      this.gaps.fail(error, () => void this.findGaps());
    }
  }

  /** Name the nearest organizations of the gaps that are listed, each read once. */
  private async nameNearest(found: Gap[]): Promise<void> {
    const wanted = found.filter(({ organizations }) => !organizations).map((gap) => gap.nearest_organization);
    for (const id of new Set(wanted)) {
      if (!id || this.shown.panel !== "gaps") continue;
      const organization = await readOrganization(id, new AbortController().signal).catch(() => null);
      if (organization) this.gaps.name(id, organization.name);
    }
  }

  /** Look at a gap: its area, and the way from there to the nearest help. */
  private async go(gap: Gap): Promise<void> {
    const centre = this.directory.area(gap.area)?.centre ?? null;
    this.stage.showGap({ area: gap.area, from: centre, to: null });
    const id = gap.organizations ? "" : gap.nearest_organization;
    if (!id) return;
    const nearest = await this.locating.run((signal) => readOrganization(id, signal)).catch(() => null);
    if (nearest) this.stage.showGap({ area: gap.area, from: centre, to: placeOf(nearest) });
  }

  private forgetGap(): void {
    this.locating.stop();
    this.stage.showGap(null);
  }
}
