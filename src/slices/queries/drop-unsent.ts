/** Throws away files that were added to a text which was never sent, and who-is-answering that has passed. */
import { scheduleFor } from "#kernel/slice-schedule.ts";
import { dropAttachments } from "./attachments.ts";
import { answeringMsMax } from "./schema.ts";
import type { QueriesTables } from "./tables.ts";

const unsentMsMax = 24 * 3_600_000;
const atOnceMax = 50;

export const dropUnsent = scheduleFor<QueriesTables>()({
  name: "queries.dropUnsent",
  everyMs: 3_600_000,
  async run({ read, write, now }) {
    const rows = await read((db) =>
      db
        .selectFrom("query_attachments")
        .select(["id", "sha256"])
        .where("added_at", "<", now - unsentMsMax)
        .where("query_id", "is", null)
        .orderBy("added_at")
        .limit(atOnceMax)
        .execute(),
    );
    await write(async ({ tx, blobs }) => {
      const still =
        rows.length === 0
          ? []
          : await tx
              .selectFrom("query_attachments")
              .select(["id", "sha256"])
              .where(
                "id",
                "in",
                rows.map(({ id }) => id),
              )
              .where("query_id", "is", null)
              .execute();
      await dropAttachments({ tx, blobs }, still);
      await tx
        .deleteFrom("query_answering")
        .where("since", "<", now - answeringMsMax)
        .execute();
    });
    return rows.length === atOnceMax;
  },
});
