/** The colours of what is drawn on either ground. */

export const GROUND = "#e9eeea";
/** Neighbours differ a little. */
export const LANDS = ["#fbfaf5", "#f4f5ea", "#fbf5ec", "#f1f6f3"] as const;
export const LINE = "#84928a";
export const SOFT_LINE = "#c2cec7";
export const CHOSEN = "#0d7f86";
/** How strongly the chosen area is tinted; where areas are shaded it is not, since that would be another shade. */
export const TINTED = 0.12;
/** The way from where help is missing to the nearest. */
export const WAY_COLOUR = "#12404a";
/** Links between an organization and its members. */
export const LINK = "#3b4ba3";
