/** Show whose directory this is, its figures, and the languages it speaks. */

import { h, set } from "../dom";
import iconAddress from "../icon.svg";
import { LANGUAGES, type Code, type Key, type Language } from "../language";
import type { Figures } from "../types";

export class Header {
  readonly element: HTMLElement;
  private readonly title = h("h1", { class: "title" });
  private readonly figures = h("dl", { class: "figures", hidden: true });
  private readonly links: Map<Code, HTMLAnchorElement>;

  constructor(private readonly language: Language) {
    this.links = new Map((Object.keys(LANGUAGES) as Code[]).map((code) => [code, this.link(code)]));
    const items = [...this.links.values()].map((link) => h("li", {}, link));
    set(this.figures, "aria-label", language.text("figures"));
    this.element = h(
      "header",
      { class: "header" },
      h("img", { class: "logo", src: iconAddress, alt: "", width: 36, height: 36 }),
      h("p", { class: "brand" }, language.text("brand")),
      this.title,
      this.figures,
      h("nav", { class: "languages", "aria-label": language.text("language") }, h("ul", {}, ...items)),
    );
    this.showPlace("");
  }

  /** Name the place whose directory this is. */
  showPlace(place: string): void {
    const title = place ? this.language.text("title.place", { place }) : this.language.text("title");
    this.title.textContent = title;
  }

  /** Return the page's own title, for the browser's window. */
  get heading(): string {
    return `${this.title.textContent} · ${this.language.text("brand")}`;
  }

  /** Show the figures: bodies are counted exactly, referrals as far as they may be told. */
  showFigures(figures: Figures): void {
    this.figures.replaceChildren(
      this.figure("figures.organizations", this.language.number(figures.organizations)),
      this.figure("figures.cooperation", this.language.number(figures.international_cooperation)),
      this.figure("figures.members", this.language.number(figures.members)),
      this.figure("figures.completed", this.language.count(figures.referrals_completed)),
    );
    this.figures.hidden = false;
  }

  /** Let each language lead to the page as it stands now. */
  linkTo(addressIn: (code: Code) => string): void {
    for (const [code, link] of this.links) link.href = addressIn(code);
  }

  private link(code: Code): HTMLAnchorElement {
    const current = code === this.language.code && "true";
    return h("a", { href: `?lang=${code}`, lang: code, hreflang: code, "aria-current": current }, LANGUAGES[code]);
  }

  private figure(label: Key, value: string): HTMLElement {
    return h("div", {}, h("dt", {}, this.language.text(label)), h("dd", {}, value));
  }
}
