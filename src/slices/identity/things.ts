/** What people are called, for whoever has their ids. */
import { tablesOf } from "#engines/store/port.ts";
import type { ThingKind } from "#kernel/things.ts";
import type { IdentityTables } from "./tables.ts";

export const identityThings: readonly ThingKind[] = [
  {
    kind: "person",
    acts: [
      { act: "see", operation: "identity.getPerson", input: ({ id }) => ({ personId: id }) },
      { act: "observe", operation: "progress.getObservedStudent", input: ({ id }) => ({ studentId: id }) },
    ],
    async named(database, ids) {
      const rows = await tablesOf<IdentityTables>(database)
        .selectFrom("people")
        .select(["id", "name"])
        .where("id", "in", ids)
        .execute();
      return new Map(rows.map(({ id, name }) => [id, { title: name, courseId: null }]));
    },
  },
];
