/**
 * Fold text for comparing, as the gateway does (`shared/contracts/text.py`) with what is written in Arabic, Persian and
 * Latin letters: one spelling for what is spelt in several ways. What was written is kept for showing.
 */

const ARTICLE = "ال";
const SHORTEST_STEM = 3;
/** Letters, each with those that count as it. */
const SAME = [["ا", "ٱ"], ["ي", "ىیېےۍ"], ["ه", "ةەہھۃ"], ["ك", "کڪ"], ["و", "ۆۇۋ"], ["", "ءـ"], ["ss", "ß"]] as const;
const PLAIN = new Map(SAME.flatMap(([plain, others]) => [...others].map((letter) => [letter, plain])));
const OTHERS = new RegExp(`[${[...PLAIN.keys()].join("")}]`, "g");
const UNSEEN = /[\p{Mn}\p{Me}\p{Cf}]/gu;
const BETWEEN_WORDS = /[^\p{L}\p{N}\p{M}]+/gu;
const EASTERN_DIGITS = /[٠-٩۰-۹]/g;

/** Return the words of a text as they are compared: folded letters, plain digits, no marks, lower case. */
export function folded(text: string): string[] {
  const plain = text.normalize("NFKD").toLowerCase().normalize("NFKD").replace(UNSEEN, "");
  const same = plain.replace(OTHERS, (letter) => PLAIN.get(letter) ?? letter);
  const digits = same.replace(EASTERN_DIGITS, (digit) => String(digit.charCodeAt(0) & 15));
  return digits.replace(BETWEEN_WORDS, " ").split(" ").filter(Boolean);
}

/** Return a folded word without the Arabic article, where enough is left of it. */
export function withoutArticle(word: string): string {
  const stem = word.startsWith(ARTICLE) ? word.slice(ARTICLE.length) : word;
  return stem.length >= SHORTEST_STEM ? stem : word;
}
