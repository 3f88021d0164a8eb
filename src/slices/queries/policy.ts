/** Who may ask, see and answer queries. A query is between its asker and those who teach the course. */
import {
  allow,
  type Decision,
  denyForbidden,
  denyNotFound,
  denyUnauthenticated,
  type Policy,
} from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { decide, loadStanding, type Standing, studies, teaches } from "#slices/courses/api.ts";
import type { QueriesTables } from "./tables.ts";

/** Whether someone may see a query, close it and reopen it: its asker, as long as they study there, and staff. */
export function decideSee(standing: Standing, { isOwn }: { readonly isOwn: boolean }): Decision {
  if (standing.kind === "anonymous") return denyUnauthenticated;
  return teaches(standing) || (studies(standing) && isOwn) ? allow : denyNotFound("query");
}

/** Whether someone may answer a query. */
export function decideAnswer(standing: Standing, facts: { readonly isOwn: boolean }): Decision {
  const seen = decideSee(standing, facts);
  if (!seen.allowed) return seen;
  return teaches(standing) ? allow : denyForbidden("Only those who teach the course answer its queries.");
}

/** Students of the course. */
export const asksInCourse: Policy<{ readonly courseId: string }> = {
  claim: "is a student of the course",
  async decide({ actor, input, database }) {
    const standing = await loadStanding(database, actor, input.courseId);
    const otherwise = "Queries are asked by students of the course.";
    return decide(standing, studies, { thing: "course", otherwise });
  },
};

/** Everyone for the queries that they may see; in one course, those who take part in it. */
export const listsQueries: Policy<{ readonly courseId?: string | undefined }> = {
  claim: "is signed in; takes part in the course, where one is named",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    if (input.courseId === undefined) return allow;
    const standing = await loadStanding(database, actor, input.courseId);
    const otherwise = "Observers of a course do not see its queries.";
    return decide(standing, (each) => teaches(each) || studies(each), { thing: "course", otherwise });
  },
};

const queryById = prepared<QueriesTables>()((db, p: Parameter<{ queryId: string }>) =>
  db.selectFrom("queries").select(["course_id", "asker_id"]).where("id", "=", p("queryId")),
);

function ofQuery(
  claim: string,
  decision: (standing: Standing, facts: { readonly isOwn: boolean }) => Decision,
): Policy<{ readonly queryId: string }> {
  return {
    claim,
    async decide({ actor, input, database }) {
      if (actor.kind === "anonymous") return denyUnauthenticated;
      const [row] = await queryById(database, { queryId: input.queryId });
      if (row === undefined) return denyNotFound("query");
      const standing = await loadStanding(database, actor, row.course_id);
      return decision(standing, { isOwn: actor.kind === "person" && row.asker_id === actor.personId });
    },
  };
}

/** Its asker, and those who teach the course. */
export const seesQuery = ofQuery("asked the query, or teaches its course", decideSee);

/** Those who teach the course. */
export const answersQuery = ofQuery("teaches the query's course", decideAnswer);
