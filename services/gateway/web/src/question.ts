/** Hold what people ask for: a search and filters, each of which can be said in words and dropped on its own. */

import type { Filters } from "./api";
import type { Key, Language } from "./language";

export interface Question extends Filters {
  query: string;
}

export type Part = keyof Question;

export const NO_QUESTION: Question = {
  query: "",
  subject: "",
  area: "",
  type: "",
  members: 0,
  capacity: 0,
  cooperation: false,
  open: false,
  memberOf: "",
  bbox: "",
};

/** What stands before the words of a part. */
export const LABELS: Record<Part, Key> = {
  query: "search",
  subject: "filters.subject",
  area: "filters.area",
  type: "filters.type",
  members: "filters.members",
  capacity: "filters.capacity",
  cooperation: "cooperation",
  open: "filters.open",
  memberOf: "detail.network",
  bbox: "filters.bbox",
};

export interface QuestionNames {
  subjectName: (code: string) => string;
  areaName: (id: string) => string;
  /** Return the name of an organization, or nothing where it is not known yet. */
  organizationName: (id: string) => string;
  /** Say whether one of the organizations found is called just so. */
  isName: (words: string) => boolean;
}

/** Return the parts of a question that narrow the directory down, in the order in which they are offered. */
export function parts(question: Question): Part[] {
  return (Object.keys(NO_QUESTION) as Part[]).filter((part) => question[part]);
}

/** Return a question without one of its parts. */
export function without(question: Question, part: Part): Question {
  return { ...question, [part]: NO_QUESTION[part] };
}

/** Return the question alone, of something that holds more. */
export function questionOf(whole: Question): Question {
  const { query, subject, area, type, members, capacity, cooperation, open, memberOf, bbox } = whole;
  return { query, subject, area, type, members, capacity, cooperation, open, memberOf, bbox };
}

/** Say one part of a question in words. */
export function inWords(question: Question, part: Part, language: Language, names: QuestionNames): string {
  const words: Record<Part, () => string> = {
    query: () => language.text("filters.words", { words: question.query }),
    subject: () => names.subjectName(question.subject),
    area: () => names.areaName(question.area),
    type: () => language.term("type", question.type),
    members: () => language.text("filters.members.least", { n: question.members }),
    capacity: () => language.text("filters.capacity.least", { n: question.capacity }),
    cooperation: () => language.text(LABELS.cooperation),
    open: () => language.text(LABELS.open),
    memberOf: () => language.text("filters.member.of", { name: names.organizationName(question.memberOf) || question.memberOf }),
    bbox: () => language.text(LABELS.bbox),
  };
  return words[part]();
}
