/** Taking dates and attempts of one's own back. */
import { z } from "zod";
import { requireVersion, versionField } from "#slices/courses/api.ts";
import { extensionRevoked } from "./events.ts";
import { teachesExtension } from "./policy.ts";
import { extensionIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** From now on everybody's dates hold for this student or group. What was handed in stays handed in. */
export const revokeExtension = operation({
  name: "assignments.revokeExtension",
  summary: "Takes an extension back: everybody's dates hold again.",
  kind: "command",
  input: z.strictObject({ extensionId: extensionIdField, version: versionField("the extension") }),
  output: z.object({ extensionId: z.string() }).meta({ id: "RevokedExtension" }),
  policy: teachesExtension,
  refusals: { stale_version: "conflict" },
  async handle({ input: { extensionId, version }, tx, emit }) {
    const row = await tx
      .selectFrom("assignment_extensions")
      .selectAll()
      .where("id", "=", extensionId)
      .executeTakeFirstOrThrow();
    await requireVersion(tx, "this extension", row, version);
    await tx.deleteFrom("assignment_extensions").where("id", "=", extensionId).execute();
    emit(extensionRevoked, { assignmentId: row.assignment_id, courseId: row.course_id, extensionId });
    return { extensionId };
  },
});
