/**
 * What somebody is called, to find where they stand without their id: lines of files that were imported, addresses that
 * somebody typed. Files write names and addresses as they like, so both are compared folded.
 */
import { wholeWord } from "#base/whole-words.ts";
import type { PersonTableSpec } from "./person-life.ts";

export interface PersonWords {
  /** Addresses that are theirs now, so nobody else's. */
  readonly addresses: readonly string[];
  /** Names, and addresses that they had: they may be somebody else's as well. */
  readonly others: readonly string[];
}

type AnyRow = Record<string, unknown>;
type Plan = PersonTableSpec<AnyRow>;

/** Whether a row of the table says one of `words` where it may. */
export function saysOneOf(plan: Plan, words: PersonWords): (row: AnyRow) => boolean {
  const columns = plan.named ?? [];
  const [addresses, others] = [matchers(words.addresses), matchers(words.others)];
  const says = (row: AnyRow, wanted: readonly Matcher[]) =>
    columns.some((column) => {
      const text = folded(row[column]);
      return text !== "" && wanted.some((matches) => matches(text));
    });
  const isOfNobody = (row: AnyRow) =>
    (plan.theirs ?? []).every((column) => row[column] === null || row[column] === "");
  return (row) => says(row, addresses) || (isOfNobody(row) && says(row, others));
}

/** What the rows of a table that are theirs say of them: addresses that they had, names as a file wrote them. */
export function wordsIn(plan: Plan, rows: readonly AnyRow[]): string[] {
  return rows.flatMap((row) =>
    (plan.named ?? []).map((column) => String(row[column] ?? "").trim()).filter((word) => word !== ""),
  );
}

type Matcher = (text: string) => boolean;

function matchers(words: readonly string[]): Matcher[] {
  return words
    .map(folded)
    .filter((word) => word !== "")
    .map((word) => (word.includes("@") ? wholeWord(word) : (text) => text === word));
}

function folded(text: unknown): string {
  return typeof text === "string" ? text.normalize("NFKC").trim().replaceAll(/\s+/gu, " ").toLowerCase() : "";
}
