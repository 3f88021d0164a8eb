/** What a notice says: made from what it is about as that stands now, for a reader who may or may not see it any more. */
import type { Database } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { assignmentsOfSubmissions, publishedAssignmentTitles } from "#slices/assignments/api.ts";
import { announcementTitles, type CourseName, courseNames, coursesOf } from "#slices/courses/api.ts";
import { openMaterials } from "#slices/materials/api.ts";
import { queryTitles } from "#slices/queries/api.ts";
import type { Notice, NoticeKind } from "./schema.ts";
import type { NoticesTable } from "./tables.ts";

type SubjectField = keyof Notice["subject"] | "courseId";

/** What the subject of each kind is. */
const subjectField: Readonly<Record<NoticeKind, SubjectField>> = {
  announcement_posted: "announcementId",
  material_published: "materialId",
  assignment_published: "assignmentId",
  assignment_due_soon: "assignmentId",
  grade_released: "assignmentId",
  query_asked: "queryId",
  query_answered: "queryId",
  enrolment_started: "courseId",
  submission_received: "assignmentId",
  extension_granted: "assignmentId",
  grade_changed: "assignmentId",
  appeal_opened: "submissionId",
  appeal_answered: "assignmentId",
  query_followed_up: "queryId",
  query_merged: "queryId",
};

/** No subject yet. */
const nothing: Notice["subject"] = {
  announcementId: null,
  materialId: null,
  assignmentId: null,
  queryId: null,
  submissionId: null,
};

/** The rows as `reader` may see them now, in the order given; a few queries for all of them. */
export async function describe(
  database: Database,
  reader: Actor,
  rows: readonly NoticesTable[],
  now: number,
): Promise<Notice[]> {
  const courses = await courseNames(database, [...new Set(rows.map((row) => row.course_id))]);
  const submissionIds = rows
    .filter(({ kind }) => subjectField[kind] === "submissionId")
    .map((row) => row.subject_id);
  const works = await assignmentsOfSubmissions(database, submissionIds);
  const titles = await titlesFor(database, { reader, now }, rows, { courses, works });
  return rows.map((row) => {
    const field = subjectField[row.kind];
    return {
      noticeId: row.id,
      kind: row.kind,
      course: courses.get(row.course_id) ?? { courseId: row.course_id, code: "", term: "", title: "" },
      subject: {
        ...nothing,
        ...(field === "courseId" ? {} : { [field]: row.subject_id }),
        ...(field === "submissionId" ? { assignmentId: works.get(row.subject_id) ?? null } : {}),
      },
      title: titles.get(row.id) ?? null,
      createdAt: row.created_at,
      readAt: row.read_at,
    };
  });
}

/** By the notice's id; none for what the reader may not see. */
async function titlesFor(
  database: Database,
  { reader, now }: { readonly reader: Actor; readonly now: number },
  rows: readonly NoticesTable[],
  {
    courses,
    works,
  }: {
    readonly courses: ReadonlyMap<string, CourseName>;
    /** The assignments that works are for. */
    readonly works: ReadonlyMap<string, string>;
  },
): Promise<ReadonlyMap<string, string>> {
  const roles = new Map((await coursesOf(database, reader)).map(({ courseId, role }) => [courseId, role]));
  const own = rows.filter((row) => roles.has(row.course_id));
  const idsOf = (field: SubjectField) => [
    ...new Set(own.filter((row) => subjectField[row.kind] === field).map((row) => row.subject_id)),
  ];
  const announcements = await announcementTitles(database, idsOf("announcementId"));
  const materials = await openMaterials(database, reader, { materialIds: idsOf("materialId"), now });
  const assignments = await publishedAssignmentTitles(database, [
    ...idsOf("assignmentId"),
    ...new Set(works.values()),
  ]);
  const queries = await queryTitles(database, idsOf("queryId"));
  const isStaffIn = (courseId: string) => {
    const role = roles.get(courseId);
    return role === "instructor" || role === "teaching_assistant";
  };
  const readerId = reader.kind === "person" ? reader.personId : null;
  const titleOf = ({ kind, course_id, subject_id }: NoticesTable): string | undefined => {
    switch (subjectField[kind]) {
      case "announcementId":
        return announcements.get(subject_id);
      case "materialId":
        return materials.get(subject_id)?.title;
      case "assignmentId":
        return assignments.get(subject_id);
      case "submissionId":
        return isStaffIn(course_id) ? assignments.get(works.get(subject_id) ?? "") : undefined;
      case "queryId": {
        const query = queries.get(subject_id);
        return query !== undefined && (isStaffIn(course_id) || query.askerId === readerId)
          ? query.title
          : undefined;
      }
      case "courseId":
        return courses.get(subject_id)?.title;
    }
  };
  return new Map(
    own.flatMap((row) => {
      const title = titleOf(row);
      return title === undefined ? [] : [[row.id, title] as const];
    }),
  );
}
