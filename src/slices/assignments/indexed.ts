/** What search finds of assignments: their titles and instructions. */
import { tablesOf } from "#engines/store/port.ts";
import { type IndexedKind, idsOf, plainText, type SourceChange } from "#kernel/indexed-source.ts";
import { audienceOfCourse, standingsIn } from "#slices/courses/api.ts";
import {
  assignmentCreated,
  assignmentPublished,
  assignmentUnpublished,
  assignmentUpdated,
} from "./events.ts";
import { decideSee } from "./policy.ts";
import type { AssignmentsTables } from "./tables.ts";

const kind = "assignment";

export const indexedAssignments: IndexedKind = {
  kind,
  events: [assignmentCreated, assignmentUpdated, assignmentPublished, assignmentUnpublished].map(
    ({ type }) => type,
  ),
  sourceIds: ({ data }) => [String(data.assignmentId)],
  async changes(database, sourceIds) {
    const rows = await tablesOf<AssignmentsTables>(database)
      .selectFrom("assignments")
      .select(["id", "course_id", "title", "instructions"])
      .where("id", "in", sourceIds)
      .execute();
    const found = new Map(rows.map((row) => [row.id, row]));
    return sourceIds.map((sourceId): SourceChange => {
      const row = found.get(sourceId);
      if (row === undefined) return { kind, sourceId, change: "remove" };
      const entries = [{ place: "", title: row.title, heading: "", body: plainText(row.instructions) }];
      const audiences = [audienceOfCourse(row.course_id)];
      return { kind, sourceId, change: "replace", part: "about", audiences, entries };
    });
  },
  idsAfter: idsOf<AssignmentsTables>()("assignments"),
  async readable({ database, actor }, sourceIds) {
    const rows = await tablesOf<AssignmentsTables>(database)
      .selectFrom("assignments")
      .select(["id", "course_id", "title", "published"])
      .where("id", "in", sourceIds)
      .execute();
    const standings = await standingsIn(
      database,
      actor,
      rows.map((row) => row.course_id),
    );
    return new Map(
      rows.flatMap((row) => {
        const standing = standings.get(row.course_id) ?? { kind: "outsider" };
        if (!decideSee(standing, { published: row.published === 1 }).allowed) return [];
        return [[row.id, { courseId: row.course_id, title: row.title }]];
      }),
    );
  },
};
