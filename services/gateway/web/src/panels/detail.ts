/** Show one organization: what it offers, how to reach it, with whom it works and what became of referrals to it. */

import { isGone, readServices } from "../api";
import { button, h, type Child } from "../dom";
import { icon, typeBadge } from "../icons";
import type { Key, Language } from "../language";
import type { Accreditation, Capability, Cooperation, Organization } from "../types";
import { contactList } from "./contacts";
import { between, line, mail, section, table, telephone, website } from "./facts";
import type { NetworkActions } from "./network";
import { failure, nothing } from "./notice";

const FAMILIES = "families";

export interface DetailActions extends NetworkActions {
  close: () => void;
  zoom: () => void;
}

export interface DetailNames {
  subjectName: (code: string) => string;
  areaPath: (id: string) => string;
}

export class DetailPanel {
  readonly element: HTMLElement;
  private readonly heading = h("h2", { class: "detail-name", id: "detail-name", tabindex: -1 });
  private readonly body = h("div", { class: "detail-body" });
  private readonly zoom: HTMLButtonElement;

  constructor(
    private readonly language: Language,
    private readonly names: DetailNames,
    private readonly timezone: string,
    private readonly actions: DetailActions,
  ) {
    const back = button({ class: "link back" }, actions.close, icon("back", "icon turns"), language.text("detail.back"));
    this.zoom = button({ class: "link", hidden: true }, actions.zoom, icon("pin"), language.text("detail.show"));
    this.element = h(
      "section",
      { class: "detail", "aria-labelledby": "detail-name", hidden: true },
      h("div", { class: "detail-tools" }, back, this.zoom),
      this.heading,
      this.body,
    );
  }

  /** Open with what is known already, and put the keyboard on the heading. */
  open(name: string): void {
    this.heading.replaceChildren(h("bdi", {}, name || this.language.text("detail.loading")));
    this.body.replaceChildren(h("p", { class: "waiting", role: "status" }, this.language.text("detail.loading")));
    this.zoom.hidden = true;
    this.element.hidden = false;
    this.element.scrollTop = 0;
    this.heading.focus({ preventScroll: true });
  }

  close(): void {
    this.element.hidden = true;
  }

  /** Say that the organization could not be read, or is not listed any more. */
  fail(error: unknown, retry: () => void): void {
    const told = isGone(error) ? nothing(this.language.text("error.gone"), "") : failure(this.language, error, retry);
    this.body.replaceChildren(told);
  }

  /** Show the whole public record; `placed` tells whether the map can zoom to it. */
  show(organization: Organization, placed: boolean): void {
    this.heading.replaceChildren(h("bdi", {}, organization.name));
    this.zoom.hidden = !placed;
    this.body.replaceChildren(
      this.kind(organization),
      ...[
        organization.description && h("p", { class: "description", dir: "auto" }, organization.description),
        this.help(organization.capabilities ?? []),
        this.contact(organization),
        this.contacts(organization),
        this.later(h("div", { class: "later" }), "detail.services.loading", () => this.services(organization)),
        this.cooperation(organization),
        this.about(organization),
        this.later(h("div", { class: "later" }), "detail.network.loading", () => this.network(organization)),
        this.activity(organization),
        this.ending(organization),
      ].filter((part): part is HTMLElement => Boolean(part)),
    );
  }

  private kind(organization: Organization): HTMLElement {
    const inactive = organization.status === "inactive";
    return h(
      "p",
      { class: "kind" },
      typeBadge(organization.organization_type, organization.international_cooperation),
      h("span", {}, this.language.term("type", organization.organization_type)),
      organization.alternate_name && h("span", { class: "alternate", dir: "auto" }, organization.alternate_name),
      inactive && h("span", { class: "tag tag-warning" }, this.language.text("detail.inactive")),
    );
  }

  private help(capabilities: Capability[]): HTMLElement | null {
    const items = capabilities.map((capability) => {
      const subject = h("span", { class: "help" }, this.names.subjectName(capability.subject));
      const terms = this.language.list((capability.terms ?? []).map(this.names.subjectName));
      const precisely = terms && h("span", { class: "terms" }, terms);
      return h("li", {}, subject, h("span", { class: "capacity" }, this.capacity(capability)), precisely);
    });
    return items.length ? section(this.language, "detail.help", h("ul", { class: "capabilities" }, ...items)) : null;
  }

  private capacity({ capacity, unit }: Capability): string {
    if (typeof capacity !== "number") return this.language.text("detail.capacity.unknown");
    if (!unit || unit === FAMILIES) return this.language.text("detail.capacity", { n: capacity });
    return this.language.text("detail.capacity.unit", { n: capacity, unit });
  }

