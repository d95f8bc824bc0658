/** Build the elements that stand on the map. They are out of the keyboard's way: the list has the same organizations. */

import { button, h } from "../dom";
import { typeBadge } from "../icons";
import type { Language } from "../language";
import type { Place } from "../types";
import type { Cluster, Located } from "./clusters";
import type { Sign } from "./signs";

/** How wide and high clusters are drawn, as `map.css` has it, in pixels. */
const CLUSTER_SIZES = { small: 34, medium: 40, large: 48 };

/** Return how wide and high a cluster of so many is drawn. */
export function clusterSize(count: number): number {
  return CLUSTER_SIZES[sizeOf(count)];
}

function sizeOf(count: number): keyof typeof CLUSTER_SIZES {
  return count < 10 ? "small" : count < 100 ? "medium" : "large";
}

/** Make a cluster's button, which says how many it holds and opens it. */
export function clusterSign({ at, count }: Cluster, language: Language, open: () => void): Sign {
  const size = sizeOf(count);
  const label = language.text("map.cluster", { n: count });
  const attributes = { class: `sign cluster cluster-${size}`, "aria-label": label, title: label, tabindex: -1 };
  const build = () => button(attributes, open, h("span", {}, language.number(count)));
  return { key: `cluster ${at.join()} ${count}`, at, build };
}

/** Make one organization's button. */
export function placeSign(place: Located, language: Language, pick: (place: Place) => void): Sign {
  const label = `${place.name} · ${language.term("type", place.type)}`;
  const names = { "data-id": place.id, "data-name": place.name, "aria-label": label };
  const badge = () => typeBadge(place.type, place.cooperation);
  const build = () => button({ class: "sign dot", tabindex: -1, ...names }, () => pick(place), badge());
  return { key: `place ${place.id}`, at: place.point, build };
}

/** Ring the place of an organization that the list points at; null where it has none. */
export function ringSign({ id, point }: Place): Sign | null {
  const build = () => h("span", { class: "sign ring", "aria-hidden": "true" });
  return point && { key: `ring ${id}`, at: point, build };
}

/** Mark and name the organization whose details are open; null where it has no place. */
export function selectedSign({ id, name, type, cooperation, point }: Place): Sign | null {
  const attributes = { class: "sign selected", "data-selected": id, "aria-hidden": "true" };
  const words = () => h("span", { class: "selected-name", dir: "auto" }, name);
  const build = () => h("div", attributes, typeBadge(type, cooperation), words());
  return point && { key: `selected ${id}`, at: point, build };
}
