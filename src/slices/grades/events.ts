/** What has happened in gradebooks, for others to follow. Ids only. */
import { eventType } from "#kernel/event.ts";

export const schemeUpdated = eventType<{ courseId: string }>("grading_scheme.updated");
type ColumnFacts = { columnId: string; courseId: string };
export const columnAdded = eventType<ColumnFacts>("grade_column.added");
export const columnUpdated = eventType<ColumnFacts>("grade_column.updated");
export const columnRemoved = eventType<ColumnFacts>("grade_column.removed");
/** A mark was set, cleared or excused in the gradebook. */
export const cellChanged = eventType<ColumnFacts & { studentId: string }>("grade_cell.changed");
