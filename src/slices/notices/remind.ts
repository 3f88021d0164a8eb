/** Reminding those who have yet to hand in, a day before: each once for each date that holds for them. */
import { z } from "zod";
import { datesDueBetween, markedAssignments, markKey, marksOfStudents } from "#slices/assignments/api.ts";
import { membersOfCourse } from "#slices/courses/api.ts";
import { about } from "./kinds.ts";
import { job, schedule } from "./tables.ts";
import { tell } from "./tell.ts";

/** So long before it is due. */
export const remindBeforeMs = 24 * 3_600_000;
/** Dates that one run looks at, of each sort. */
const datesPerRun = 400;
/** Dates that one run takes up, so that its transaction stays small. */
const takenPerRun = 100;
const peoplePerStep = 200;

/** Finds what falls due within a day, and leaves a job for each date that nobody was reminded of. */
export const remindOfDueDates = schedule({
  name: "notices.remindOfDueDates",
  everyMs: 5 * 60_000,
  async run({ read, write, now }) {
    const window = { from: now, to: now + remindBeforeMs, limit: datesPerRun };
    const dates = await read((db) => datesDueBetween(db, window));
    if (dates.length === 0) return false;
    return write(async ({ tx, now: remindedAt, enqueue }) => {
      const known = await tx
        .selectFrom("reminders")
        .select(["assignment_id", "due_at"])
        .where("due_at", ">", now)
        .execute();
      const done = new Set(known.map((row) => `${row.assignment_id} ${row.due_at}`));
      const fresh = dates.filter(({ assignmentId, dueAt }) => !done.has(`${assignmentId} ${dueAt}`));
      for (const date of fresh.slice(0, takenPerRun)) {
        await tx
          .insertInto("reminders")
          .values({ assignment_id: date.assignmentId, due_at: date.dueAt, reminded_at: remindedAt })
          .onConflict((conflict) => conflict.columns(["assignment_id", "due_at"]).doNothing())
          .execute();
        await enqueue(remindStudents, { ...date });
      }
      return fresh.length > takenPerRun;
    });
  },
});

/** Reminds the students for whom an assignment is due at that time and who have handed in nothing that stands. */
export const remindStudents = job({
  name: "notices.remindStudents",
  summary: "Reminds students of an assignment that is due within a day.",
  inputSchema: z.strictObject({ assignmentId: z.string(), courseId: z.string(), dueAt: z.int() }),
  async run({ input: { assignmentId, courseId, dueAt }, read, write }) {
    const common = about("assignment_due_soon", courseId, assignmentId, { personId: "" });
    const news = { ...common, eventKey: `${common.eventKey}:${dueAt}` };
    let told = 0;
    for (let after: string | null = ""; after !== null; ) {
      const from: string = after;
      const page = await read(async (db) => {
        const roles = ["student"] as const;
        const members = await membersOfCourse(db, { courseId, roles, after: from, limit: peoplePerStep });
        const marks = await marksOfStudents(db, { courseId, studentIds: members.personIds });
        const assignments = await markedAssignments(db, courseId);
        return { ...members, marks, assignments };
      });
      // It may have been moved, or taken back, since the job was left.
      const everybodysDueAt = page.assignments.find((each) => each.assignmentId === assignmentId)?.dueAt;
      const late = page.personIds.filter((personId) => {
        const mark = page.marks.get(markKey(assignmentId, personId));
        if (mark?.isHandedIn === true) return false;
        return (mark?.ownDueAt ?? everybodysDueAt) === dueAt;
      });
      await write(({ tx, now, newId }) => tell({ database: tx, now, newId }, news, late));
      told += late.length;
      after = page.next;
    }
    return { told };
  },
});
