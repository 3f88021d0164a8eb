/**
 * From what people type to what the index is asked, and from texts to what it is given. Languages that are written
 * without spaces are cut between characters, on both sides alike, so that any stretch of them can be found.
 */
import { optionalMarks } from "#base/whole-words.ts";

/** Letters of scripts that put no spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const unspacedRun = new RegExp(`(?<=${unspaced.source})(?=${unspaced.source})`, "gu");
/** Seen by nobody, but it ends a word: U+200B, the zero-width space. */
export const wordBreak = "\u200b";
/** What marks hits inside the index must not come from a text. */
const controls = /(?![\t\n])\p{Cc}/gu;

/** More words than this are not looked for. */
export const wordsMax = 24;
const wordLengthMax = 80;

/** A text as the index keeps it. */
export function prepared(text: string): string {
  return text
    .normalize("NFKC")
    .replace(optionalMarks, "")
    .replace(controls, " ")
    .replace(unspacedRun, wordBreak);
}

/** The same text as people read it. */
export function readable(text: string): string {
  return text.replaceAll(wordBreak, "");
}

export interface Term {
  /** Words that stand beside each other; one, unless it was quoted or is of a script without spaces. */
  readonly words: readonly string[];
  readonly isQuoted: boolean;
}

/** The terms of a question: words, and what stands between quotation marks as a whole. */
export function termsOf(question: string): readonly Term[] {
  const terms: Term[] = [];
  for (const [, quoted, plain] of question
    .normalize("NFKC")
    .matchAll(/["“„«]([^"”“»]*)["”“»]|([^\s"“„«]+)/gu)) {
    const words = wordsIn(quoted ?? plain ?? "");
    if (words.length === 0) continue;
    const isOne = quoted !== undefined || words.every((word) => unspaced.test(word));
    if (isOne) terms.push({ words, isQuoted: quoted !== undefined });
    else for (const word of words) terms.push({ words: [word], isQuoted: false });
  }
  return terms.slice(0, wordsMax);
}

/** The words of a text as the tokenizer of the index will see them. */
function wordsIn(text: string): string[] {
  const words = prepared(text).match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu) ?? [];
  return words.slice(0, wordsMax).map((word) => word.slice(0, wordLengthMax));
}

const textColumns = "{title heading body}";

/** How strictly the words are taken: all of them, the last perhaps unfinished; all, in any form; or some. */
export type Strictness = "exact" | "stemmed" | "some";

/** The question in the index's own language; null when there is nothing to look for. Every word is quoted in it. */
export function matchOf(
  terms: readonly Term[],
  strictness: Strictness,
  {
    audiences,
    kinds,
  }: { readonly audiences: readonly string[] | null; readonly kinds: readonly string[] | null },
): string | null {
  if (terms.length === 0 || audiences?.length === 0 || kinds?.length === 0) return null;
  const parts = terms.map((term, index) => {
    // Stems keep no places of words, so words that belong together need only occur together there.
    if (strictness !== "exact") return `(${term.words.map(quote).join(" AND ")})`;
    const phrase = quote(term.words.join(" "));
    const mayGoOn = index === terms.length - 1 && !term.isQuoted && [...(term.words[0] ?? "")].length > 1;
    return mayGoOn && term.words.length === 1 ? `${phrase} *` : phrase;
  });
  const wanted = `${textColumns} : (${parts.join(strictness === "some" ? " OR " : " AND ")})`;
  const limits = [audiences, kinds?.map(kindWord) ?? null].flatMap((words) =>
    words === null ? [] : [`audience : (${words.map(quote).join(" OR ")})`],
  );
  return [`(${wanted})`, ...limits.map((limit) => `(${limit})`)].join(" AND ");
}

/** The word that stands among the audiences of an entry for its kind. */
export function kindWord(kind: string): string {
  return `kind${kind}`;
}

/** What is marked in excerpts: the words, and whatever begins like them, since forms of a word differ at its end. */
export function markOf(terms: readonly Term[]): string | null {
  if (terms.length === 0) return null;
  const parts = terms.flatMap(({ words, isQuoted }) => {
    if (words.length > 1 || isQuoted) return [quote(words.join(" "))];
    const letters = [...(words[0] ?? "")];
    const stem = letters.length > 5 ? letters.slice(0, Math.max(5, letters.length - 3)) : letters;
    return letters.length > 3 ? [`${quote(stem.join(""))} *`] : [quote(letters.join(""))];
  });
  return `{title heading body} : (${parts.join(" OR ")})`;
}

function quote(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}
