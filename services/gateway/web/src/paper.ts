/** Make the page ready for paper: what it shows in words, its address, the whole list, and the map as a picture. */

import { h } from "./dom";
import type { Language } from "./language";
import { inWords, LABELS, parts, type Question, type QuestionNames } from "./question";

/** How wide the map is on paper, in CSS pixels: what A4 leaves between its margins. */
const WIDTH = 680;

export interface PaperHost {
  question: () => Question;
  /** Whether one organization is shown, rather than what the question finds. */
  isOfOne: () => boolean;
  /** Draw the map anew, and return the canvas that it is drawn on, if it is. */
  picture: () => HTMLCanvasElement | null;
  listAll: () => void;
}

/** Get ready whenever the browser is about to print, and undo it afterwards. */
export function preparePaper(language: Language, names: QuestionNames, map: HTMLElement, host: PaperHost): HTMLElement {
  const words = h("section", { class: "paper" });
  addEventListener("beforeprint", () => {
    host.listAll();
    words.replaceChildren(...summary(language, names, host.question(), host.isOfOne()));
    layMap(map, host.picture());
  });
  addEventListener("afterprint", () => {
    map.querySelector(".map-print")?.remove();
    for (const property of ["width", "height", "zoom"]) map.style.removeProperty(property);
  });
  return words;
}

function summary(language: Language, names: QuestionNames, question: Question, ofOne: boolean): HTMLElement[] {
  const set = parts(question).map((part) => {
    const [label, told] = [language.text(LABELS[part]), inWords(question, part, language, names)];
    return h("li", {}, label === told ? told : `${label}: ${told}`);
  });
  const date = language.date(new Date().toISOString());
  const asked = set.length ? h("ul", {}, ...set) : h("p", {}, language.text("print.all"));
  return [
    ...(ofOne ? [] : [asked]),
    h("p", {}, language.text("print.date", { date })),
    h("p", { dir: "ltr", class: "paper-address" }, location.href),
  ];
}

/** Keep the map as large as on the screen, so that its signs stay in place, and shrink it as a whole. */
function layMap(map: HTMLElement, drawn: HTMLCanvasElement | null): void {
  const { width, height } = map.getBoundingClientRect();
  if (!width || map.classList.contains("map-missing")) return;
  if (drawn) copyOf(drawn, width, height);
  map.style.width = `${width}px`;
  map.style.height = `${height}px`;
  map.style.setProperty("zoom", String(Math.min(1, WIDTH / width)));
}

/** Lay a picture of a canvas over it: browsers print a canvas of WebGL empty. */
function copyOf(drawn: HTMLCanvasElement, width: number, height: number): void {
  const copy = h("canvas", { class: "map-print", width: drawn.width, height: drawn.height });
  copy.getContext("2d")?.drawImage(drawn, 0, 0);
  drawn.after(copy);
  copy.style.width = `${width}px`;
  copy.style.height = `${height}px`;
}
