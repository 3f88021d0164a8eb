/** Changes that must not overwrite another's: every such row has a version, and remembers who changed it and when. */
import type { Database } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { Refusal } from "#kernel/errors.ts";
import { peopleByIds } from "#slices/identity/api.ts";

export interface Versioned {
  readonly version: number;
  readonly updated_by: string;
  readonly updated_at: number;
}

/** Refuses with `stale_version`, saying who changed it and when, unless `row` is still at the version that was seen. */
export async function requireVersion(
  database: Database,
  what: string,
  row: Versioned,
  seen: number,
): Promise<void> {
  if (row.version === seen) return;
  const person = (await peopleByIds(database, [row.updated_by])).get(row.updated_by);
  const at = new Date(row.updated_at).toISOString().replace("T", " ").slice(0, 16);
  throw new Refusal(
    "stale_version",
    `${person?.name ?? "Lyceum"} changed ${what} on ${at} UTC. Look at it again (version ${row.version}), then decide.`,
    { kind: "conflict" },
  );
}

/** The name under which rows remember who changed them: a person's id, or `system` for Lyceum itself. */
export function changedBy(actor: Actor): string {
  return actor.kind === "person" ? actor.personId : "system";
}
