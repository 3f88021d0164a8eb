/** A file beside an announcement. */
import { z } from "zod";
import { FileReference } from "#kernel/held-blobs.ts";
import { fileOf } from "./announcement-files.ts";
import { seesAnnouncementFile } from "./announcement-policy.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Names the file, whose bytes the doors then send. */
export const getAnnouncementFile = operation({
  name: "courses.getAnnouncementFile",
  summary: "Gives a file that was posted along with an announcement.",
  kind: "read",
  returns: "blob",
  input: z.strictObject({ fileId: idField("the file") }),
  output: FileReference,
  policy: seesAnnouncementFile,
  handle: async ({ input, db }) =>
    fileOf(
      await db
        .selectFrom("announcement_files")
        .selectAll()
        .where("id", "=", input.fileId)
        .executeTakeFirstOrThrow(),
    ),
});
