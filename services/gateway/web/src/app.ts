/**
 * Conduct the page. The state (what is asked, where the map looks, what is open) stands in the page's address; the parts
 * tell of what people do, and each change goes the same way: into the state, into the address, and back to the parts.
 */

import { Answer } from "./answer";
import { readFigures } from "./api";
import { Coverage, type Panel } from "./coverage";
import { Directory } from "./directory";
import { h } from "./dom";
import { Extras } from "./extras";
import type { Language } from "./language";
import { Opened } from "./opened";
import { DetailPanel } from "./panels/detail";
import { FilterPanel } from "./panels/filters";
import { Header } from "./panels/header";
import { ListPanel } from "./panels/list";
import type { Network } from "./panels/network";
import type { Action } from "./panels/notice";
import { Stage } from "./panels/stage";
import { Unread } from "./panels/unread";
import { preparePaper } from "./paper";
import { inWords, NO_QUESTION, parts, type Part, type Question } from "./question";
import { asWritten, readState, unread, writeState, type State } from "./state";
import type { MapConfig, Place } from "./types";

const ADDRESS_PAUSE = 200;

export class App {
  private state: State = readState(location.search);
  private readonly directory: Directory;
  private readonly header: Header;
  private readonly filters: FilterPanel;
  private readonly stage: Stage;
  private readonly list: ListPanel;
  private readonly detail: DetailPanel;
  private readonly coverage: Coverage;
  private readonly extras: Extras;
  private readonly answer: Answer;
  private readonly unread: Unread;
  private readonly main = h("main", { class: "main" });
  private network: Promise<Network> | null = null;
  private readonly opened: Opened;
  private readonly whole = h("a", { target: "_blank", rel: "noopener" });
  private timer = 0;

  constructor(
    private readonly language: Language,
    config: MapConfig,
  ) {
    this.directory = new Directory(language, () => this.nameThings());
    this.header = new Header(language);
    this.filters = new FilterPanel(language, this.directory, (question) => void this.ask(question), () => this.focusList());
    this.unread = new Unread(language, () => this.filters.focus());
    const actions = {
      pick: (place: Place) => this.pick(place.id),
      moved: (byChoice: boolean) => this.moved(byChoice),
      ready: () => {
        this.answer.frame(false);
        this.coverage.moved();
        void this.answer.showList();
      },
    };
    this.stage = new Stage(language, config, actions, !this.state.embed);
    this.list = new ListPanel(language, this.directory, {
      open: (place) => this.open(place.id),
      point: (id) => this.stage.point(this.directory.place(id)),
      showAll: () => this.answer.frameAll(),
      reset: () => {
        this.answer.here = null;
        this.extras.showNear(false);
        this.filters.reset();
      },
      tellAreas: () => this.filters.tellAreas(),
      drops: () => this.drops(),
    });
    this.answer = new Answer(this.directory, this.stage, this.list, {
      state: () => this.state,
      follows: () => this.writeAddress("replace"),
    });
    this.coverage = new Coverage(language, this.directory, this.stage, {
      shade: (shade) => {
        this.state.shade = shade;
        this.writeAddress("push");
        this.arrange();
      },
      panel: (panel) => this.showPanel(panel),
    });
    this.extras = new Extras(language, this.directory, {
      state: () => this.state,
      compare: (ids) => {
        this.state.compare = ids;
        this.writeAddress("replace");
      },
      near: () => void this.goNear(),
      print: () => window.print(),
    });
    this.detail = new DetailPanel(language, this.directory, config.timezone ?? "", {
      close: () => this.close(),
      zoom: () => this.stage.zoomTo(this.opened.place),
      open: (id) => this.open(id),
      draw: (id) => this.drawNetwork(id),
      drawn: () => this.state.network,
    });
    this.opened = new Opened(this.directory, this.stage, this.detail, {
      named: () => this.showTitle(),
      gone: (id) => this.unread.add([`organization=${id}`]),
    });
  }

