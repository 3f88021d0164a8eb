/** How far a copy is. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { copiesOf } from "./copies.ts";
import { askedForCopy } from "./policy.ts";
import { CourseCopy, idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives a copy that the asker began: how far it is, what came of it. */
export const getCourseCopy = operation({
  name: "courses.getCourseCopy",
  summary: "Tells how far a copy of a course is, and what came of it.",
  kind: "read",
  input: z.strictObject({ copyId: idField("the copy") }),
  output: CourseCopy,
  policy: askedForCopy,
  async handle({ input, db }) {
    const row = await db
      .selectFrom("course_copies")
      .selectAll()
      .where("id", "=", input.copyId)
      .executeTakeFirstOrThrow();
    const [copy] = await copiesOf(db, [row]);
    return present(copy, "one row makes one copy");
  },
});
