/** What has happened to queries, for others to follow. Ids only. */
import { eventType } from "#kernel/event.ts";

type QueryFacts = { queryId: string; courseId: string };
export const queryCreated = eventType<QueryFacts & { askerId: string }>("query.created");
/** One for each person who asked it: the asker, those whose queries were merged into it, those who ask the same. */
export const queryAnswered = eventType<QueryFacts & { answerId: string; askerId: string }>("query.answered");
/** The asker asked on; it waits again. */
export const queryFollowedUp = eventType<QueryFacts & { answerId: string; askerId: string }>(
  "query.followed_up",
);
/** Its asker will find the answers to another one in it. */
export const queryMerged = eventType<QueryFacts & { intoQueryId: string; askerId: string }>("query.merged");
export const queryUnmerged = eventType<QueryFacts & { fromQueryId: string }>("query.unmerged");
/** Its text, an answer, or who sees it is another. */
export const queryChanged = eventType<QueryFacts>("query.changed");
export const queryClosed = eventType<QueryFacts>("query.closed");
export const queryReopened = eventType<QueryFacts>("query.reopened");
