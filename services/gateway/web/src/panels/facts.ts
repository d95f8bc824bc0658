/** Lay out what is known of something: rows of a name and its values, under headings. */

import { h, type Child } from "../dom";
import type { Key, Language } from "../language";
import type { Phone } from "../types";

export type Fact = [label: Key, values: Child[]];

/** Return a table of those facts that have a value, or null where none has. */
export function table(language: Language, facts: Fact[]): HTMLElement | null {
  const told = facts.filter(([, values]) => values.some(Boolean));
  const rows = told.map(([label, values]) => h("div", {}, h("dt", {}, language.text(label)), h("dd", {}, ...values)));
  return rows.length ? h("dl", { class: "facts" }, ...rows) : null;
}

/** Return a part of the details under its heading. */
export function section(language: Language, title: Key, ...content: Child[]): HTMLElement {
  return h("section", { class: "part" }, h("h3", {}, language.text(title)), ...content);
}

/** Return a link out of the page; its text runs from left to right. */
export function link(address: string, text: string): HTMLAnchorElement {
  return h("a", { href: address, dir: "ltr", class: "line", rel: "noopener noreferrer nofollow" }, text);
}

/** Return a text of the data on a line of its own, in its own direction. */
export function line(text: string | null | undefined): HTMLElement | null {
  return text ? h("bdi", { class: "line" }, text) : null;
}

/** Return an e-mail address as a link, another text as it is, or nothing where there is none. */
export function mail(email: string | null | undefined): HTMLElement | null {
  return email && /^[^\s@?&#]+@[^\s@?&#]+$/.test(email) ? link(`mailto:${email}`, email) : line(email);
}

/** Return a link to a website, or nothing where the text is no web address. */
export function website(address: string | null | undefined): HTMLElement | null {
  return address && /^https?:\/\//i.test(address) ? link(address, readable(address)) : null;
}

/** Return an address with its letters instead of their percents, if these are nothing but letters and signs. */
function readable(address: string): string {
  try {
    const plain = decodeURI(address);
    return /[\p{C}\p{Z}]/u.test(plain) ? address : plain;
  } catch {
    return address;
  }
}

/** Return from when to when something holds, as far as it is known. */
export function between(language: Language, from: string | null | undefined, to: string | null | undefined): string[] {
  return [
    from ? language.text("from", { date: language.day(from) }) : "",
    to ? language.text("to", { date: language.day(to) }) : "",
  ].filter(Boolean);
}

/** Return a telephone number as a link, with what it is for and its extension behind it. */
export function telephone({ number, extension, description }: Phone): HTMLElement {
  const dialled = extension ? `tel:${number};ext=${extension}` : `tel:${number}`;
  return h("span", { class: "line" }, link(dialled, extension ? `${number} (${extension})` : number), description ? h("bdi", { class: "aside" }, description) : null);
}
