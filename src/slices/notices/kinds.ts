/** The kinds of notices: what makes one, who is told, and when a mail tells it to people who have said nothing. */
import type { JsonObject } from "#base/json.ts";
import type { Database } from "#engines/store/port.ts";
import type { EventType } from "#kernel/event.ts";
import {
  appealAnswered,
  appealOpened,
  assignmentPublished,
  extensionGranted,
  gradeChanged,
  gradeReleased,
  peopleOfAttempt,
  peopleOfExtension,
  submissionReceived,
} from "#slices/assignments/api.ts";
import { announcementPosted, type CourseRole, enrolmentStarted } from "#slices/courses/api.ts";
import { materialReleased } from "#slices/materials/api.ts";
import { queryAnswered, queryCreated, queryFollowedUp, queryMerged } from "#slices/queries/api.ts";
import type { MailMode, NoticeKind } from "./schema.ts";

/** Who is told: one person, those few whom a thing is about, or everybody with one of these roles but for one. */
export type Audience =
  | { readonly personId: string }
  | { readonly people: (database: Database) => Promise<readonly string[]> }
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
  submission_received: "at_once",
  extension_granted: "at_once",
  grade_changed: "at_once",
  appeal_opened: "digest",
  appeal_answered: "at_once",
  query_followed_up: "digest",
  query_merged: "at_once",
};

const everybody: readonly CourseRole[] = ["instructor", "teaching_assistant", "student", "observer"];
const staff: readonly CourseRole[] = ["instructor", "teaching_assistant"];
const students: readonly CourseRole[] = ["student"];
/** How people come into a course without having done so themselves. */
const broughtIn = ["admin", "instructor", "import"];

type Reading = (data: JsonObject, position: number) => News | null;

/** How one type of event becomes news. */
function on<Data extends JsonObject>(
  { type }: EventType<Data>,
  read: (data: Data, position: number) => News | null,
): readonly [string, Reading] {
  // An event in the feed is of the shape that its type says: nobody else can emit it.
  return [type, (data, position) => read(data as Data, position)];
}

/** How each event of the feed becomes news; null for one that nobody is told of. */
export const readings: Readonly<Record<string, Reading>> = Object.fromEntries([
  on(announcementPosted, ({ announcementId, courseId, postedBy }) =>
    about("announcement_posted", courseId, announcementId, { roles: everybody, except: postedBy }),
  ),
  on(materialReleased, ({ materialId, courseId }) =>
    about("material_published", courseId, materialId, { roles: students, except: null }),
  ),
  on(assignmentPublished, ({ assignmentId, courseId }) =>
    about("assignment_published", courseId, assignmentId, { roles: students, except: null }),
  ),
  // A mark that was changed is news again.
  on(gradeReleased, ({ assignmentId, courseId, studentId }, position) =>
    again(about("grade_released", courseId, assignmentId, { personId: studentId }), position),
  ),
  on(gradeChanged, ({ assignmentId, courseId, studentId }, position) =>
    again(about("grade_changed", courseId, assignmentId, { personId: studentId }), position),
  ),
  // A receipt is the one thing that people are told of what they did themselves; their group is told with them.
  on(submissionReceived, ({ assignmentId, courseId, submissionId, attempt }) =>
    again(
      about("submission_received", courseId, assignmentId, {
        people: (database) => peopleOfAttempt(database, { submissionId, attempt }),
      }),
      `${submissionId}:${attempt}`,
    ),
  ),
  on(extensionGranted, ({ assignmentId, courseId, extensionId }, position) =>
    again(
      about("extension_granted", courseId, assignmentId, {
        people: (database) => peopleOfExtension(database, extensionId),
      }),
      position,
    ),
  ),
  on(appealOpened, ({ courseId, submissionId, appealId }) =>
    again(about("appeal_opened", courseId, submissionId, { roles: staff, except: null }), appealId),
  ),
  on(appealAnswered, ({ assignmentId, courseId, studentId, appealId }) =>
    again(about("appeal_answered", courseId, assignmentId, { personId: studentId }), appealId),
  ),
  on(enrolmentStarted, ({ personId, courseId, origin }, position) =>
    broughtIn.includes(origin)
      ? again(about("enrolment_started", courseId, courseId, { personId }), position)
      : null,
  ),
  on(queryCreated, ({ queryId, courseId, askerId }) =>
    about("query_asked", courseId, queryId, { roles: staff, except: askerId }),
  ),
  on(queryAnswered, ({ queryId, courseId, askerId, answerId }) =>
    again(about("query_answered", courseId, queryId, { personId: askerId }), answerId),
  ),
  on(queryFollowedUp, ({ queryId, courseId, askerId, answerId }) =>
    again(about("query_followed_up", courseId, queryId, { roles: staff, except: askerId }), answerId),
  ),
  on(queryMerged, ({ queryId, courseId, askerId }, position) =>
    again(about("query_merged", courseId, queryId, { personId: askerId }), position),
  ),
]);

/** News of the same kind about the same thing that is another all the same. */
function again(news: News, which: string | number): News {
  return { ...news, eventKey: `${news.eventKey}:${which}` };
}

/** News whose subject makes it one: told a second time, it is the same. */
export function about(kind: NoticeKind, courseId: string, subjectId: string, audience: Audience): News {
  return { kind, courseId, subjectId, eventKey: `${kind}:${subjectId}`, audience };
}
