/** The files of a piece of work. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { FileReference } from "#kernel/held-blobs.ts";
import { attemptKey, filesOfAttempts } from "./attempts.ts";
import { membersOf } from "./grade-writer.ts";
import { seesSubmission } from "./policy.ts";
import { nameView } from "./pseudonyms.ts";
import { submissionIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Names a file of the latest attempt, or of an earlier one; the doors then send its bytes. */
export const downloadSubmission = operation({
  name: "assignments.downloadSubmission",
  summary: "Gives a file of a submission: the latest attempt, or the one you name.",
  kind: "read",
  returns: "blob",
  input: z.strictObject({
    submissionId: submissionIdField,
    attempt: z.int().min(1).optional().meta({ description: "Which attempt; the latest when absent." }),
    place: z.int().min(1).default(1).meta({ description: "Which of its files, counting from 1." }),
  }),
  output: FileReference,
  policy: seesSubmission,
  async handle({ input, actor, db }) {
    let select = db
      .selectFrom("submission_attempts")
      .selectAll()
      .where("submission_id", "=", input.submissionId)
      .orderBy("attempt", "desc")
      .limit(1);
    if (input.attempt !== undefined) select = select.where("attempt", "=", input.attempt);
    const row = await select.executeTakeFirst();
    if (row === undefined) throw new Refusal("not_found", `This submission has no attempt ${input.attempt}.`);
    const files = (await filesOfAttempts(db, [row])).get(attemptKey(row)) ?? [];
    const file = files[input.place - 1];
    if (file === undefined)
      throw new Refusal(
        "not_found",
        `Attempt ${row.attempt} has ${files.length} files, no file ${input.place}.`,
      );
    const work = await db
      .selectFrom("submissions")
      .selectAll()
      .where("id", "=", input.submissionId)
      .executeTakeFirstOrThrow();
    const members = await membersOf(db, { ...work, attempt: row.attempt });
    if (actor.kind === "person" && [work.student_id, ...members].includes(actor.personId)) return file;
    const names = await nameView(db, work.assignment_id, [work.student_id]);
    return { ...file, fileName: names.fileNameOf(work.student_id, file.fileName, input.place) };
  },
});
