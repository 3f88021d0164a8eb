/** What other slices may use of courses; nothing else of this folder is theirs. */
export { CourseName, CourseRole, courseIdField, idField, PersonName, versionField } from "./schema.ts";
