/** What an export holds of somebody's work: every attempt with its files, and the marks that were released to them. */
import type { Kysely } from "kysely";
import { personSectionFor } from "#kernel/person-life.ts";
import { safeName, uniqueNames } from "./archive-names.ts";
import { attemptKey, filesOfAttempts } from "./attempts.ts";
import { fromHundredths } from "./points.ts";
import type { AssignmentsTables, SubmissionsTable } from "./tables.ts";

const section = personSectionFor<AssignmentsTables>();

/** With what a group handed in while they were in it; who else was in it is left out. */
export const submissionsSection = section({
  name: "submissions",
  title: "Work handed in",
  async page({ db, personId }, { limit, offset }) {
    const works = await db
      .selectFrom("submissions")
      .selectAll()
      .where((each) =>
        each.or([
          each("student_id", "=", personId),
          each(
            "id",
            "in",
            each.selectFrom("submission_members").select("submission_id").where("student_id", "=", personId),
          ),
        ]),
      )
      .orderBy("id")
      .limit(limit)
      .offset(offset)
      .execute();
    const titles = await titlesOf(db, works);
    const attempts =
      works.length === 0
        ? []
        : await db
            .selectFrom("submission_attempts")
            .selectAll()
            .where(
              "submission_id",
              "in",
              works.map(({ id }) => id),
            )
            .orderBy("submission_id")
            .orderBy("attempt")
            .execute();
    const files = await filesOfAttempts(db, attempts);
    const byWork = Map.groupBy(attempts, ({ submission_id }) => submission_id);
    return {
      rows: works.map((work) => ({
        submission_id: work.id,
        course_id: work.course_id,
        assignment: titles.get(work.assignment_id) ?? "",
        by_a_group: work.group_id !== null,
        attempts: (byWork.get(work.id) ?? []).map((attempt) => ({
          attempt: attempt.attempt,
          received_at: attempt.received_at,
          late: attempt.late === 1,
          withdrawn_at: attempt.withdrawn_at,
          text: attempt.text_answer,
          // What somebody else of the group handed in has a receipt with their name.
          receipt: (attempt.handed_in_by ?? work.student_id) === personId ? attempt.receipt_text : null,
          files: (files.get(attemptKey(attempt)) ?? []).map((file) => ({ ...file })),
        })),
      })),
      files: works.flatMap((work) =>
        (byWork.get(work.id) ?? []).flatMap((attempt) => {
          const nameOf = uniqueNames();
          const folder = `files/${safeName(titles.get(work.assignment_id) ?? "")} ${work.id.slice(-6)}/attempt ${attempt.attempt}`;
          return (files.get(attemptKey(attempt)) ?? []).map(({ fileName, bytes, sha256 }) => ({
            path: `${folder}/${nameOf(fileName)}`,
            ...{ bytes, sha256, modifiedAt: attempt.received_at },
          }));
        }),
      ),
    };
  },
});

/** Marks are private until they are released, also for the person whom they are about. */
export const gradesSection = section({
  name: "grades",
  title: "Released marks and feedback",
  async page({ db, personId }, { limit, offset }) {
    const rows = await db
      .selectFrom("grades")
      .innerJoin("assignments", "assignments.id", "grades.assignment_id")
      .select(["title", "grades.course_id as course_id", "submission_id", "attempt", "points_hundredths"])
      .select([
        "points_max_hundredths",
        "grades.late_percent as late_percent",
        "feedback",
        "levels",
        "graded_at",
        "released_at",
      ])
      .where("student_id", "=", personId)
      .where("released_at", "is not", null)
      .orderBy("submission_id")
      .limit(limit)
      .offset(offset)
      .execute();
    const files =
      rows.length === 0
        ? []
        : await db
            .selectFrom("feedback_files")
            .selectAll()
            .where(
              "submission_id",
              "in",
              rows.map(({ submission_id }) => submission_id),
            )
            .orderBy("id")
            .execute();
    return {
      rows: rows.map(({ title, points_hundredths, points_max_hundredths, levels, ...row }) => ({
        ...row,
        assignment: title,
        points: fromHundredths(points_hundredths),
        points_max: fromHundredths(points_max_hundredths),
        rubric_levels: levels,
      })),
      files: files.map((file) => ({
        path: `feedback/${file.submission_id.slice(-6)} ${file.file_name}`,
        bytes: file.bytes,
        sha256: file.sha256,
        modifiedAt: file.added_at,
      })),
    };
  },
});

export const appealsSection = section({
  name: "appeals",
  title: "Appeals",
  async page({ db, personId }, { limit, offset }) {
    const rows = await db
      .selectFrom("appeals")
      .select([
        "submission_id",
        "course_id",
        "reason",
        "state",
        "outcome",
        "answer",
        "opened_at",
        "answered_at",
      ])
      .where("student_id", "=", personId)
      .orderBy("id")
      .limit(limit)
      .offset(offset)
      .execute();
    return { rows };
  },
});

export const draftFilesSection = section({
  name: "draft-files",
  title: "Files in drafts",
  async page({ db, personId }, { limit, offset }) {
    const rows = await db
      .selectFrom("submission_draft_files")
      .selectAll()
      .where("owner_key", "=", personId)
      .orderBy("id")
      .limit(limit)
      .offset(offset)
      .execute();
    return {
      rows: rows.map(({ assignment_id, file_name, media_type, bytes, sha256, added_at }) => ({
        ...{ assignment_id, file_name, media_type, bytes, sha256, added_at },
      })),
      files: rows.map(({ file_name, bytes, sha256, added_at }) => ({
        path: `drafts/${file_name}`,
        ...{ bytes, sha256, modifiedAt: added_at },
      })),
    };
  },
});

async function titlesOf(
  db: Kysely<AssignmentsTables>,
  works: readonly SubmissionsTable[],
): Promise<ReadonlyMap<string, string>> {
  if (works.length === 0) return new Map();
  const rows = await db
    .selectFrom("assignments")
    .select(["id", "title"])
    .where("id", "in", [...new Set(works.map(({ assignment_id }) => assignment_id))])
    .execute();
  return new Map(rows.map(({ id, title }) => [id, title]));
}
