/** Erasures of people, as the operations give them. */
import type { Kysely } from "kysely";
import { z } from "zod";
import type { JobType } from "#kernel/job.ts";
import type { ErasedShare } from "#kernel/person-erasure.ts";
import { denyNotFound, refusalOfDecision } from "#kernel/policy.ts";
import { ErasureRemains } from "./erasure-remains.ts";
import type { IdentityTables, PersonErasuresTable } from "./tables.ts";

export const erasureStates = ["counting", "ready", "erasing", "done", "failed"] as const;
export type ErasureState = (typeof erasureStates)[number];

/** How long what was counted may be confirmed: after that it is counted again. */
export const erasureConfirmMs = 24 * 3_600_000;

export const countErasureType: JobType<{ erasureId: string }> = { name: "identity.countErasure" };
export const erasePersonType: JobType<{ erasureId: string }> = { name: "identity.eraseEverywhere" };

const count = z.int().nonnegative();

export const ErasureShare = z
  .object({
    slice: z.string().meta({ description: "The area of the school: `assignments`." }),
    removed: count.meta({ description: "Entries that go, or are emptied." }),
    kept: count.meta({ description: "Entries that stay, and then name nobody." }),
    files: count.meta({ description: "Files that go; known once it is done." }),
  })
  .meta({ id: "ErasureShare" });

export const Erasure = z
  .object({
    id: z.string(),
    state: z.enum(erasureStates).meta({ id: "ErasureState" }),
    personId: z.string().nullable().meta({ description: "Null once it is done." }),
    name: z.string().nullable().meta({ description: "Whom it is about; null once it is done." }),
    email: z.string().nullable(),
    shares: z
      .array(ErasureShare)
      .meta({ description: "Before it is confirmed what would become of each area, then what has." }),
    remains: z.array(ErasureRemains).meta({
      description: "Once it is done: where something of the person still stands, and until when.",
    }),
    reason: z.string().nullable().meta({ description: "Why it could not be finished." }),
    askedAt: z.int(),
    confirmedAt: z.int().nullable(),
    endedAt: z.int().nullable(),
  })
  .meta({ id: "Erasure" });
export type Erasure = z.output<typeof Erasure>;

export function sharesOf(row: Pick<PersonErasuresTable, "shares">): ErasedShare[] {
  return JSON.parse(row.shares) as ErasedShare[];
}

export function erasureOfRow(row: PersonErasuresTable): Erasure {
  return {
    id: row.id,
    state: row.state,
    personId: row.person_id,
    name: row.name,
    email: row.email,
    shares: sharesOf(row),
    remains: JSON.parse(row.remains) as ErasureRemains[],
    reason: row.reason,
    askedAt: row.asked_at,
    confirmedAt: row.confirmed_at,
    endedAt: row.ended_at,
  };
}

/** The row of an erasure; refuses where there is none. */
export async function erasureById(db: Kysely<IdentityTables>, id: string): Promise<PersonErasuresTable> {
  const row = await db.selectFrom("person_erasures").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw refusalOfDecision(denyNotFound("erasure"));
  return row;
}

/** Takes the last words about the person from the row. */
export async function forgetErased(
  tx: Kysely<IdentityTables>,
  ids: readonly string[],
  now: number,
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable("person_erasures")
    .set({ person_id: null, name: null, email: null, known_as: null, forgotten_at: now })
    .where("id", "in", ids)
    .where("state", "=", "done")
    .execute();
}

/** Whether the person is being erased: from then on nobody opens the account again. */
export async function isBeingErased(db: Kysely<IdentityTables>, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom("person_erasures")
    .select("id")
    .where("person_id", "=", personId)
    .where("state", "in", ["erasing", "failed"])
    .executeTakeFirst();
  return row !== undefined;
}
