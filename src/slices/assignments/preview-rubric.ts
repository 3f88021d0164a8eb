/** Whose mark a proposed rubric would move, and how. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { cutPage, decodeCursor, pageFields } from "#kernel/paging.ts";
import { afterLateness } from "./grade-writer.ts";
import { fromHundredths } from "./points.ts";
import { teachesAssignment } from "./policy.ts";
import { nameView } from "./pseudonyms.ts";
import { moveMark } from "./rubric.ts";
import { choicesOf, rubricsInForce } from "./rubrics.ts";
import { assignmentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

const RubricMove = z
  .object({
    submissionId: z.string(),
    studentId: z.string(),
    studentName: z.string(),
    outcome: z.enum(["moves", "regrade"]).meta({
      id: "RubricMoveOutcome",
      description:
        "`regrade`: a level that was chosen is gone, or a criterion is new; the mark stays until somebody looks.",
    }),
    pointsBefore: z.number(),
    points: z.number().nullable().meta({ description: "Null where somebody has to look again." }),
    isReleased: z.boolean(),
  })
  .meta({ id: "RubricMove" });

/** Says of every grade by the rubric what the proposal makes of it; those that stay are only counted. */
export const previewRubric = operation({
  name: "assignments.previewRubric",
  summary: "Shows whose grade a proposed rubric would move, and how.",
  kind: "read",
  input: z.strictObject({ assignmentId: assignmentIdField, ...pageFields }),
  output: z
    .object({
      version: z.int().meta({ description: "The version of the proposal; give it when you apply it." }),
      moves: z.int(),
      regrades: z.int(),
      stays: z.int(),
      releasedMoves: z.int().meta({ description: "Grades among them that students see already." }),
      items: z.array(RubricMove),
      nextCursor: z.string().nullable(),
    })
    .meta({ id: "RubricPreview" }),
  policy: teachesAssignment,
  async handle({ input, db }) {
    const { assignmentId } = input;
    const { next } = await rubricsInForce(db, assignmentId);
    if (next === null) throw new Refusal("not_found", "No change of this rubric is proposed.");
    const rows = await db
      .selectFrom("grades")
      .selectAll()
      .where("assignment_id", "=", assignmentId)
      .where("rubric_version", "is not", null)
      .orderBy("submission_id")
      .orderBy("student_id")
      .execute();
    const looked = rows.map((row) => {
      const hundredths = row.raw_hundredths ?? row.points_hundredths;
      return { row, move: moveMark(next.criteria, { choices: choicesOf(row), hundredths }) };
    });
    const changed = looked.flatMap(({ row, move }) =>
      move.outcome === "stays" ? [] : [{ row, move, outcome: move.outcome }],
    );
    const regrades = changed.filter(({ outcome }) => outcome === "regrade").length;
    const from = input.cursor === undefined ? 0 : decodeCursor(input.cursor, ["integer"])[0];
    const slice = changed.slice(from, from + input.limit + 1).map((each, at) => ({ ...each, at: from + at }));
    const names = await nameView(
      db,
      assignmentId,
      slice.map(({ row }) => row.student_id),
    );
    const page = cutPage(
      slice,
      input.limit,
      ({ at }) => [at + 1],
      ({ row, move, outcome }) => ({
        submissionId: row.submission_id,
        studentId: names.idOf(row.student_id),
        studentName: names.nameOf(row.student_id),
        outcome,
        pointsBefore: fromHundredths(row.points_hundredths),
        points:
          move.hundredths === null ? null : fromHundredths(afterLateness(move.hundredths, row.late_percent)),
        isReleased: row.released_at !== null,
      }),
    );
    return {
      version: next.row.version,
      moves: changed.length - regrades,
      regrades,
      stays: rows.length - changed.length,
      releasedMoves: changed.filter(({ row, outcome }) => outcome === "moves" && row.released_at !== null)
        .length,
      ...page,
    };
  },
});
