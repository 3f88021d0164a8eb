/**
 * The job behind a merge: slice by slice, in small steps, each harmless when it is done again, so that a job that is
 * broken off begins anew and finds less to do. What reaches the old account meanwhile (an event on its way to a follower)
 * comes over with the second round, or with the sweep an hour later.
 */
import { z } from "zod";
import { type MergedShare, type MergeParts, mergePerson } from "#kernel/person-merge.ts";
import { personMerged } from "./events.ts";
import { mergePeopleType, type Share } from "./merges.ts";
import { job } from "./tables.ts";

const sweepAfterMs = 3_600_000;
/** Rounds after which what is left is left to the sweep. */
const roundsMax = 4;

export const mergePeopleJob = job({
  name: mergePeopleType.name,
  summary: "Merges two accounts of one person.",
  inputSchema: z.strictObject({ mergeId: z.string(), sweep: z.boolean() }),
  leaseMs: 30 * 60_000,
  attemptsMax: 20,
  async run({ input: { mergeId, sweep }, read, write, services, signal }) {
    const row = await read((db) =>
      db.selectFrom("person_merges").selectAll().where("id", "=", mergeId).executeTakeFirst(),
    );
    if (row === undefined || (row.state === "done") !== sweep) return {};
    const { from_id: from, into_id: into, asked_by: by } = row;
    const parts: MergeParts = {
      slices: services.slices,
      steps: { read, write } as unknown as MergeParts["steps"],
      merge: { from, into, by },
      signal,
    };
    const shares = new Map((JSON.parse(row.shares) as Share[]).map((share) => [share.slice, share]));
    const total = services.slices.length;
    let done = 0;
    for (let round = 0, rows = 1; rows > 0 && round < roundsMax; round++) {
      rows = 0;
      await mergePerson(parts, async (share) => {
        rows += share.moved + share.ended;
        add(shares, share);
        done = Math.min(done + 1, total);
        await write(({ tx }) =>
          tx
            .updateTable("person_merges")
            .set({ shares: JSON.stringify([...shares.values()]), slices_done: done, slices_total: total })
            .where("id", "=", mergeId)
            .execute(),
        );
      });
    }
    if (!sweep)
      await write(async ({ tx, now, emit, enqueue }) => {
        const ended = await tx
          .updateTable("person_merges")
          .set({ state: "done", ended_at: now })
          .where("id", "=", mergeId)
          .where("state", "=", "running")
          .returning("id")
          .execute();
        if (ended.length === 0) return;
        // Roles came over: whoever has the page of the kept account open looks again before they change any.
        await tx
          .updateTable("people")
          .set((each) => ({ version: each("version", "+", 1) }))
          .where("id", "=", into)
          .execute();
        emit(personMerged, { personId: from, intoId: into });
        await enqueue(mergePeopleType, { mergeId, sweep: true }, { notBefore: now + sweepAfterMs });
      });
    return {};
  },
});

function add(shares: Map<string, Share>, { slice, moved, ended }: MergedShare): void {
  if (moved + ended === 0) return;
  const known = shares.get(slice) ?? { slice, moved: 0, ended: 0 };
  shares.set(slice, { slice, moved: known.moved + moved, ended: known.ended + ended });
}
