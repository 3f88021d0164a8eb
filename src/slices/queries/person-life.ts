/** Queries in the life of a person: what they asked and added goes; what staff answered stays, by nobody. */
import { personLifeFor } from "#kernel/person-life.ts";
import { eraseAnswer, eraseAttachment, eraseQuery, eraseSame } from "./erase-person.ts";
import { askedQueries, attachedFiles, writtenAnswers } from "./export-person.ts";
import { mergeInQueries } from "./merge-person.ts";
import type { QueriesTables } from "./tables.ts";

export const queriesPerson = personLifeFor<QueriesTables>()({
  merge: mergeInQueries,
  tables: {
    queries: { key: ["id"], theirs: ["asker_id"], shown: { by: askedQueries.name }, erase: eraseQuery },
    answers: {
      key: ["id"],
      theirs: ["author_id"],
      authored: ["endorsed_by"],
      shown: { by: writtenAnswers.name },
      erase: eraseAnswer,
    },
    query_sames: {
      key: ["query_id", "person_id"],
      theirs: ["person_id"],
      shown: "Queries of others, asked too",
      erase: eraseSame,
    },
    query_revisions: { key: ["id"], authored: ["written_by"] },
    query_answering: {
      key: ["query_id", "person_id"],
      theirs: ["person_id"],
      shown: { never: "says for a minute that an answer is being written" },
    },
    query_attachments: {
      key: ["id"],
      theirs: ["added_by"],
      shown: { by: attachedFiles.name },
      erase: eraseAttachment,
    },
  },
  sections: [askedQueries, writtenAnswers, attachedFiles],
});
