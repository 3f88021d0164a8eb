/** The school's one row, and the token that lets the first admin in. */
import type { Kysely } from "kysely";
import type { TokenSealer } from "#kernel/services.ts";
import type { IdentityTables, SchoolTable } from "./tables.ts";

export const schoolId = "school";
const setUpTokenMs = 7 * 24 * 3_600_000;

/** The row, or null before the set-up. */
export async function findSchool(db: Kysely<IdentityTables>): Promise<SchoolTable | null> {
  return (await db.selectFrom("school").selectAll().where("id", "=", schoolId).executeTakeFirst()) ?? null;
}

/** The token of the link that the server prints while the school has no admin. */
export function sealSetUp(tokens: TokenSealer, now: number): Promise<string> {
  return tokens.seal("set-up", {}, now + setUpTokenMs);
}
