/**
 * What the feed tells of assignments: which there are, and who has handed in. Assignments may require materials and
 * materials may require assignments, so neither slice imports the other; contents hold their ids and no more.
 */
import { tablesOf } from "#engines/store/port.ts";
import type { FeedEvent } from "#kernel/event.ts";
import type { ClusterFollower } from "#kernel/follower.ts";
import type { MaterialsTables } from "./tables.ts";

const published: Readonly<Record<string, 0 | 1>> = {
  "assignment.created": 0,
  "assignment.published": 1,
  "assignment.unpublished": 0,
};

export const onAssignments: ClusterFollower = {
  where: "once",
  name: "materials.onAssignments",
  events: [
    ...Object.keys(published),
    "assignment.removed",
    "assignment.restored",
    "submission.received",
    "submission.withdrawn",
  ],
  async take({ database, event }) {
    const tx = tablesOf<MaterialsTables>(database);
    const assignmentId = String(event.data.assignmentId);
    const courseId = String(event.data.courseId);
    const students = studentsIn(event.data);
    if (event.type === "submission.received") {
      await tx
        .insertInto("assignments_handed_in")
        .values(
          students.map((person_id) => ({ person_id, course_id: courseId, assignment_id: assignmentId })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return;
    }
    if (event.type === "submission.withdrawn") {
      await tx
        .deleteFrom("assignments_handed_in")
        .where("course_id", "=", courseId)
        .where("assignment_id", "=", assignmentId)
        .where("person_id", "in", students)
        .execute();
      return;
    }
    if (event.type === "assignment.removed") {
      await tx.deleteFrom("course_assignments").where("assignment_id", "=", assignmentId).execute();
      await tx
        .deleteFrom("material_prerequisites")
        .where("course_id", "=", courseId)
        .where("kind", "=", "assignment")
        .where("required_id", "=", assignmentId)
        .execute();
      return;
    }
    const state = published[event.type] ?? 0;
    await tx
      .insertInto("course_assignments")
      .values({
        assignment_id: assignmentId,
        course_id: courseId,
        published: state,
        placed: 0,
        module_id: "",
        place: 0,
      })
      .onConflict((conflict) => conflict.column("assignment_id").doUpdateSet({ published: state }))
      .execute();
  },
};

/** All whose work it is; events from before groups were named in them have the one who handed it in. */
function studentsIn({ studentIds, studentId }: FeedEvent["data"]): string[] {
  return Array.isArray(studentIds) && studentIds.length > 0 ? studentIds.map(String) : [String(studentId)];
}
