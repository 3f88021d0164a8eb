/** How an import of members stands. */
import { z } from "zod";
import { managesCourseOfImport } from "./policy.ts";
import { RosterImport, rosterImportIdField } from "./roster-schema.ts";
import { rosterOf } from "./rosters.ts";
import { operation } from "./tables.ts";

export const getRosterImport = operation({
  name: "courses.getRosterImport",
  summary:
    "Gives an import of a course's members: how far it is, and how many it adds, changes and takes out.",
  kind: "read",
  input: z.strictObject({ importId: rosterImportIdField }),
  output: RosterImport,
  policy: managesCourseOfImport,
  handle: ({ input, actor, db }) => rosterOf(db, actor, input.importId),
});
