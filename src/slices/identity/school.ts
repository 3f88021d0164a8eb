/** The school's one row, and the token that lets the first admin in. */
import type { Database } from "#engines/store/port.ts";
import { prepared } from "#kernel/prepared.ts";
import type { TokenSealer } from "#kernel/services.ts";
import type { IdentityTables, SchoolTable } from "./tables.ts";

export const schoolId = "school";
const setUpTokenMs = 7 * 24 * 3_600_000;

const theSchool = prepared<IdentityTables>()((db) =>
  db.selectFrom("school").selectAll().where("id", "=", schoolId),
);

/** The row, or null before the set-up. */
export async function findSchool(database: Database): Promise<SchoolTable | null> {
  const [school] = await theSchool(database, {});
  return school ?? null;
}

/** The token of the link that the server prints while the school has no admin. */
export function sealSetUp(tokens: TokenSealer, now: number): Promise<string> {
  return tokens.seal("set-up", {}, now + setUpTokenMs);
}
