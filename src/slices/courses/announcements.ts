/** The rows of announcements, as people see them. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import type { Actor } from "#kernel/actor.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { filesOfAnnouncements } from "./announcement-files.ts";
import type { Announcement, AnnouncementState, ReadCount } from "./announcement-schema.ts";
import { loadStanding, teaches } from "./policy.ts";
import type { AnnouncementsTable, CoursesTables } from "./tables.ts";

type Db = Kysely<CoursesTables>;

/** For those who may see them; for operations whose policy has found it there. */
export function announcementRow(db: Db, announcementId: string): Promise<AnnouncementsTable> {
  return db
    .selectFrom("announcements")
    .selectAll()
    .where("id", "=", announcementId)
    .executeTakeFirstOrThrow();
}

export function stateOfAnnouncement({ posted }: Pick<AnnouncementsTable, "posted">): AnnouncementState {
  return posted === 1 ? "posted" : "scheduled";
}

/** The rows of one course as `actor` sees them, in the order given, with names, files, and who has read them. */
export async function announcementsOf(
  db: Db,
  rows: readonly AnnouncementsTable[],
  actor: Actor,
): Promise<Announcement[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const ids = rows.map((row) => row.id);
  const people = await peopleByIds(
    db,
    rows.map((row) => row.posted_by),
  );
  const files = await filesOfAnnouncements(db, ids);
  const personId = actor.kind === "person" ? actor.personId : "";
  const read = await readBy(db, personId, ids);
  const counts = teaches(await loadStanding(db, actor, first.course_id))
    ? await readCounts(db, first.course_id, ids)
    : null;
  return rows.map((row) => ({
    announcementId: row.id,
    courseId: row.course_id,
    title: row.title,
    body: row.body,
    postedBy: { personId: row.posted_by, name: people.get(row.posted_by)?.name ?? "" },
    postedAt: row.posted_at,
    removedAt: row.removed_at,
    state: stateOfAnnouncement(row),
    isPinned: row.pinned === 1,
    isUnread: personId !== "" && row.posted === 1 && row.posted_by !== personId && !read.has(row.id),
    editedAt: row.edited_at,
    files: files.get(row.id) ?? [],
    readers: counts === null ? null : (counts.get(row.id) ?? null),
    version: row.version,
  }));
}

/** One announcement as `actor` sees it. */
export async function announcementOf(db: Db, row: AnnouncementsTable, actor: Actor): Promise<Announcement> {
  const [announcement] = await announcementsOf(db, [row], actor);
  return present(announcement, "one row makes one announcement");
}

async function readBy(db: Db, personId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (personId === "") return new Set();
  const rows = await db
    .selectFrom("announcement_reads")
    .select("announcement_id")
    .where("person_id", "=", personId)
    .where("announcement_id", "in", ids)
    .execute();
  return new Set(rows.map((row) => row.announcement_id));
}

/** How many of those who study in the course now have read each; those who left do not count any more. */
async function readCounts(
  db: Db,
  courseId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReadCount>> {
  const { students } = await db
    .selectFrom("enrolments")
    .select((each) => each.fn.countAll<number>().as("students"))
    .where("course_id", "=", courseId)
    .where("role", "=", "student")
    .where("ended_at", "is", null)
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom("announcement_reads")
    .innerJoin("enrolments", (join) =>
      join
        .onRef("enrolments.course_id", "=", "announcement_reads.course_id")
        .onRef("enrolments.person_id", "=", "announcement_reads.person_id"),
    )
    .select((each) => ["announcement_id", each.fn.countAll<number>().as("read")])
    .where("announcement_id", "in", ids)
    .where("enrolments.role", "=", "student")
    .where("enrolments.ended_at", "is", null)
    .groupBy("announcement_id")
    .execute();
  const read = new Map(rows.map((row) => [row.announcement_id, Number(row.read)]));
  return new Map(ids.map((id) => [id, { read: read.get(id) ?? 0, students: Number(students) }]));
}
