/** Sets the demo school's assignments, hands in work and grades it by their rubrics; somebody appeals. */
import type { DemoAssignment, DemoCourse } from "./school.ts";
import type { DemoCalls } from "./seed-talk.ts";

const dayMs = 24 * 3_600_000;

interface Criterion {
  readonly criterionId: string;
  readonly levels: readonly { readonly levelId: string; readonly title: string }[];
}

/** Gives the id of the assignment. */
export async function seedAssignment(
  calls: DemoCalls,
  { instructor }: Pick<DemoCourse, "instructor">,
  courseId: string,
  assignment: DemoAssignment,
): Promise<string> {
  const { call, upload, now } = calls;
  const { title, instructions, pointsMax, published, dueInDays, rubric = [] } = assignment;
  const dueAt = now + dueInDays * dayMs;
  const { assignmentId } = await call<{ assignmentId: string }>(instructor, "assignments.createAssignment", {
    courseId,
    title,
    instructions,
    pointsMax,
    dueAt,
    published,
  });
  let criteria: readonly Criterion[] = [];
  if (rubric.length > 0) {
    const wish = rubric.map(({ levels, ...criterion }) => ({
      ...criterion,
      levels: levels.map((level) => ({ ...level })),
    }));
    const input = { assignmentId, version: 0, criteria: wish };
    criteria = (await call<{ criteria: Criterion[] }>(instructor, "assignments.setRubric", input)).criteria;
  }
  const released: string[] = [];
  const appeals: (() => Promise<unknown>)[] = [];
  for (const { by, file, fileName, grade } of assignment.submissions) {
    const uploadId = await upload(by, file, fileName);
    const { submissionId } = await call<{ submissionId: string }>(by, "assignments.submitAssignment", {
      assignmentId,
      uploadId,
    });
    if (grade === null) continue;
    const { levels, feedback, appeal } = grade;
    await call(instructor, "assignments.gradeSubmission", {
      ...{ submissionId, feedback, version: 1 },
      levels: criteria.map((criterion, at) => chosenLevel(criterion, levels[at])),
    });
    if (grade.released) released.push(submissionId);
    if (appeal !== undefined)
      appeals.push(() => call(by, "assignments.openAppeal", { submissionId, reason: appeal }));
  }
  if (released.length > 0)
    await call(instructor, "assignments.releaseGrades", { assignmentId, submissionIds: released });
  for (const open of appeals) await open();
  return assignmentId;
}

/** The level of the criterion that bears the title. */
function chosenLevel(
  { criterionId, levels }: Criterion,
  chosen: { readonly level: string; readonly note?: string } | undefined,
) {
  const { levelId } = levels.find(({ title }) => title === chosen?.level) ?? {};
  if (levelId === undefined) throw new Error(`the rubric of the demo has no level ${chosen?.level}`);
  return { criterionId, levelId, note: chosen?.note ?? "" };
}
