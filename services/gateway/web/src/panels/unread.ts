/** Say what the page's address asks for that cannot be used, until a reader puts it away. */

import { button, h } from "../dom";
import type { Language } from "../language";

const SHOWN = 5;

export class Unread {
  readonly element = h("div", { class: "unread", role: "status", hidden: true });
  private parts: string[] = [];

  /** `closed` puts the keyboard elsewhere, once a reader has put it away. */
  constructor(
    private readonly language: Language,
    private readonly closed: () => void,
  ) {}

  /** Say these parts of an address, as they stand there, beside those said before. */
  add(parts: string[]): void {
    this.show([...this.parts, ...parts]);
  }

  /** Say these parts alone, the first of them; none says nothing. */
  show(parts: string[]): void {
    this.parts = [...new Set(parts)].slice(0, SHOWN);
    const close = button({ class: "link" }, () => this.close(), this.language.text("sheet.close"));
    const codes = this.parts.map((part) => h("li", {}, h("code", { dir: "ltr" }, part)));
    this.element.replaceChildren(h("p", {}, this.language.text("unread")), h("ul", {}, ...codes), close);
    this.element.hidden = !this.parts.length;
  }

  private close(): void {
    this.show([]);
    this.closed();
  }
}
