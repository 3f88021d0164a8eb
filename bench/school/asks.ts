/** What people do most in a school's day, as calls: who asks, what, and with which input. */
import type { JsonObject } from "#base/json.ts";
import type { KnownCourse, MadeSchool } from "./seed.ts";

export type Asker = "admin" | "teacher" | "student";

/** One kind of call; `inputs` are asked one after the other, each by the one that it names. */
export interface Ask {
  readonly operation: string;
  readonly inputs: readonly { readonly email: string; readonly input: JsonObject }[];
}

/** Calls through the door as somebody; gives the output. */
export type Call = <Output>(email: string, operation: string, input: JsonObject) => Promise<Output>;

const dayMs = 24 * 3_600_000;

/** Reads first, then commands; some 200 calls each in a large school. Looks up what it needs through the door. */
export async function asksOf(school: MadeSchool, call: Call): Promise<readonly Ask[]> {
  const { courses, admin } = school;
  const now = Date.now();
  const byStudents = (inputOf: (course: KnownCourse, nth: number) => JsonObject, each = 4) =>
    courses.flatMap((course) =>
      course.students.slice(0, each).map(({ email }, nth) => ({ email, input: inputOf(course, nth) })),
    );
  const byTeachers = (inputOf: (course: KnownCourse, nth: number) => JsonObject) =>
    courses.flatMap((course) =>
      [0, 1, 2, 3].map((nth) => ({ email: course.teacher, input: inputOf(course, nth) })),
    );
  const byAdmin = (inputs: readonly JsonObject[]) => inputs.map((input) => ({ email: admin, input }));
  const at = (list: readonly string[], place: number) => list.at(place % list.length) ?? "";
  const waiting = await submissionsToGrade(courses, call);
  const words = ["shadow", "angle", "sun edge", "measure twice", "chapter"];
  const names = ["ada", "silva", "zoe", "generated.example", "weiß"];

  return [
    { operation: "identity.whoAmI", inputs: byStudents(() => ({})) },
    { operation: "courses.listCourses", inputs: byStudents(() => ({})) },
    { operation: "courses.getCourse", inputs: byStudents(({ courseId }) => ({ courseId })) },
    { operation: "materials.getCourseContents", inputs: byStudents(({ courseId }) => ({ courseId })) },
    {
      operation: "materials.getMaterial",
      inputs: byStudents(({ materialIds }, nth) => ({ materialId: at(materialIds, nth) })),
    },
    {
      operation: "calendar.getCalendar",
      inputs: byStudents(() => ({ from: now - 15 * dayMs, to: now + 15 * dayMs })),
    },
    { operation: "assignments.listAssignments", inputs: byStudents(({ courseId }) => ({ courseId })) },
    {
      operation: "assignments.getMySubmission",
      inputs: byStudents(({ assignmentIds }, nth) => ({ assignmentId: at(assignmentIds, nth) })),
    },
    { operation: "grades.getStudentGrades", inputs: byStudents(({ courseId }) => ({ courseId })) },
    { operation: "queries.getQueries", inputs: byStudents(({ courseId }) => ({ courseId })) },
    {
      operation: "queries.getQuery",
      inputs: byStudents(({ queryIds }, nth) => ({ queryId: at(queryIds, nth) })),
    },
    { operation: "notices.listNotices", inputs: byStudents(() => ({})) },
    { operation: "search.search", inputs: byStudents((_, nth) => ({ text: at(words, nth) })) },
    {
      operation: "assignments.listSubmissions",
      inputs: byTeachers(({ assignmentIds }, nth) => ({ assignmentId: at(assignmentIds, nth) })),
    },
    {
      operation: "assignments.getSubmission",
      inputs: waiting.map(({ email, submissionId }) => ({ email, input: { submissionId } })),
    },
    { operation: "grades.listGradebookRows", inputs: byTeachers(({ courseId }) => ({ courseId })) },
    {
      operation: "identity.listPeople",
      inputs: byAdmin(names.flatMap((search) => [{ search }, { role: "student", search }])),
    },
    { operation: "system.listAuditEntries", inputs: byAdmin(Array.from({ length: 20 }, () => ({}))) },
    {
      operation: "materials.recordReading",
      inputs: byStudents(({ materialIds }, nth) => ({ materialId: at(materialIds, nth + 2) })),
    },
    {
      operation: "assignments.saveDraft",
      inputs: byStudents(({ assignmentIds }) => ({
        assignmentId: at(assignmentIds, -1),
        text: "What I found. ".repeat(100),
        version: 0,
      })),
    },
    {
      operation: "assignments.submitDraft",
      inputs: byStudents(({ assignmentIds }) => ({ assignmentId: at(assignmentIds, -1), version: 1 })),
    },
    {
      operation: "assignments.gradeSubmission",
      inputs: waiting.map(({ email, submissionId, version }) => ({
        email,
        input: { submissionId, version, points: 13.5, feedback: "Good." },
      })),
    },
    {
      operation: "queries.createQuery",
      inputs: byStudents(({ courseId }) => ({ courseId, title: "When do we meet?", body: "In the lab?" }), 1),
    },
    { operation: "notices.markNoticesRead", inputs: byStudents(() => ({})) },
  ];
}

interface Waiting {
  readonly email: string;
  readonly submissionId: string;
  readonly version: number;
}

const gradedPerCourse = 4;

/** Work that nobody has graded yet, four pieces of each course, of the assignments that were due last. */
async function submissionsToGrade(courses: readonly KnownCourse[], call: Call): Promise<readonly Waiting[]> {
  const found: Waiting[] = [];
  for (const { teacher: email, assignmentIds } of courses) {
    const enough = found.length + gradedPerCourse;
    for (const assignmentId of assignmentIds.toReversed()) {
      const limit = enough - found.length;
      if (limit === 0) break;
      const { items } = await call<{ items: { submissionId: string | null }[] }>(
        email,
        "assignments.listSubmissions",
        { assignmentId, filter: "to_grade", limit },
      );
      for (const { submissionId } of items) {
        if (submissionId === null) continue;
        const { work } = await call<{ work: { version: number } }>(email, "assignments.getSubmission", {
          submissionId,
        });
        found.push({ email, submissionId, version: work.version });
      }
    }
  }
  return found;
}
