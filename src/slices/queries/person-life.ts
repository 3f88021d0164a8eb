/** Queries in the life of a person: what they asked and added goes; what staff answered stays, by nobody. */
import { personLifeFor } from "#kernel/person-life.ts";
import type { QueriesTables } from "./tables.ts";

export const queriesPerson = personLifeFor<QueriesTables>()({
  tables: {
    queries: { key: ["id"], authored: ["asker_id"] },
    answers: { key: ["id"], authored: ["author_id", "endorsed_by"] },
    query_sames: { key: ["query_id", "person_id"], theirs: ["person_id"], shown: "Queries that you ask too" },
    query_revisions: { key: ["id"], authored: ["written_by"] },
    query_answering: {
      key: ["query_id", "person_id"],
      theirs: ["person_id"],
      shown: { never: "says for a minute that an answer is being written" },
    },
    query_attachments: { key: ["id"], authored: ["added_by"] },
  },
});
