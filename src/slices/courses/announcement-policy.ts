/** Who may see and change announcements: what is scheduled or removed is there for those who teach alone. */
import {
  allow,
  type Decision,
  denyForbidden,
  denyNotFound,
  denyUnauthenticated,
  type Policy,
} from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { belongs, belongsToCourse, decide, loadStanding, type Standing, teaches } from "./policy.ts";
import type { CoursesTables } from "./tables.ts";

const staffOnly = "Only those who teach the course do this.";

/** Whether someone may see or change an announcement, which students see or not. */
export function decideAnnouncement(
  standing: Standing,
  { isSeen, changes }: { readonly isSeen: boolean; readonly changes: boolean },
): Decision {
  if (standing.kind === "anonymous") return denyUnauthenticated;
  if (teaches(standing)) return allow;
  if (!belongs(standing) || !isSeen) return denyNotFound("announcement");
  return changes ? denyForbidden(staffOnly) : allow;
}

const announcementById = prepared<CoursesTables>()((db, p: Parameter<{ announcementId: string }>) =>
  db
    .selectFrom("announcements")
    .select(["course_id", "posted", "removed_at"])
    .where("id", "=", p("announcementId")),
);

interface AnnouncementInput {
  readonly announcementId: string;
}

function ofAnnouncement(claim: string, changes: boolean): Policy<AnnouncementInput> {
  return {
    claim,
    async decide({ actor, input, database }) {
      if (actor.kind === "anonymous") return denyUnauthenticated;
      const [row] = await announcementById(database, { announcementId: input.announcementId });
      if (row === undefined) return denyNotFound("announcement");
      const standing = await loadStanding(database, actor, row.course_id);
      const isSeen = row.posted === 1 && row.removed_at === null;
      return decideAnnouncement(standing, { isSeen, changes });
    },
  };
}

/** Everyone in the course of a posted announcement; of another one, those who teach. */
export const seesAnnouncement = ofAnnouncement(
  "belongs to the course of the announcement; teaches it, before it is posted and once it is removed",
  false,
);

/** Those who teach the course of the announcement. */
export const changesAnnouncement = ofAnnouncement("teaches the course of the announcement", true);

/** Everyone in the course; for what is scheduled or removed, those who teach. */
export const listsAnnouncements: Policy<{
  readonly courseId: string;
  readonly list: "posted" | "scheduled" | "removed";
}> = {
  claim: "belongs to the course; teaches it, to see what is scheduled or was removed",
  async decide({ actor, input, database }) {
    const standing = await loadStanding(database, actor, input.courseId);
    const claim = input.list === "posted" ? belongs : teaches;
    return decide(standing, claim, { thing: "course", otherwise: staffOnly });
  },
};

/** Those who are in the course with a role of their own, since what they have read is kept of them. */
export const readsInCourse: Policy<{ readonly courseId: string }> = {
  claim: "is in the course, with a role of their own",
  async decide({ actor, input, database }) {
    const standing = await loadStanding(database, actor, input.courseId);
    const isIn = (one: Standing) =>
      one.kind === "member" || (one.kind === "administration" && one.role !== null);
    return decide(standing, isIn, { thing: "course", otherwise: "You are not in this course yourself." });
  },
};

/** Everyone for their own courses together; for one course, those who belong to it. */
export const countsAnnouncements: Policy<{ readonly courseId?: string | undefined }> = {
  claim: "is signed in; belongs to the course, where one is named",
  async decide({ actor, input, database, now }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const { courseId } = input;
    return courseId === undefined
      ? allow
      : belongsToCourse.decide({ actor, input: { courseId }, database, now });
  },
};

const fileById = prepared<CoursesTables>()((db, p: Parameter<{ fileId: string }>) =>
  db
    .selectFrom("announcement_files")
    .leftJoin("announcements", "announcements.id", "announcement_files.announcement_id")
    .select([
      "announcement_files.course_id as courseId",
      "announcement_files.added_by as addedBy",
      "announcements.posted as posted",
      "announcements.removed_at as removedAt",
    ])
    .where("announcement_files.id", "=", p("fileId")),
);

/** Whoever sees the announcement; before it stands in one, whoever added it. */
export const seesAnnouncementFile: Policy<{ readonly fileId: string }> = {
  claim: "sees the announcement that the file is beside; who added it, before it stands in one",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const [row] = await fileById(database, { fileId: input.fileId });
    if (row === undefined) return denyNotFound("file");
    const standing = await loadStanding(database, actor, row.courseId);
    if (row.posted === null)
      return actor.kind === "person" && actor.personId === row.addedBy && belongs(standing)
        ? allow
        : denyNotFound("file");
    const isSeen = row.posted === 1 && row.removedAt === null;
    const decision = decideAnnouncement(standing, { isSeen, changes: false });
    return decision.allowed ? allow : denyNotFound("file");
  },
};
