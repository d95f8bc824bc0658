/** Open a sheet over the page: a dialog that keeps the keyboard, closes by Escape, and leaves nothing behind. */

import { button, h, type Child } from "../dom";
import { icon } from "../icons";
import type { Language } from "../language";

/** Open a sheet with a title and what it holds; `closed` is told when it is closed by a person. */
export function openSheet(language: Language, name: string, title: string, content: Child[], closed?: () => void): HTMLDialogElement {
  document.querySelector("dialog.sheet")?.remove();
  const close = button({ class: "sheet-close", "aria-label": language.text("sheet.close") }, () => sheet.close(), icon("close"));
  const heading = h("h2", { id: "sheet-title" }, title);
  const sheet = h(
    "dialog",
    { class: `sheet sheet-${name}`, "aria-labelledby": "sheet-title" },
    h("div", { class: "sheet-head" }, heading, close),
    h("div", { class: "sheet-body" }, ...content),
  );
  sheet.addEventListener("close", () => {
    sheet.remove();
    closed?.();
  });
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet) sheet.close();
  });
  document.body.append(sheet);
  sheet.showModal();
  return sheet;
}
