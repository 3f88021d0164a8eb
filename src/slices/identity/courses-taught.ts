/** What identity must know of courses, and does not: the composition root hands it in. */
import type { Database } from "#engines/store/port.ts";
import type { TaughtCourse } from "./schema.ts";

/** The courses that a person teaches. */
export type CoursesTaughtBy = (database: Database, personId: string) => Promise<readonly TaughtCourse[]>;
