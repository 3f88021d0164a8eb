/** What was counted for an erasure that nobody confirmed names a person: it is forgotten after its day. */
import { erasureConfirmMs } from "./erasures.ts";
import { schedule } from "./tables.ts";

const atOnceMax = 100;

export const forgetErasures = schedule({
  name: "identity.forgetErasures",
  everyMs: 3_600_000,
  async run({ write }) {
    const gone = await write(async ({ tx, now }) => {
      const rows = await tx
        .selectFrom("person_erasures")
        .select("id")
        .where("state", "in", ["counting", "ready"])
        .where("asked_at", "<", now - erasureConfirmMs)
        .limit(atOnceMax)
        .execute();
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await tx.deleteFrom("person_erasures").where("id", "in", ids).execute();
      return ids.length;
    });
    return gone === atOnceMax;
  },
});
