/** Table of contents of queries: what students ask, and what they are answered. */
import type { Slice } from "#kernel/slice.ts";
import { addAttachment } from "./add-attachment.ts";
import { announceAnswering } from "./announce-answering.ts";
import { answerQuery } from "./answer-query.ts";
import { askSameQuery } from "./ask-same-query.ts";
import { closeQuery } from "./close-query.ts";
import { queriesLife } from "./course-life.ts";
import { createQuery } from "./create-query.ts";
import { dropUnsent } from "./drop-unsent.ts";
import { editAnswer } from "./edit-answer.ts";
import { editQuery } from "./edit-query.ts";
import { endorseAnswer } from "./endorse-answer.ts";
import { followUpQuery } from "./follow-up-query.ts";
import { getAttachment } from "./get-attachment.ts";
import { getQueries } from "./get-queries.ts";
import { getQuery } from "./get-query.ts";
import { listRevisions } from "./list-revisions.ts";
import { mergeQueries } from "./merge-queries.ts";
import { queries } from "./migrations/0001-queries.ts";
import { forTheClass } from "./migrations/0002-for-the-class.ts";
import { queriesPerson } from "./person-life.ts";
import { reopenQuery } from "./reopen-query.ts";
import { setQueryVisibility } from "./set-query-visibility.ts";
import { queriesTables } from "./tables.ts";

import { queriesThings } from "./things.ts";
import { unmergeQuery } from "./unmerge-query.ts";

export const queriesSlice = {
  name: "queries",
  grpcService: "QueriesService",
  summary: "Queries of students to those who teach them, and the answers.",
  operations: [
    createQuery,
    getQueries,
    getQuery,
    answerQuery,
    closeQuery,
    reopenQuery,
    followUpQuery,
    askSameQuery,
    endorseAnswer,
    editQuery,
    editAnswer,
    listRevisions,
    setQueryVisibility,
    mergeQueries,
    unmergeQuery,
    announceAnswering,
    addAttachment,
    getAttachment,
  ],
  migrations: [queries, forTheClass],
  schedules: [dropUnsent],
  tables: queriesTables,
  things: queriesThings,
  course: queriesLife,
  person: queriesPerson,
} as const satisfies Slice;
