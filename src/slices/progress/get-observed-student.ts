/** One student, for somebody who observes them. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { peopleByIds, timeZonesOf } from "#slices/identity/api.ts";
import { observesStudent } from "#slices/observers/api.ts";
import { observedNow } from "./observed.ts";
import { ObservedStudentNow, studentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** What is due for the student and what is new, in the courses in which they study; each has its own pages. */
export const getObservedStudent = operation({
  name: "progress.getObservedStudent",
  summary: "Shows how a student whom you observe is doing: courses, what is due and late, and new grades.",
  kind: "read",
  input: z.strictObject({ studentId: studentIdField }),
  output: ObservedStudentNow,
  policy: observesStudent,
  async handle({ input: { studentId }, actor, db, now }) {
    const observer = personOf(actor);
    const timeZone = (await timeZonesOf(db, [observer.personId])).get(observer.personId) ?? "UTC";
    const people = await peopleByIds(db, [studentId]);
    const found = await observedNow(db, observer, { studentId, now, timeZone });
    return {
      student: { personId: studentId, name: people.get(studentId)?.name ?? "" },
      timeZone,
      courses: found.courses.map(({ courseId, code, title, isArchived }) => ({
        ...{ courseId, code, title, isArchived },
      })),
      due: [...found.due],
      newGrades: [...found.newGrades],
    };
  },
});
