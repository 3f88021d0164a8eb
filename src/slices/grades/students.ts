/** Whose grades there are: the students of a course at present. */
import type { Database } from "#engines/store/port.ts";
import { Refusal } from "#kernel/errors.ts";
import { loadStanding, studies } from "#slices/courses/api.ts";

/** Refuses anybody who does not study in the course; without a word on whether there is such a person. */
export async function requireStudent(database: Database, courseId: string, studentId: string): Promise<void> {
  const student = { kind: "person", personId: studentId, sessionId: "", roles: [], scope: "full" } as const;
  if (studies(await loadStanding(database, student, courseId))) return;
  throw new Refusal("not_found", "This course has no student with this id.");
}