  private cooperation(organization: Organization): HTMLElement | null {
    if (!organization.international_cooperation) return null;
    const known = (organization.cooperations ?? []).filter(({ partner }) => partner);
    const items = known.map((one) => h("li", { class: "with-icon" }, icon("globe"), this.partner(one)));
    const yes = h("p", { class: "with-icon" }, icon("globe"), this.language.text("detail.cooperation.yes"));
    return section(this.language, "detail.cooperation", items.length ? h("ul", { class: "cooperations" }, ...items) : yes);
  }

  /** Return a partner with what is known of the work together. */
  private partner({ partner, country, programme, valid_from: from, valid_to: to }: Cooperation): HTMLElement {
    const known = [programme, country && this.language.country(country), ...between(this.language, from, to)];
    const aside = known.filter((one): one is string => Boolean(one)).map((one) => h("bdi", { class: "aside" }, one));
    return h("span", {}, h("bdi", {}, this.language.text("detail.cooperation.partner", { partner })), ...aside);
  }

  private contact(organization: Organization): HTMLElement | null {
    const { email } = organization;
    const addresses = (organization.locations ?? []).map(({ address }) => line(address));
    const facts = table(this.language, [
      ["detail.phone", (organization.phones ?? []).map(telephone)],
      ["detail.email", [mail(email)]],
      ["detail.website", [website(organization.website)]],
      ["detail.address", addresses],
      ["detail.area", [this.names.areaPath(organization.area ?? "")]],
    ]);
    return facts && section(this.language, "detail.contact", facts);
  }

  private contacts({ contacts, locations }: Organization): HTMLElement | null {
    const there = (locations ?? []).map((place) => contactList(place.contacts ?? [], place.name || place.address || ""));
    const lists = [contactList(contacts ?? []), ...there];
    return lists.some(Boolean) ? section(this.language, "detail.contacts", ...lists) : null;
  }

  private about(organization: Organization): HTMLElement | null {
    const { members_count: members, year_incorporated: founded, assured_date: assured } = organization;
    const languages = (organization.languages ?? []).map((code) => this.language.languageName(code));
    return table(this.language, [
      ["detail.members", typeof members === "number" ? [this.language.number(members)] : []],
      ["detail.founded", typeof founded === "number" ? [this.language.year(founded)] : []],
      ["detail.languages", [this.language.list(languages)]],
      ["detail.accreditations", (organization.accreditations ?? []).map((one) => this.accreditation(one))],
      ["detail.assured", [assured ? this.language.day(assured) : null]],
    ]);
  }

  private accreditation({ accreditor, identifier, valid_from: from, valid_to: to }: Accreditation): HTMLElement {
    const known = [identifier, ...between(this.language, from, to)].filter((one): one is string => Boolean(one));
    const aside = known.map((one) => h("bdi", { class: "aside" }, one));
    return h("span", { class: "line" }, h("bdi", {}, accreditor), ...aside);
  }

  private activity(organization: Organization): HTMLElement | null {
    const { activity } = organization;
    const facts = activity && table(this.language, [
      ["detail.accepted", [this.language.count(activity.referrals_accepted)]],
      ["detail.completed", [this.language.count(activity.referrals_completed)]],
    ]);
    return facts ? section(this.language, "detail.activity", facts) : null;
  }

  /** Lead to the organization's own page, which needs no map, and say when the record was changed. */
  private ending({ id, last_modified: changed }: Organization): HTMLElement {
    const date = this.language.date(changed ?? "");
    const own = `o/${encodeURIComponent(id)}?lang=${this.language.code}`;
    return h(
      "div",
      { class: "ending" },
      h("a", { href: own }, this.language.text("detail.own")),
      date && h("p", { class: "changed" }, this.language.text("detail.changed", { date })),
    );
  }

  /** Fill a part's place when what it shows was read; say so there where it could not be, and offer to try again. */
  private later(place: HTMLElement, waiting: Key, read: () => Promise<Child>): HTMLElement {
    place.replaceChildren(h("p", { class: "waiting", role: "status" }, this.language.text(waiting)));
    const shown = read().then((content) => place.replaceChildren(...[content].filter((one): one is Node => one instanceof Node)));
    shown.catch((error: unknown) => {
      place.replaceChildren(failure(this.language, error, () => void this.later(place, waiting, read)));
    });
    return place;
  }

  private async network(organization: Organization): Promise<Child> {
    const { networkPart } = await import("./network");
    return networkPart(organization, this.language, this.actions);
  }

  private async services({ id, locations }: Organization): Promise<Child> {
    const [services, { servicesPart }] = await Promise.all([readServices(id), import("./services")]);
    if (!services.length) return null;
    const { language, timezone } = this;
    const { subjectName } = this.names;
    return servicesPart(services, { language, timezone, subjectName, locations: locations ?? [] });
  }
}
