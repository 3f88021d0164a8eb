/** Merges of two accounts of one person: the records, and who may be merged with whom. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import type { JobType } from "#kernel/job.ts";
import { denyNotFound, refusalOfDecision } from "#kernel/policy.ts";
import { isBeingErased } from "./erasures.ts";
import { foldText } from "./names.ts";
import { findPerson } from "./people.ts";
import { idField, Person } from "./schema.ts";
import type { IdentityTables, PersonMergesTable } from "./tables.ts";

type Db = Kysely<IdentityTables>;

/** `sweep`: once more, for what was on its way to the old account while it was merged. */
export const mergePeopleType: JobType<{ mergeId: string; sweep: boolean }> = {
  name: "identity.mergePeople",
};

export const mergePair = {
  fromId: idField.meta({ description: "The account that ends." }),
  intoId: idField.meta({ description: "The account that is kept." }),
};

const count = z.int().nonnegative();

export const PersonMerge = z
  .object({
    id: z.string(),
    fromId: z.string(),
    fromName: z.string(),
    into: Person,
    state: z.enum(["running", "done"]).meta({ id: "PersonMergeState" }),
    slicesDone: count.meta({ description: "How many parts of the school have been gone through." }),
    slicesTotal: count,
    shares: z.array(
      z
        .object({
          slice: z.string(),
          moved: count.meta({ description: "Rows that came over." }),
          ended: count.meta({ description: "Rows that ended with the account, or were there already." }),
        })
        .meta({ id: "MergedShare" }),
    ),
    askedAt: z.int(),
    endedAt: z.int().nullable(),
  })
  .meta({ id: "PersonMerge" });

export type Share = z.output<typeof PersonMerge>["shares"][number];

export const mergeRefusals = {
  same_account: "invalid_input",
  own_account: "failed_precondition",
  already_merged: "failed_precondition",
  person_inactive: "failed_precondition",
  merge_running: "failed_precondition",
  being_erased: "failed_precondition",
} as const;

/** Both people; refuses pairs that make no sense. */
export async function requireMergeable(
  db: Db,
  { fromId, intoId, adminId }: { readonly fromId: string; readonly intoId: string; readonly adminId: string },
): Promise<{ readonly from: Person; readonly into: Person }> {
  if (fromId === intoId)
    throw new Refusal("same_account", "These are one account already.", {
      kind: "invalid_input",
      problems: [{ field: "intoId", message: "Choose another account." }],
    });
  const [from, into] = [await findPerson(db, fromId), await findPerson(db, intoId)];
  if (from === null || into === null) throw refusalOfDecision(denyNotFound("person"));
  if (fromId === adminId)
    throw new Refusal("own_account", "You are signed in with the account that would end. Keep this one.");
  await requireNoMergeOf(db, [fromId, intoId]);
  if ((await isBeingErased(db, fromId)) || (await isBeingErased(db, intoId)))
    throw new Refusal("being_erased", "One of these people is being erased.");
  if (from.mergedIntoId !== null || into.mergedIntoId !== null)
    throw new Refusal("already_merged", "One of these accounts was merged into another one before.");
  if (!into.active)
    throw new Refusal(
      "person_inactive",
      "The account to keep is not active. Activate it, or keep the other.",
    );
  return { from, into };
}

/** Refuses while one of these accounts is being merged with another one. */
export async function requireNoMergeOf(db: Db, personIds: readonly string[]): Promise<void> {
  const running = await db
    .selectFrom("person_merges")
    .select("id")
    .where("state", "=", "running")
    .where((each) => each.or([each("from_id", "in", personIds), each("into_id", "in", personIds)]))
    .limit(1)
    .executeTakeFirst();
  if (running !== undefined)
    throw new Refusal("merge_running", "This account is being merged. Wait until that is done.");
}

/** Whether somebody has typed the name of the person; capitals and accents do not matter. */
export function isNameTyped(name: string, typed: string): boolean {
  return foldText(typed.trim()) === foldText(name.trim());
}

/** The record with this id; refuses with `not_found`. */
export async function mergeById(db: Db, id: string): Promise<PersonMergesTable> {
  const row = await db.selectFrom("person_merges").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw refusalOfDecision(denyNotFound("merge"));
  return row;
}

export function mergeOfRow(row: PersonMergesTable, into: Person): z.output<typeof PersonMerge> {
  return {
    id: row.id,
    fromId: row.from_id,
    fromName: row.from_name,
    into,
    state: row.state,
    slicesDone: row.slices_done,
    slicesTotal: row.slices_total,
    shares: JSON.parse(row.shares) as Share[],
    askedAt: row.asked_at,
    endedAt: row.ended_at,
  };
}
