/** What has happened to queries, for others to follow. Ids only. */
import { eventType } from "#kernel/event.ts";

type QueryFacts = { queryId: string; courseId: string };
export const queryCreated = eventType<QueryFacts & { askerId: string }>("query.created");
export const queryAnswered = eventType<QueryFacts & { answerId: string; askerId: string }>("query.answered");
export const queryClosed = eventType<QueryFacts>("query.closed");
export const queryReopened = eventType<QueryFacts>("query.reopened");
