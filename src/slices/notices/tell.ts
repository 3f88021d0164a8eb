/** Telling people: from an event of the feed to a notice for each of them, each once, however often it is tried. */
import { z } from "zod";
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { ClusterFollower } from "#kernel/follower.ts";
import { CourseRole, membersOfCourse } from "#slices/courses/api.ts";
import { type News, readings } from "./kinds.ts";
import { mailTime } from "./mail-time.ts";
import { NoticeKind } from "./schema.ts";
import { job, type NoticesTable, type NoticesTables } from "./tables.ts";
import { wishesOf } from "./wishes.ts";

/** People whom one transaction tells. */
const peoplePerStep = 200;

/** What one step of telling needs of its transaction. */
export interface Telling {
  readonly database: Database;
  readonly now: number;
  readonly newId: () => string;
}

/** Makes the notice for each of `personIds` who has not got it yet. */
export async function tell(
  { database, now, newId }: Telling,
  { kind, courseId, subjectId, eventKey }: Omit<News, "audience">,
  personIds: readonly string[],
): Promise<void> {
  if (personIds.length === 0) return;
  const wishes = await wishesOf(database, personIds);
  const rows: NoticesTable[] = personIds.map((personId) => {
    const wish = wishes.get(personId);
    const mode = wish?.mail(kind) ?? "off";
    return {
      id: newId(),
      person_id: personId,
      event_key: eventKey,
      kind,
      course_id: courseId,
      subject_id: subjectId,
      created_at: now,
      read_at: null,
      mail_at: wish === undefined ? null : mailTime(mode, now, wish),
      mail_as: mode === "off" ? null : mode,
      mail_id: null,
    };
  });
  await tablesOf<NoticesTables>(database)
    .insertInto("notices")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["person_id", "event_key"]).doNothing())
    .execute();
}

const SpreadInput = z.strictObject({
  kind: NoticeKind,
  courseId: z.string(),
  subjectId: z.string(),
  eventKey: z.string(),
  roles: z.array(CourseRole),
  except: z.string().nullable(),
});

/** Tells everybody in a course who is meant, a few hundred at a time. */
export const spreadNotice = job({
  name: "notices.spreadNotice",
  summary: "Tells the people of a course of something that happened there.",
  inputSchema: SpreadInput,
  async run({ input, read, write }) {
    const { roles, except, ...news } = input;
    let told = 0;
    for (let after: string | null = ""; after !== null; ) {
      const from: string = after;
      const { personIds, next } = await read((db) =>
        membersOfCourse(db, { courseId: news.courseId, roles, after: from, limit: peoplePerStep }),
      );
      const meant = personIds.filter((personId) => personId !== except);
      await write(({ tx, now, newId }) => tell({ database: tx, now, newId }, news, meant));
      told += meant.length;
      after = next;
    }
    return { told };
  },
});

/** Follows what happens in courses. */
export const tellOfEvents: ClusterFollower = {
  where: "once",
  name: "notices.tellOfEvents",
  events: Object.keys(readings),
  async take({ database, event, now, newId, enqueue }) {
    const news = readings[event.type]?.(event.data, event.position) ?? null;
    if (news === null) return;
    const { audience, ...what } = news;
    if ("personId" in audience) await tell({ database, now, newId }, what, [audience.personId]);
    else if ("people" in audience)
      await tell({ database, now, newId }, what, await audience.people(database));
    else await enqueue(spreadNotice, { ...what, roles: [...audience.roles], except: audience.except });
  },
};
