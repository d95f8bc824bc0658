/** Draw the page's icons: one stroke, 24 by 24, in the colour of the text around them. */

const SHAPES = {
  community: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 19c.4-3.4 2.5-5.2 5.5-5.2s5.1 1.8 5.5 5.2M15.5 5.3a3 3 0 0 1 0 5.5M17 14.3c2.6.5 4.1 2.1 4.5 4.7",
  central: "M12 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM5 21a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM19 21a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM12 8v5M12 13l-5.5 3.5M12 13l5.5 3.5",
  social_unit: "M3.5 11.5 12 4l8.5 7.5M6 10v10h12V10M10 20v-5.5h4V20",
  government_agency: "M3 9.5 12 4l9 5.5ZM5.5 10v8M10 10v8M14 10v8M18.5 10v8M3 20.5h18",
  company: "M3.5 8h17v11.5h-17ZM9 8V5h6v3M3.5 13h17",
  cooperative: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM8 12.5a4 4 0 0 0 8 0M9 9v.4M15 9v.4",
  donor: "M12 20s-8-4.8-8-10.5A4.3 4.3 0 0 1 12 7.2a4.3 4.3 0 0 1 8 2.3C20 15.2 12 20 12 20Z",
  other: "M12 5v14M5 12h14",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.3 15.3 20.5 20.5",
  filter: "M4 6h16M7 12h10M10 18h4",
  back: "M19 12H5M11 6l-6 6 6 6",
  pin: "M12 21s-7-6.3-7-11.5a7 7 0 0 1 14 0C19 14.7 12 21 12 21ZM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c3 2.7 4 5.5 4 9s-1 6.3-4 9c-3-2.7-4-5.5-4-9s1-6.3 4-9Z",
  near: "M12 3v3M12 18v3M3 12h3M18 12h3M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12ZM12 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Z",
  compare: "M12 4v16M6 9v11M18 6v14M3.5 20h17",
  share: "M18 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM6 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM18 21a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8.2 10.8l7.6-4.1M8.2 13.2l7.6 4.1",
  download: "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
  copy: "M9 8.5h10.5v12H9ZM5 15.5H4.5v-12H15V5",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6.5H7Z",
  close: "M6 6l12 12M18 6 6 18",
  table: "M4 5h16v14H4ZM4 10h16M4 14.5h16M10 5v14",
  gaps: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM9.5 9.6a2.6 2.6 0 1 1 3.7 2.4c-.8.4-1.2 1-1.2 1.9M12 16.6v.4",
  warning: "M12 4 2.5 20h19ZM12 10v4.5M12 17.3v.4",
} as const;

export type IconName = keyof typeof SHAPES;

/** The types of organization, in the order in which they are offered. */
export const TYPES = ["community", "central", "social_unit", "government_agency", "company", "donor", "cooperative"] as const;

const SVG = "http://www.w3.org/2000/svg";

/** Make an icon; it is decoration, so that what it means must stand beside it as text. */
export function icon(name: IconName, className = "icon"): SVGElement {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", className);
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  picture.append(path);
  return picture;
}

/** Make the round badge of a type of organization, as on the map. */
export function typeBadge(type: string, cooperation = false): HTMLSpanElement {
  const known = TYPES.find((one) => one === type) ?? "other";
  const badge = document.createElement("span");
  badge.className = cooperation ? "badge badge-cooperation" : "badge";
  badge.dataset.type = known;
  badge.append(icon(known));
  return badge;
}
