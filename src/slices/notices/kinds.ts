/** The kinds of notices: what makes one, who is told, and when a mail tells it to people who have said nothing. */
import type { JsonObject } from "#base/json.ts";
import type { CourseRole } from "#slices/courses/api.ts";
import type { MailMode, NoticeKind } from "./schema.ts";

/** Who is told: one person, or everybody with one of these roles in the course but for one. */
export type Audience =
  | { readonly personId: string }
  | { readonly roles: readonly CourseRole[]; readonly except: string | null };

/** Something that people should know. */
export interface News {
  readonly kind: NoticeKind;
  readonly courseId: string;
  readonly subjectId: string;
  /** The same news is told a person once, by this name. */
  readonly eventKey: string;
  readonly audience: Audience;
}

/** What holds for people who have said nothing: what waits for them comes soon, what merely is there in the digest. */
export const usualMail: Readonly<Record<NoticeKind, MailMode>> = {
  announcement_posted: "at_once",
  material_published: "digest",
  assignment_published: "digest",
  assignment_due_soon: "at_once",
  grade_released: "at_once",
  query_asked: "digest",
  query_answered: "at_once",
  enrolment_started: "at_once",
};

const everybody: readonly CourseRole[] = ["instructor", "teaching_assistant", "student", "observer"];
const staff: readonly CourseRole[] = ["instructor", "teaching_assistant"];
const students: readonly CourseRole[] = ["student"];
/** How people come into a course without having done so themselves. */
const broughtIn = ["admin", "instructor", "import"];

type Reading = (data: JsonObject, position: number) => News | null;

/** How each event of the feed becomes news; null for one that nobody is told of. */
export const readings: Readonly<Record<string, Reading>> = {
  "announcement.posted": (data) => {
    const { announcementId, courseId } = data as { announcementId: string; courseId: string };
    const { postedBy } = data as { postedBy: string };
    return about("announcement_posted", courseId, announcementId, { roles: everybody, except: postedBy });
  },
  "material.published": (data) => {
    const { materialId, courseId } = data as { materialId: string; courseId: string };
    return about("material_published", courseId, materialId, { roles: students, except: null });
  },
  "assignment.published": (data) => {
    const { assignmentId, courseId } = data as { assignmentId: string; courseId: string };
    return about("assignment_published", courseId, assignmentId, { roles: students, except: null });
  },
  "grade.released": (data, position) => {
    const { assignmentId, courseId, studentId } = data as Record<string, string> as GradeFacts;
    const news = about("grade_released", courseId, assignmentId, { personId: studentId });
    // A mark that was changed is news again.
    return { ...news, eventKey: `${news.eventKey}:${position}` };
  },
  "enrolment.started": (data, position) => {
    const { personId, courseId, origin } = data as { personId: string; courseId: string; origin: string };
    if (!broughtIn.includes(origin)) return null;
    const news = about("enrolment_started", courseId, courseId, { personId });
    return { ...news, eventKey: `${news.eventKey}:${position}` };
  },
  "query.created": (data) => {
    const { queryId, courseId, askerId } = data as { queryId: string; courseId: string; askerId: string };
    return about("query_asked", courseId, queryId, { roles: staff, except: askerId });
  },
  "query.answered": (data) => {
    const { queryId, courseId, askerId, answerId } = data as Record<string, string> as AnswerFacts;
    const news = about("query_answered", courseId, queryId, { personId: askerId });
    return { ...news, eventKey: `${news.eventKey}:${answerId}` };
  },
};

interface GradeFacts {
  readonly assignmentId: string;
  readonly courseId: string;
  readonly studentId: string;
}

interface AnswerFacts {
  readonly queryId: string;
  readonly courseId: string;
  readonly askerId: string;
  readonly answerId: string;
}

/** News whose subject makes it one: told a second time, it is the same. */
export function about(kind: NoticeKind, courseId: string, subjectId: string, audience: Audience): News {
  return { kind, courseId, subjectId, eventKey: `${kind}:${subjectId}`, audience };
}
