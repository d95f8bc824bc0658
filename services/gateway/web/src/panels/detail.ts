/** Show one organization: what it offers, how to reach it, with whom it works and what became of referrals to it. */

import { ApiError } from "../api";
import { button, h, type Child } from "../dom";
import { icon, typeBadge } from "../icons";
import type { Key, Language } from "../language";
import type { Capability, Organization } from "../types";
import { failure, nothing } from "./notice";

const GONE = [404, 410];
const FAMILIES = "families";

export interface DetailActions {
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
    actions: DetailActions,
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
    const gone = error instanceof ApiError && GONE.includes(error.status);
    const told = gone ? nothing(this.language.text("error.gone"), "") : failure(this.language, error, retry);
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
        this.cooperation(organization),
        this.contact(organization),
        this.about(organization),
        this.activity(organization),
        this.changed(organization),
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
      return h("li", {}, subject, h("span", { class: "capacity" }, this.capacity(capability)));
    });
    return items.length ? this.part("detail.help", h("ul", { class: "capabilities" }, ...items)) : null;
  }

  private capacity({ capacity, unit }: Capability): string {
    if (typeof capacity !== "number") return this.language.text("detail.capacity.unknown");
    if (!unit || unit === FAMILIES) return this.language.text("detail.capacity", { n: capacity });
    return this.language.text("detail.capacity.unit", { n: capacity, unit });
  }

  private cooperation(organization: Organization): HTMLElement | null {
    if (!organization.international_cooperation) return null;
    const partner = this.language.list((organization.cooperations ?? []).map((one) => one.partner));
    const text = partner
      ? this.language.text("detail.cooperation.partner", { partner })
      : this.language.text("detail.cooperation.yes");
    return this.part("detail.cooperation", h("p", { class: "with-icon" }, icon("globe"), text));
  }

  private contact(organization: Organization): HTMLElement | null {
    const { email, website } = organization;
    const phones = (organization.phones ?? []).map(({ number }) => link(`tel:${number}`, number));
    const addresses = (organization.locations ?? []).flatMap(({ address }) =>
      address ? [h("bdi", { class: "line" }, address)] : [],
    );
    return this.facts("detail.contact", [
      ["detail.phone", phones],
      ["detail.email", email ? [link(`mailto:${email}`, email)] : []],
      ["detail.website", website && isWebAddress(website) ? [link(website, website)] : []],
      ["detail.address", addresses],
      ["detail.area", [this.names.areaPath(organization.area ?? "")]],
    ]);
  }

  private about(organization: Organization): HTMLElement | null {
    const members = organization.members_count;
    const languages = (organization.languages ?? []).map((code) => this.language.languageName(code));
    return this.facts(null, [
      ["detail.members", typeof members === "number" ? [this.language.number(members)] : []],
      ["detail.languages", [this.language.list(languages)]],
    ]);
  }

  private activity(organization: Organization): HTMLElement | null {
    const { activity } = organization;
    if (!activity) return null;
    return this.facts("detail.activity", [
      ["detail.accepted", [this.language.count(activity.referrals_accepted)]],
      ["detail.completed", [this.language.count(activity.referrals_completed)]],
    ]);
  }

  private changed(organization: Organization): HTMLElement | null {
    const date = this.language.date(organization.last_modified ?? "");
    return date ? h("p", { class: "changed" }, this.language.text("detail.changed", { date })) : null;
  }

  private facts(title: Key | null, facts: Fact[]): HTMLElement | null {
    const told = facts.filter(([, values]) => values.some(Boolean));
    const rows = told.map(([label, values]) =>
      h("div", {}, h("dt", {}, this.language.text(label)), h("dd", {}, ...values)),
    );
    if (!rows.length) return null;
    const table = h("dl", { class: "facts" }, ...rows);
    return title ? this.part(title, table) : table;
  }

  private part(title: Key, content: HTMLElement): HTMLElement {
    return h("section", { class: "part" }, h("h3", {}, this.language.text(title)), content);
  }
}

type Fact = [label: Key, values: Child[]];

function link(address: string, text: string): HTMLAnchorElement {
  return h("a", { href: address, dir: "ltr", class: "line", rel: "noopener noreferrer nofollow" }, text);
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
