/** What says whom an erasure is about goes: a count that nobody confirmed after its day, the name some minutes after the end. */
import { forgetAfterMs } from "./erasure-remains.ts";
import { erasureConfirmMs, forgetErased } from "./erasures.ts";
import { schedule } from "./tables.ts";

const atOnceMax = 100;

export const forgetErasures = schedule({
  name: "identity.forgetErasures",
  everyMs: 60_000,
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
      const done = await tx
        .selectFrom("person_erasures")
        .select("id")
        .where("state", "=", "done")
        .where("name", "is not", null)
        .where("ended_at", "<", now - forgetAfterMs)
        .limit(atOnceMax)
        .execute();
      await forgetErased(
        tx,
        done.map(({ id }) => id),
        now,
      );
      return Math.max(ids.length, done.length);
    });
    return gone === atOnceMax;
  },
});
