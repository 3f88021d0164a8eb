/** The words of a mail: pure, from what it tells of. Plain text, which every program shows and no filter distrusts. */
import { type Notice, type NoticeKind, noticesPerMailMax } from "./schema.ts";

/** What happened, with the title of what it is about; the mail names the course before it. */
const news: Readonly<Record<NoticeKind, (title: string) => string>> = {
  announcement_posted: (title) => `Announcement: ${title}`,
  material_published: (title) => `New to read: ${title}`,
  assignment_published: (title) => `New assignment: ${title}`,
  assignment_due_soon: (title) => `Due soon, and not handed in yet: ${title}`,
  grade_released: (title) => `Your grade is there: ${title}`,
  query_asked: (title) => `A new query: ${title}`,
  query_answered: (title) => `Your query was answered: ${title}`,
  enrolment_started: () => "You are in this course now.",
  submission_received: (title) => `Received, with a receipt: ${title}`,
  extension_granted: (title) => `You have dates or attempts of your own: ${title}`,
  grade_changed: (title) => `Your grade was changed: ${title}`,
  appeal_opened: (title) => `A student appeals against a grade: ${title}`,
  appeal_answered: (title) => `Your appeal was answered: ${title}`,
  query_followed_up: (title) => `A query waits again: ${title}`,
  query_merged: (title) => `Your query is answered together with another one: ${title}`,
};

/** Why the reader gets it. */
const reasons: Readonly<Record<NoticeKind, string>> = {
  announcement_posted: "you belong to the course",
  material_published: "you study in the course",
  assignment_published: "you study in the course",
  assignment_due_soon: "you study in the course and have not handed in",
  grade_released: "you handed the work in",
  query_asked: "you teach the course",
  query_answered: "you asked",
  enrolment_started: "you were enrolled",
  submission_received: "you, or your group, handed this in",
  extension_granted: "you, or your group, were given an extension",
  grade_changed: "you handed the work in",
  appeal_opened: "you teach the course",
  appeal_answered: "you appealed",
  query_followed_up: "you teach the course",
  query_merged: "you asked",
};

export interface MailFacts {
  readonly person: { readonly name: string };
  readonly notices: readonly Notice[];
  readonly isDigest: boolean;
  readonly schoolName: string;
  readonly links: { readonly home: string; readonly unsubscribe: string };
}

export function mailText({ person, notices, isDigest, schoolName, links }: MailFacts): {
  readonly subject: string;
  readonly text: string;
} {
  const shown = notices.slice(0, noticesPerMailMax);
  const more = notices.length - shown.length;
  const lines = [
    `Hello ${person.name},`,
    ...byCourse(shown).flatMap(([course, ofCourse]) => [
      "",
      course,
      ...ofCourse.flatMap((notice) => [
        `  - ${news[notice.kind](notice.title ?? "")}`,
        `    ${links.home}${pathOf(notice)}`,
      ]),
    ]),
    ...(more > 0 ? ["", `And ${more} more: ${links.home}/notices`] : []),
    "",
    "-- ",
    `${schoolName}. You get this because ${reasonsOf(shown)}.`,
    `Choose what reaches you, and when: ${links.home}/notices/preferences`,
    `No more mails like this one: ${links.unsubscribe}`,
  ];
  return { subject: subjectOf(shown, { isDigest, more, schoolName }), text: `${lines.join("\n")}\n` };
}

/** Where the notice leads, within the school's pages. */
function pathOf({ course, subject }: Notice): string {
  const at = `/courses/${course.courseId}`;
  if (subject.announcementId !== null) return `${at}/announcements/${subject.announcementId}`;
  if (subject.materialId !== null) return `${at}/materials/${subject.materialId}`;
  if (subject.assignmentId !== null) {
    const assignment = `${at}/assignments/${subject.assignmentId}`;
    return subject.submissionId === null
      ? assignment
      : `${assignment}/grade?submission=${subject.submissionId}`;
  }
  return subject.queryId === null ? at : `${at}/queries/${subject.queryId}`;
}

function subjectOf(
  shown: readonly Notice[],
  {
    isDigest,
    more,
    schoolName,
  }: { readonly isDigest: boolean; readonly more: number; readonly schoolName: string },
): string {
  const [first] = shown;
  const count = shown.length + more;
  if (first !== undefined && count === 1)
    return `${first.course.code}: ${news[first.kind](first.title ?? "")}`;
  return isDigest ? `${schoolName}: your day, ${count} notices` : `${schoolName}: ${count} notices`;
}

function byCourse(notices: readonly Notice[]): readonly (readonly [string, readonly Notice[]])[] {
  const groups = Map.groupBy(notices, ({ course }) => course.courseId);
  return [...groups.values()].map((group) => {
    const [{ course }] = group as [Notice, ...Notice[]];
    return [`${course.code} ${course.title}`, group] as const;
  });
}

function reasonsOf(notices: readonly Notice[]): string {
  const all = [...new Set(notices.map(({ kind }) => reasons[kind]))];
  const last = all.pop() ?? "";
  return all.length === 0 ? last : `${all.join(", ")} and ${last}`;
}
