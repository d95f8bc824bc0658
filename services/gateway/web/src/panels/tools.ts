/** Offer what can be done with all that is shown. Each tool is loaded when it is used first. */

import { button, h } from "../dom";
import { icon, type IconName } from "../icons";
import type { Key, Language } from "../language";

export interface Tool {
  name: Key;
  icon: IconName;
  run: () => void;
}

/** Return the tools as a row of buttons. */
export function toolbar(language: Language, tools: Tool[]): HTMLElement {
  const made = tools.map(({ name, icon: picture, run }) =>
    h("li", {}, button({ class: "extra", "data-tool": name }, run, icon(picture), h("span", {}, language.text(name)))),
  );
  return h("ul", { class: "extra-tools", "aria-label": language.text("tools") }, ...made);
}
