/** Pass on what the page shows: its address, a piece of code that embeds it, or paper. Loaded when asked for. */

import { button, h } from "../dom";
import { icon } from "../icons";
import type { Language } from "../language";
import { openSheet } from "./sheet";

const HEIGHT = 480;

/** Open the sheet for an address of the page and one of the page as others embed it. */
export function openShare(language: Language, address: string, embedded: string, print: () => void): void {
  const told = h("p", { class: "told", role: "status" });
  const say = (copied: boolean) => {
    told.textContent = language.text(copied ? "share.copied" : "share.copy.failed");
  };
  const link = h("input", { id: "share-address", type: "url", readonly: true, dir: "ltr", value: address });
  const code = h("textarea", { id: "share-code", readonly: true, dir: "ltr", rows: 4, spellcheck: "false" });
  code.value = snippet(embedded, document.title);
  const sheet = openSheet(language, "share", language.text("share"), [
    h("label", { for: link.id }, language.text("share.address")),
    link,
    h("p", { class: "actions" }, copier(language, "share.copy", link, say), sending(language, address)),
    told,
    h("label", { for: code.id }, language.text("share.embed")),
    code,
    h("p", { class: "actions" }, copier(language, "share.embed.copy", code, say)),
    h("p", { class: "aside" }, language.text("share.embed.hint")),
    h("p", { class: "actions" }, button({ class: "action quiet" }, () => onPaper(), icon("print"), language.text("share.print"))),
  ]);
  const onPaper = () => {
    sheet.close();
    setTimeout(print);
  };
}

/** Return HTML that embeds a page; the texts in it are escaped. */
export function snippet(address: string, title: string): string {
  const look = `width="100%" height="${HEIGHT}" style="border:0" loading="lazy" referrerpolicy="no-referrer" allowfullscreen`;
  return `<iframe src="${escaped(address)}" title="${escaped(title)}" ${look}></iframe>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function copier(language: Language, label: "share.copy" | "share.embed.copy", from: HTMLInputElement | HTMLTextAreaElement, say: (copied: boolean) => void): HTMLElement {
  return button({ class: "action" }, () => void copy(from).then(say), icon("copy"), language.text(label));
}

/** Copy a field; what may not be copied by a page is left marked, to be copied by hand. */
async function copy(from: HTMLInputElement | HTMLTextAreaElement): Promise<boolean> {
  from.select();
  return navigator.clipboard ? navigator.clipboard.writeText(from.value).then(() => true, () => document.execCommand("copy")) : document.execCommand("copy");
}

/** Offer the device's own way to send things, where it has one. */
function sending(language: Language, url: string): HTMLElement | null {
  if (!("share" in navigator)) return null;
  const send = () => void navigator.share({ title: document.title, url }).catch(() => undefined);
  return button({ class: "action quiet" }, send, icon("share"), language.text("share.send"));
}
