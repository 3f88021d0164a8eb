/** How much room courses may take. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { hasRole } from "#kernel/policy.ts";
import { bytesMaxField, idField } from "./schema.ts";
import { defaultsId, schoolBytesMax } from "./storage.ts";
import { operation } from "./tables.ts";

/** Sets the limit of one course, or the one that holds for all that have none of their own. What is there stays. */
export const setStorageLimit = operation({
  name: "courses.setStorageLimit",
  summary:
    "Sets how much room the files of a course may take, or of every course without a limit of its own.",
  kind: "command",
  input: z.strictObject({
    courseId: idField("the course; absent for the school's own limit").optional(),
    bytesMax: bytesMaxField.nullable().meta({ description: "Null, for a course: the school's limit again." }),
  }),
  output: z.object({ bytesMax: z.int().meta({ description: "The limit that now holds." }) }),
  policy: hasRole("admin"),
  refusals: { unknown_course: "not_found" },
  async handle({ input, tx }) {
    const { courseId, bytesMax } = input;
    if (courseId !== undefined) {
      const row = await tx
        .updateTable("courses")
        .set({ storage_bytes_max: bytesMax })
        .where("id", "=", courseId)
        .returning("id")
        .executeTakeFirst();
      if (row === undefined)
        throw new Refusal("unknown_course", "There is no such course.", { kind: "not_found" });
    } else if (bytesMax === null) {
      await tx.deleteFrom("course_defaults").where("id", "=", defaultsId).execute();
    } else {
      await tx
        .insertInto("course_defaults")
        .values({ id: defaultsId, storage_bytes_max: bytesMax })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ storage_bytes_max: bytesMax }))
        .execute();
    }
    return { bytesMax: bytesMax ?? (await schoolBytesMax(tx)) };
  },
});
