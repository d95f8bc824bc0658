/** Show whom one turns to: people of the staff and offices, as the organization publishes them about itself. */

import { h } from "../dom";
import type { Contact } from "../types";
import { mail, telephone } from "./facts";

/** Return the contacts that say anything as a list, each with the place that it is of, if any; null where none does. */
export function contactList(contacts: Contact[], place = ""): HTMLElement | null {
  const items = contacts.map((contact) => told(contact, place)).filter((item): item is HTMLElement => Boolean(item));
  return items.length ? h("ul", { class: "contacts" }, ...items) : null;
}

function told({ name, title, department, phones, email }: Contact, place: string): HTMLElement | null {
  const [first, ...others] = [name, title, department].filter((text): text is string => Boolean(text));
  const reached = [...(phones ?? []).map(telephone), mail(email)].filter((one): one is HTMLElement => Boolean(one));
  if (!first && !reached.length) return null;
  const aside = [...others, place].filter(Boolean).map((text) => h("bdi", { class: "aside" }, text));
  return h("li", {}, first && h("bdi", { class: "line contact-name" }, first), ...aside, ...reached);
}
