/** Writing down when sessions and access tokens were last used, from what the nodes have noted meanwhile. */
import type { Kysely } from "kysely";
import { type IdentityTables, schedule } from "./tables.ts";

const minuteMs = 60_000;
/** How often; a "last seen" is this much behind at most. */
export const noteLastUseEveryMs = 10 * minuteMs;
const sessionsPerStepMax = 250;

export const noteLastUse = schedule({
  name: "identity.noteLastUse",
  everyMs: noteLastUseEveryMs,
  async run({ write, services }) {
    const { used, more } = await services.lastUse.collect();
    const uses = [...used];
    for (let start = 0; start < uses.length; start += sessionsPerStepMax)
      await write(({ tx }) => noteUses(tx, uses.slice(start, start + sessionsPerStepMax)));
    return more;
  },
});

/** To the minute, so that a few statements do for hundreds of sessions. What has ended stays as it ended. */
async function noteUses(
  tx: Kysely<IdentityTables>,
  uses: readonly (readonly [sessionId: string, at: number])[],
): Promise<void> {
  const byMinute = Map.groupBy(uses, ([, at]) => at - (at % minuteMs));
  for (const [at, group] of byMinute) {
    const ids = group.map(([sessionId]) => sessionId);
    for (const table of ["sessions", "access_tokens"] as const)
      await tx
        .updateTable(table)
        .set({ seen_at: at })
        .where("id", "in", ids)
        .where("revoked_at", "is", null)
        .where((each) => each.or([each("seen_at", "is", null), each("seen_at", "<", at)]))
        .execute();
  }
}