  /** Put the page together, show what its address asks for, and listen. */
  start(root: HTMLElement): void {
    this.layOut(root);
    addEventListener("popstate", () => void this.restore());
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
      if (this.state.selected) this.close();
      else if (this.state.panel) this.showPanel("");
    });
    this.take();
    this.writeAddress("replace");
    void this.answer.find().then(() => this.stage.open(this.state.view));
    void this.showFigures();
    this.arrange();
    if (this.state.selected) this.showDetail();
    void this.showNetwork();
    this.extras.show(this.state);
  }

  /** Take what the address asks for into the filters, and say what of it cannot be used. */
  private take(): void {
    this.unread.show(unread(location.search));
    this.dropUnknown();
    this.filters.show(this.state);
    if (this.state.memberOf) void this.nameMembership(this.state.memberOf);
  }

  private async nameMembership(id: string): Promise<void> {
    const known = await this.directory.readName(id);
    if (this.state.memberOf !== id) return;
    if (!known) this.drop(["memberOf"]);
    this.filters.keep(this.state);
  }

  /** Once the names are read, drop what the address asks for by a code that nobody has; find anew without it. */
  private dropUnknown(): void {
    if (this.directory.areas.length + this.directory.subjects.length) this.drop(this.directory.unknown(this.state));
  }

  private drop(dropped: Part[]): void {
    if (!dropped.length) return;
    this.unread.add(dropped.map((part) => asWritten(this.state, part)));
    for (const part of dropped) this.state = { ...this.state, [part]: NO_QUESTION[part] };
    this.writeAddress("replace");
    void this.answer.find();
  }

  private layOut(root: HTMLElement): void {
    this.whole.textContent = this.language.text("embed.whole");
    document.documentElement.lang = this.language.code;
    document.documentElement.dir = this.language.direction;
    const skip = h("a", { class: "skip", href: "#list" }, this.language.text("skip"));
    const results = h("div", { class: "results" }, this.extras.element, this.list.element, this.coverage.table.element, this.coverage.gaps.element, this.detail.element);
    const paper = preparePaper(this.language, this.directory, this.stage.element, {
      question: () => this.state,
      isOfOne: () => Boolean(this.state.selected),
      picture: () => this.stage.picture(),
      listAll: () => this.list.listAll(),
    });
    this.main.append(this.filters.element, this.stage.element, results);
    if (this.state.embed) this.main.append(h("div", { class: "whole" }, this.unread.element, this.whole));
    else this.filters.element.append(this.unread.element);
    root.classList.toggle("embedded", this.state.embed);
    root.replaceChildren(skip, this.header.element, paper, this.main);
  }

  /** Take a question into the state, answer it, and move the map where the answer would be missed otherwise. */
  private async ask(question: Question): Promise<void> {
    const before = this.state;
    this.state = { ...before, ...question };
    const types = question.query !== before.query && question.area === before.area;
    this.writeAddress(types ? "replace" : "push");
    this.arrange();
    await this.answer.follow(before);
  }

  /** List what is nearest to where the browser says it is; or, the second time, as before. The address never tells of it. */
  private async goNear(): Promise<void> {
    const asked = this.answer.here ? null : await this.extras.locate();
    if (typeof asked === "string") return;
    this.answer.here = asked;
    this.extras.showNear(asked !== null);
    if (await this.answer.find()) this.answer.frameAll();
  }

  /** Offer to drop each part of the question, where it has several. */
  private drops(): Action[] {
    const set = parts(this.state);
    const offer = (part: Part): Action => {
      const filter = inWords(this.state, part, this.language, this.directory);
      return { label: this.language.text("list.none.without", { filter }), run: () => this.filters.drop(part) };
    };
    return set.length > 1 ? set.map(offer) : [];
  }

  private moved(byChoice: boolean): void {
    if (byChoice) this.state.view = this.stage.view;
    void this.answer.showList();
    this.coverage.moved();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.writeAddress("replace"), ADDRESS_PAUSE);
  }

  /** Open what was picked on the map: where the page is a part of another, on a page of its own. */
  private pick(id: string): void {
    if (!this.state.embed) return this.open(id);
    window.open(writeState({ ...this.state, embed: false, selected: id }, this.language.code), "_blank", "noopener");
  }

  private open(id: string): void {
    this.state.selected = id;
    this.writeAddress("push");
    this.showDetail();
  }

  private close(): void {
    const { selected } = this.state;
    this.state.selected = "";
    this.writeAddress("push");
    this.hideDetail();
    if (this.state.panel) this.coverage.focus();
    else this.list.focus(selected);
  }

  /** Put the keyboard on the list; where something else stands in its place, back on the search. */
  private focusList(): void {
    if (this.list.element.hidden) this.filters.focus();
    else this.list.element.focus();
  }

  private drawNetwork(id: string): void {
    this.state.network = id;
    if (id) this.state.view = null;
    this.writeAddress("push");
    void this.showNetwork();
  }

  /** Draw the links that the state asks for; the program for it comes with the first of them. */
  private async showNetwork(): Promise<void> {
    const { network: id, view } = this.state;
    this.answer.framesNetwork = Boolean(id) && !view;
    if (!id && !this.network) return;
    const host = { hide: () => this.drawNetwork(""), drawn: () => this.answer.frame(true) };
    this.network ??= import("./panels/network").then(({ Network }) => new Network(this.language, this.stage, host));
    try {
      await (await this.network).show(id);
    } catch {
      this.network = null;
      this.stage.fail(() => void this.showNetwork());
    }
  }

  private showDetail(): void {
    this.arrange();
    void this.opened.show(this.state.selected, this.state.embed);
  }

  /** Show one thing at a time: the details of an organization, a panel, or the list. */
  private arrange(): void {
    const { selected, embed } = this.state;
    const panel = selected ? "" : this.state.panel;
    const reading = Boolean(selected || panel) && !embed;
    this.coverage.show({ ...this.state, panel });
    this.list.element.hidden = reading;
    this.main.classList.toggle("reading", reading);
    this.main.classList.toggle("tabling", panel === "table");
  }

  private showPanel(panel: Panel): void {
    const before = this.state.panel;
    this.state.panel = panel;
    this.state.selected = "";
    this.writeAddress("push");
    this.hideDetail();
    if (panel) this.coverage.focus();
    else this.coverage.focusTool(before);
  }

  private hideDetail(): void {
    this.opened.hide();
    this.arrange();
  }

  /** Go where the browser's back and forward buttons lead. */
  private async restore(): Promise<void> {
    const before = this.state;
    this.state = readState(location.search);
    this.take();
    if (this.state.selected && this.state.selected !== before.selected) this.showDetail();
    if (!this.state.selected && before.selected) this.hideDetail();
    this.arrange();
    void this.showNetwork();
    this.extras.show(this.state);
    await this.answer.find();
    if (this.state.view) this.stage.lookAt(this.state.view);
  }

  private writeAddress(way: "push" | "replace"): void {
    clearTimeout(this.timer);
    const address = writeState(this.state, this.language.code);
    if (way === "push" && address !== location.search) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    this.whole.href = writeState({ ...this.state, embed: false }, this.language.code);
    this.header.linkTo((code) => writeState(this.state, code));
  }

  private async showFigures(): Promise<void> {
    const figures = await readFigures().catch(() => null);
    if (!figures) return;
    this.header.showFigures(figures);
    this.answer.count(figures.organizations);
  }

  private nameThings(): void {
    const { areas, subjects, trunk } = this.directory;
    const place = trunk[trunk.length - 1];
    const within = areas.filter((area) => !trunk.includes(area));
    this.filters.offerSubjects(subjects);
    this.filters.offerAreas(within);
    this.dropUnknown();
    this.filters.showChosen(this.state);
    this.header.showPlace(place ? this.directory.areaName(place.id) : "");
    this.stage.showAreas(within);
    this.showTitle();
  }

  private showTitle(): void {
    document.title = [this.opened.place?.name, this.header.heading].filter(Boolean).join(" · ");
  }
}
