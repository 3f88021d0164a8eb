/** Editing what was asked or answered: what it said before is kept. */
import { Refusal } from "#kernel/errors.ts";
import type { Db } from "./queries.ts";
import { editsMax } from "./schema.ts";
import type { QueryRevisionsTable } from "./tables.ts";

/** Refuses with `edited_meanwhile` unless the text is still the one that its author has seen, or with too many edits. */
export function requireEditable(version: number, seen: number): void {
  if (version !== seen)
    throw new Refusal(
      "edited_meanwhile",
      "This text was edited meanwhile, perhaps in another window. Look at it again.",
      {
        kind: "conflict",
      },
    );
  if (version > editsMax)
    throw new Refusal(
      "too_many_edits",
      `A text is edited at most ${editsMax} times. Add what is new below it.`,
    );
}

/** What an edit may be refused with, beside its policy. */
export const editRefusals = { edited_meanwhile: "conflict", too_many_edits: "failed_precondition" } as const;

/** Keeps what a text said until now. */
export async function keepRevision(tx: Db, revision: QueryRevisionsTable): Promise<void> {
  await tx.insertInto("query_revisions").values(revision).execute();
}
