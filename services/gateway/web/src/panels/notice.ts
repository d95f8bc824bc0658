/** Tell in the list's place why there is nothing to list, and what can be done about it. */

import { ApiError } from "../api";
import { button, h } from "../dom";
import { icon } from "../icons";
import type { Key, Language } from "../language";

export interface Action {
  label: string;
  run: () => void;
}

/** Say that nothing is there, calmly; the last action is the one that surely helps. */
export function nothing(title: string, hint: string, ...actions: Action[]): HTMLElement {
  const [surest, ...others] = actions.reverse();
  const offers = others.reverse().map(({ label, run }) => h("li", {}, button({ class: "offer" }, run, label)));
  return h(
    "div",
    { class: "notice" },
    h("p", { class: "notice-title" }, title),
    h("p", {}, hint),
    offers.length > 0 && h("ul", { class: "offers" }, ...offers),
    act(surest),
  );
}

/** Say that the directory, or the program to show it, could not be read, aloud, and offer to try again. */
export function failure(language: Language, error: unknown, retry: () => void): HTMLElement {
  if (!(error instanceof ApiError)) return unloaded(language, "part.failed", retry);
  const { status } = error;
  const hint = status ? language.text("error.status", { status }) : language.text("error.hint");
  return h(
    "div",
    { class: "notice notice-error", role: "alert" },
    icon("warning"),
    h("p", { class: "notice-title" }, language.text("error")),
    h("p", {}, hint),
    act({ label: language.text("error.retry"), run: retry }),
  );
}

/**
 * Say aloud, in a line, that a part of the page could not be loaded. To try again helps where the connection was lost; to
 * load the page anew where it was exchanged for a newer one in the meantime.
 */
export function unloaded(language: Language, what: Key, retry: () => void): HTMLElement {
  const reload = () => location.reload();
  return h(
    "p",
    { class: "unloaded", role: "alert" },
    h("span", {}, language.text(what)),
    button({ class: "link" }, retry, language.text("error.retry")),
    button({ class: "link" }, reload, language.text("part.reload")),
  );
}

function act(action: Action | undefined): HTMLElement | null {
  return action ? button({ class: "action" }, action.run, action.label) : null;
}
