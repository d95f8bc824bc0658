/** Show the services of an organization: when, where, for whom, at what cost, and what to bring. Loaded with the first details. */

import { button, h, type Child } from "../dom";
import { helpInWords } from "../help";
import type { Language } from "../language";
import { scheduleInWords, standing, standingInWords } from "../schedule";
import type { Location, Phone, Schedule, Service } from "../types";
import { contactList } from "./contacts";
import { line, mail, table, telephone, website } from "./facts";

const FAMILIES = "families";
/** Where an organization has more services, the others are shown for a press. */
const AT_ONCE = 50;

export interface ServiceContext {
  language: Language;
  subjectName: (code: string) => string;
  locations: Location[];
  /** The node's time zone; empty where it is not known, and then nothing is said of this moment. */
  timezone: string;
}

/** Return the services under how many they are: the first of many at once, and all of them for a press. */
export function servicesPart(services: Service[], context: ServiceContext): HTMLElement {
  const { language } = context;
  const n = services.length;
  const items = services.slice(0, AT_ONCE).map((service) => item(service, context));
  const list = h("ul", { class: "services" }, ...items);
  const all = button({ class: "link" }, () => showAll(), language.text("service.all", { n }));
  const showAll = () => {
    const others = services.slice(AT_ONCE).map((service) => item(service, context));
    all.remove();
    list.append(...others);
    others[0]?.focus();
  };
  return h("section", { class: "part" }, h("h3", {}, language.text("detail.services.all", { n })), list, n > AT_ONCE && all);
}

function item(service: Service, context: ServiceContext): HTMLElement {
  return h("li", { class: "service", tabindex: -1 }, ...card(service, context));
}

function card(service: Service, context: ServiceContext): Child[] {
  const { language } = context;
  return [
    h("h4", { dir: "auto" }, service.name),
    state(service, context),
    service.alert && h("p", { class: "alert", dir: "auto" }, service.alert),
    service.description && h("p", { class: "description", dir: "auto" }, service.description),
    table(language, [
      ["detail.help", [helpInWords(service.subjects ?? [], service.terms ?? [], language, context.subjectName)]],
      ["service.when", when(service, context)],
      ["service.where", where(service, context)],
      ["service.capacity", capacities(service, language)],
      ["service.cost", costs(service, language)],
      ["service.for", eligibility(service, language)],
      ["service.bring", (service.required_documents ?? []).map(({ document }) => line(document))],
      ["service.apply", [line(service.application_process)]],
      ["service.wait", [line(service.wait_time)]],
      ["detail.phone", phones(service).map(telephone)],
      ["detail.email", [mail(service.email)]],
      ["detail.website", [website(service.url)]],
      ["detail.contacts", contacts(service, context)],
      ["detail.languages", [languages(service, language)]],
      ["detail.accreditations", [line(service.accreditations), line(service.licenses)]],
      ["detail.assured", [service.assured_date ? language.day(service.assured_date) : null]],
    ]),
  ];
}

/** Tell whether it is given at all, and whether it is open at this moment. */
function state(service: Service, { language, timezone }: ServiceContext): HTMLElement | null {
  if (service.status !== "active") return h("p", {}, h("span", { class: "tag tag-warning" }, language.term("service", service.status)));
  const schedules = allSchedules(service).map(({ schedule }) => schedule);
  const now = timezone && schedules.length ? standing(schedules, timezone, new Date()) : null;
  return now && h("p", {}, h("span", { class: now.open ? "tag tag-open" : "tag tag-closed" }, standingInWords(now, language)));
}

function when(service: Service, { language, locations, timezone }: ServiceContext): Child[] {
  const places = service.service_at_locations ?? [];
  return allSchedules(service).map(({ schedule, place }) => {
    const name = places.length > 1 ? placeName(place, locations) : "";
    return h("span", { class: "line" }, name && h("bdi", {}, `${name}: `), h("bdi", {}, scheduleInWords(schedule, timezone, new Date(), language)));
  });
}

function allSchedules(service: Service): { schedule: Schedule; place: string }[] {
  const own = (service.schedules ?? []).map((schedule) => ({ schedule, place: "" }));
  const there = (service.service_at_locations ?? []).flatMap(({ location_id: place, schedules }) =>
    (schedules ?? []).map((schedule) => ({ schedule, place })),
  );
  return [...own, ...there];
}

function where(service: Service, { locations }: ServiceContext): Child[] {
  const ids = (service.service_at_locations ?? []).map((one) => one.location_id);
  return ids.map((id) => line(placeName(id, locations)));
}

function placeName(id: string, locations: Location[]): string {
  const place = locations.find((one) => one.id === id);
  return [place?.name, place?.address].filter(Boolean).join("، ");
}

function capacities(service: Service, language: Language): Child[] {
  return (service.capacities ?? []).map(({ available: n, maximum, unit }) => {
    const families = !unit?.name || unit.name === FAMILIES;
    const values = { n, unit: unit?.name ?? "", max: maximum ?? 0 };
    if (families) return text(language.text(maximum == null ? "service.free" : "service.free.of", values));
    return text(language.text(maximum == null ? "service.free.unit" : "service.free.unit.of", values));
  });
}

function costs(service: Service, language: Language): Child[] {
  const options = (service.cost_options ?? []).map(({ option, amount, currency, amount_description: words }) => {
    const sum = typeof amount === "number" ? price(amount, currency ?? "", language) : "";
    return line([option, sum, words].filter(Boolean).join(" · "));
  });
  return [...options, line(service.fees_description)];
}

function price(amount: number, currency: string, language: Language): string {
  if (amount === 0) return language.text("service.free.charge");
  return language.money(amount, currency);
}

function eligibility(service: Service, language: Language): Child[] {
  const { minimum_age: least, maximum_age: most } = service;
  return [
    line(service.eligibility_description),
    typeof least === "number" ? text(language.text("service.age.least", { n: least })) : null,
    typeof most === "number" ? text(language.text("service.age.most", { n: most })) : null,
  ];
}

function phones(service: Service): Phone[] {
  const there = (service.service_at_locations ?? []).flatMap((one) => one.phones ?? []);
  return [...(service.phones ?? []), ...there];
}

function contacts(service: Service, { locations }: ServiceContext): Child[] {
  const there = (service.service_at_locations ?? []).map((one) => contactList(one.contacts ?? [], placeName(one.location_id, locations)));
  return [contactList(service.contacts ?? []), ...there];
}

function languages(service: Service, language: Language): string {
  return language.list((service.languages ?? []).map(({ code, name }) => (code ? language.languageName(code) : (name ?? ""))).filter(Boolean));
}

function text(words: string): HTMLElement {
  return h("span", { class: "line" }, words);
}
