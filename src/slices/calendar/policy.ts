/** Who may see calendars and change what takes place: everybody sees their own, those who teach a course fill it. */
import type { Database } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { noteFact, notePerson } from "#kernel/explain-policy.ts";
import {
  allow,
  type Decision,
  denyForbidden,
  denyNotFound,
  denyUnauthenticated,
  type Policy,
} from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { belongsToCourse, decide, loadStanding, teaches } from "#slices/courses/api.ts";
import type { CalendarTables } from "./tables.ts";

/** Everyone for their own courses together; for one course, those who belong to it. */
export const seesCalendar: Policy<{ readonly courseId?: string | undefined }> = {
  claim: "is signed in; belongs to the course, where one is named",
  async decide({ actor, input, database, now }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    notePerson(database, actor, { signedIn: true });
    const { courseId } = input;
    return courseId === undefined
      ? allow
      : belongsToCourse.decide({ actor, input: { courseId }, database, now });
  },
};

/** People, for their own calendar. */
export const ownsCalendar: Policy<unknown> = {
  claim: "is signed in, as a person",
  decide({ actor, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    notePerson(database, actor, { signedIn: true });
    return actor.kind === "person" ? allow : denyForbidden("Lyceum itself has no calendar.");
  },
};

const eventById = prepared<CalendarTables>()((db, p: Parameter<{ id: string }>) =>
  db.selectFrom("calendar_events").select(["course_id", "removed_at"]).where("id", "=", p("id")),
);

function ofEvent({ evenRemoved }: { readonly evenRemoved: boolean }): Policy<{ readonly eventId: string }> {
  return {
    claim: "teaches the course of the event",
    async decide({ actor, input, database }) {
      if (actor.kind === "anonymous") return denyUnauthenticated;
      const [row] = await eventById(database, { id: input.eventId });
      if (row === undefined || (row.removed_at !== null && !evenRemoved)) return denyNotFound("event");
      noteFact(database, "event", input.eventId, { removed: row.removed_at !== null });
      return decideTeaching(database, actor, row.course_id);
    },
  };
}

/** Those who teach the course of the event. */
export const teachesCourseOfEvent = ofEvent({ evenRemoved: false });
/** Those who teach the course of the event, which may have been removed. */
export const teachesCourseOfAnyEvent = ofEvent({ evenRemoved: true });

async function decideTeaching(database: Database, actor: Actor, courseId: string): Promise<Decision> {
  const standing = await loadStanding(database, actor, courseId);
  const otherwise = "Only those who teach the course change its calendar.";
  return decide(standing, teaches, { thing: "event", otherwise });
}
