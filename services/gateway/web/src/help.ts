/** Speak of help by its codes: a subject, `health`, or a term of the node's own below one, `health.dialysis`. */

import type { Language } from "./language";

const BELOW = ".";

/** Return the subject that a code is, or lies below: tiles, figures and gaps are counted by subjects. */
export function subjectOf(code: string): string {
  return code.split(BELOW)[0] ?? code;
}

/** Return the code right above a term's; empty for a subject's. */
export function parentOf(code: string): string {
  return code.slice(0, Math.max(0, code.lastIndexOf(BELOW)));
}

/** Say which help is offered: each subject, with the terms below it that are borne. */
export function helpInWords(subjects: string[], terms: string[], language: Language, name: (code: string) => string): string {
  const words = subjects.map((subject) => {
    const below = terms.filter((term) => subjectOf(term) === subject).map(name);
    return below.length ? language.text("help.terms", { subject: name(subject), terms: language.list(below) }) : name(subject);
  });
  return language.list(words);
}
