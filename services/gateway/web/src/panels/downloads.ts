/** Offer what a question finds as files, in any of the three languages. Loaded when asked for. */

import { parameters } from "../api";
import { h } from "../dom";
import { LANGUAGES, type Code, type Key, type Language } from "../language";
import { inWords, parts, without, type Question, type QuestionNames } from "../question";
import { openSheet } from "./sheet";

/** The files of the gateway; a GeoJSON file has no words of its own, so no language. */
const FORMATS = ["xlsx", "csv", "kml", "geojson"] as const;
const WORDLESS = "geojson";
const SHORTEST_SEARCH = 2;

/** Open the sheet. A file knows no box: it has what the rest of the question finds, and the sheet says so. */
export function openDownloads(language: Language, asked: Question, names: QuestionNames): void {
  const question = without(asked, "bbox");
  const list = h("ul", { class: "formats" });
  const choice = languageChoice(language, () => fill());
  const fill = () => list.replaceChildren(...FORMATS.map((format) => offer(format, question, choice.value, language)));
  fill();
  const set = parts(question).map((part) => inWords(question, part, language, names));
  const what = set.length ? language.text("downloads.filtered", { filters: language.list(set) }) : language.text("downloads.all");
  const field = h("div", { class: "field" }, h("label", { for: choice.id }, language.text("downloads.language")), choice);
  openSheet(language, "downloads", language.text("downloads"), [h("p", {}, what), field, list]);
}

/** Return where the gateway gives what a question finds as a file, from the page's own address. */
export function fileAddress(format: string, question: Question, code: string): string {
  const q = question.query.length >= SHORTEST_SEARCH ? question.query : "";
  const asked = { ...parameters(question), q, language: format === WORDLESS ? "" : code };
  const kept = new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
  return `organizations.${format}${kept.size ? `?${kept}` : ""}`;
}

function languageChoice(language: Language, changed: () => void): HTMLSelectElement {
  const codes = Object.keys(LANGUAGES) as Code[];
  const options = codes.map((code) => h("option", { value: code, lang: code, selected: code === language.code }, LANGUAGES[code]));
  const choice = h("select", { id: "file-language" }, ...options);
  choice.addEventListener("change", changed);
  return choice;
}

function offer(format: (typeof FORMATS)[number], question: Question, code: string, language: Language): HTMLElement {
  const address = fileAddress(format, question, code);
  const link = h("a", { href: address, download: format === WORDLESS ? "organizations.geojson" : "", class: "format" }, format.toUpperCase());
  return h("li", {}, link, h("span", { class: "aside" }, language.text(`downloads.${format}` as Key)));
}
