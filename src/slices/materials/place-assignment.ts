/** Placing an assignment among the materials of a module, by reference. */
import { z } from "zod";
import { invalidField } from "#kernel/errors.ts";
import { courseIdField, idField, teachesCourse } from "#slices/courses/api.ts";
import { makeRoom, requireModule } from "./contents.ts";
import { moduleIdField, PlacedAssignment } from "./schema.ts";
import { operation } from "./tables.ts";

/** Puts an assignment into a module, moves it there, or takes it out of the contents; the assignment itself stays. */
export const placeAssignment = operation({
  name: "materials.placeAssignment",
  summary: "Places an assignment among the materials of a module, or takes it out of the contents.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    assignmentId: idField("the assignment"),
    placed: z
      .boolean()
      .default(true)
      .meta({ description: "False takes it out of the contents; the assignment itself stays." }),
    moduleId: moduleIdField.default(null),
    beforeId: z
      .string()
      .min(1)
      .max(64)
      .nullable()
      .default(null)
      .meta({ description: "The material or assignment to stand before; null for the end of the module." }),
  }),
  output: PlacedAssignment,
  policy: teachesCourse,
  refusals: { module_full: "failed_precondition" },
  async handle({ input, tx }) {
    const { courseId, assignmentId, placed, beforeId } = input;
    const row = await tx
      .selectFrom("course_assignments")
      .selectAll()
      .where("assignment_id", "=", assignmentId)
      .where("course_id", "=", courseId)
      .executeTakeFirst();
    if (row === undefined) throw invalidField("assignmentId", "This course has no such assignment.");
    const moduleId = await requireModule(tx, courseId, placed ? input.moduleId : null);
    const place = placed ? await makeRoom(tx, { id: assignmentId }, { courseId, moduleId, beforeId }) : 0;
    const changes = { placed: placed ? 1 : 0, module_id: moduleId, place } as const;
    await tx
      .updateTable("course_assignments")
      .set(changes)
      .where("assignment_id", "=", assignmentId)
      .execute();
    return {
      assignmentId,
      moduleId: placed && moduleId !== "" ? moduleId : null,
      order: place,
      placed,
    };
  },
});
