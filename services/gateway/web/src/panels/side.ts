/** Frame what takes the list's place: a way back to it, a heading that takes the keyboard, and a body that may wait or fail. */

import { button, h } from "../dom";
import { icon } from "../icons";
import type { Language } from "../language";
import { failure } from "./notice";

export class SidePanel {
  readonly element: HTMLElement;
  protected readonly body = h("div", { class: "panel-body" });
  private readonly heading: HTMLElement;

  /** `kind` begins the names of its messages and is that of its look, `close` goes back to the list. */
  constructor(
    protected readonly language: Language,
    private readonly kind: "gaps" | "table",
    close: () => void,
  ) {
    const title = `${kind}-title`;
    const back = button({ class: "link back" }, close, icon("back", "icon turns"), language.text("detail.back"));
    this.heading = h("h2", { class: "panel-title", id: title, tabindex: -1 }, language.text(kind));
    const tools = h("div", { class: "detail-tools" }, back);
    const look = { class: `panel ${kind}-panel`, "aria-labelledby": title, hidden: true };
    this.element = h("section", look, tools, this.heading, this.body);
  }

  focus(): void {
    this.heading.focus();
  }

  wait(): void {
    const told = this.language.text(`${this.kind}.loading`);
    this.body.replaceChildren(h("p", { class: "waiting", role: "status" }, told));
  }

  fail(error: unknown, retry: () => void): void {
    this.body.replaceChildren(failure(this.language, error, retry));
  }
}
