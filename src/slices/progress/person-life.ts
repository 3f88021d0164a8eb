/** Progress in the life of a person: when they looked is theirs, and goes with them. */
import { personLifeFor } from "#kernel/person-life.ts";
import type { ProgressTables } from "./tables.ts";

export const progressPerson = personLifeFor<ProgressTables>()({
  tables: {
    today_visits: { key: ["person_id"], theirs: ["person_id"], shown: "Visits of Today" },
  },
});
