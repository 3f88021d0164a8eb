/** The home of an observer: their students, and how each is doing. */
import { z } from "zod";
import { decodeCursor, encodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { personOf, signedIn } from "#kernel/policy.ts";
import { timeZonesOf } from "#slices/identity/api.ts";
import { linksAfter } from "#slices/observers/api.ts";
import { observedNow } from "./observed.ts";
import { ObservedStudent, observedPageMax } from "./schema.ts";
import { operation } from "./tables.ts";

/** One card for each student, the first linked first; a few queries for each student of the page. */
export const listObservedStudents = operation({
  name: "progress.listObservedStudents",
  summary: "Lists the students whom you observe, with what is due, what is late and which grades are new.",
  kind: "read",
  input: z.strictObject({
    limit: z
      .int()
      .min(1)
      .max(observedPageMax)
      .default(observedPageMax)
      .meta({ description: `How many students to give, 1 to ${observedPageMax}.` }),
    cursor: pageFields.cursor,
  }),
  output: pageOf(ObservedStudent),
  policy: signedIn,
  underView: "narrowed",
  async handle({ input, actor, db, now }) {
    const person = personOf(actor);
    // A session with part of the rights only does not observe, nor whoever looks as somebody in one course.
    const isNarrowed =
      person.scope !== "full" || (person.view !== undefined && person.view.courseId !== null);
    if (isNarrowed) return { items: [], nextCursor: null };
    const { personId } = person;
    const [after] = input.cursor === undefined ? [""] : decodeCursor(input.cursor, ["text"]);
    const links = await linksAfter(db, personId, { after, limit: input.limit + 1 });
    const page = links.slice(0, input.limit);
    const timeZone = (await timeZonesOf(db, [personId])).get(personId) ?? "UTC";
    const items: z.input<typeof ObservedStudent>[] = [];
    for (const { linkId, student } of page) {
      const found = await observedNow(db, person, { studentId: student.personId, now, timeZone });
      const waiting = found.due.filter(({ isDone }) => !isDone);
      items.push({
        ...{ linkId, student },
        courses: found.courses.filter(({ isArchived }) => !isArchived).length,
        due: waiting.filter(({ bucket }) => bucket === "today" || bucket === "week").length,
        overdue: waiting.filter(({ bucket }) => bucket === "overdue").length,
        newGrades: found.newGrades.length,
      });
    }
    const last = page.at(-1);
    const isMore = links.length > page.length && last !== undefined;
    return { items, nextCursor: isMore ? encodeCursor([last.linkId]) : null };
  },
});
