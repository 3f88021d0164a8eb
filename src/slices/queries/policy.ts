/**
 * Who may ask, see and answer queries. A query is between its asker and those who teach the course; one that the asker
 * shows to the class is there for its students too, who may answer it. Observers see none.
 */
import { noteFact, notePerson } from "#kernel/explain-policy.ts";
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
import type { Visibility } from "./schema.ts";
import type { QueriesTables } from "./tables.ts";

/** What the decisions need to know of a query. */
export interface QueryFacts {
  readonly isOwn: boolean;
  readonly visibility: Visibility;
}

const unseen = denyNotFound("query");

/** Whether someone may see a query. */
export function decideSee(standing: Standing, { isOwn, visibility }: QueryFacts): Decision {
  if (standing.kind === "anonymous") return denyUnauthenticated;
  return teaches(standing) || (studies(standing) && (isOwn || visibility === "class")) ? allow : unseen;
}

/** Whether someone may answer a query: those who teach, and classmates where the class sees it. */
export function decideAnswer(standing: Standing, facts: QueryFacts): Decision {
  const seen = decideSee(standing, facts);
  if (!seen.allowed || teaches(standing)) return seen;
  return facts.isOwn ? denyForbidden("You asked this query. Add what is still open as a follow-up.") : allow;
}

/** Whether someone may ask on, edit what was asked, and close it as its asker. */
export function decideOwn(standing: Standing, facts: QueryFacts): Decision {
  const seen = decideSee(standing, facts);
  if (!seen.allowed) return seen;
  return facts.isOwn && studies(standing) ? allow : denyForbidden("Only who asked a query does this.");
}

/** Whether someone may close, reopen, hide a query: who asked it, and those who teach. */
export function decideSettle(standing: Standing, facts: QueryFacts): Decision {
  const seen = decideSee(standing, facts);
  if (!seen.allowed) return seen;
  return facts.isOwn || teaches(standing)
    ? allow
    : denyForbidden("Only who asked a query and those who teach do this.");
}

/** Whether someone may say that they ask the same: classmates who see it. */
export function decideAskSame(standing: Standing, facts: QueryFacts): Decision {
  const seen = decideSee(standing, facts);
  if (!seen.allowed) return seen;
  return studies(standing) && !facts.isOwn ? allow : denyForbidden("Only classmates of the asker say this.");
}

/** Whether someone may merge queries and endorse answers. */
export function decideTeach(standing: Standing, facts: QueryFacts): Decision {
  const seen = decideSee(standing, facts);
  if (!seen.allowed) return seen;
  return teaches(standing) ? allow : denyForbidden("Only those who teach the course do this.");
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

/** Everyone who takes part in queries of the course. */
export const writesInCourse: Policy<{ readonly courseId: string }> = {
  claim: "studies in the course or teaches it",
  async decide({ actor, input, database }) {
    const standing = await loadStanding(database, actor, input.courseId);
    const otherwise = "Observers of a course do not take part in its queries.";
    return decide(standing, (each) => teaches(each) || studies(each), { thing: "course", otherwise });
  },
};

/** Everyone for the queries that they may see; in one course, those who take part in it. */
export const listsQueries: Policy<{ readonly courseId?: string | undefined }> = {
  claim: "is signed in; takes part in the course, where one is named",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    notePerson(database, actor, { signedIn: true });
    if (input.courseId === undefined) return allow;
    const standing = await loadStanding(database, actor, input.courseId);
    const otherwise = "Observers of a course do not see its queries.";
    return decide(standing, (each) => teaches(each) || studies(each), { thing: "course", otherwise });
  },
};

const queryById = prepared<QueriesTables>()((db, p: Parameter<{ queryId: string }>) =>
  db.selectFrom("queries").select(["course_id", "asker_id", "visibility"]).where("id", "=", p("queryId")),
);
const queryOfAnswer = prepared<QueriesTables>()((db, p: Parameter<{ answerId: string }>) =>
  db
    .selectFrom("answers")
    .innerJoin("queries", "queries.id", "answers.query_id")
    .select([
      "queries.course_id as course_id",
      "queries.asker_id as asker_id",
      "queries.visibility as visibility",
      "answers.author_id as author_id",
    ])
    .where("answers.id", "=", p("answerId")),
);

function ofQuery(
  claim: string,
  decision: (standing: Standing, facts: QueryFacts) => Decision,
): Policy<{ readonly queryId: string }> {
  return {
    claim,
    async decide({ actor, input, database }) {
      if (actor.kind === "anonymous") return denyUnauthenticated;
      const [row] = await queryById(database, { queryId: input.queryId });
      if (row === undefined) return unseen;
      const standing = await loadStanding(database, actor, row.course_id);
      const isOwn = actor.kind === "person" && row.asker_id === actor.personId;
      noteFact(database, "query", input.queryId, { own: isOwn, visibility: row.visibility });
      return decision(standing, { isOwn, visibility: row.visibility });
    },
  };
}

function ofAnswer(
  claim: string,
  decision: (standing: Standing, facts: QueryFacts & { readonly isAuthor: boolean }) => Decision,
): Policy<{ readonly answerId: string }> {
  return {
    claim,
    async decide({ actor, input, database }) {
      if (actor.kind === "anonymous") return denyUnauthenticated;
      const [row] = await queryOfAnswer(database, { answerId: input.answerId });
      if (row === undefined) return denyNotFound("answer");
      const standing = await loadStanding(database, actor, row.course_id);
      const personId = actor.kind === "person" ? actor.personId : "";
      const isOwn = row.asker_id === personId;
      const isAuthor = row.author_id === personId;
      const { visibility } = row;
      noteFact(database, "answer", input.answerId, { own: isAuthor, ownQuery: isOwn, visibility });
      if (!decideSee(standing, { isOwn, visibility }).allowed) return denyNotFound("answer");
      return decision(standing, { isOwn, isAuthor, visibility });
    },
  };
}

/** Its asker, those who teach the course, and its students where the class sees it. */
export const seesQuery = ofQuery(
  "asked the query, teaches its course, or studies there and the class sees it",
  decideSee,
);

/** Those who teach the course, and classmates of the asker where the class sees it. */
export const answersQuery = ofQuery(
  "teaches the query's course, or studies there and the class sees it",
  decideAnswer,
);

/** Its asker. */
export const asksOn = ofQuery("asked the query", decideOwn);

/** Its asker and those who teach the course. */
export const settlesQuery = ofQuery("asked the query, or teaches its course", decideSettle);

/** Students of the course who see it and did not ask it. */
export const asksTheSame = ofQuery("studies in the query's course, and the class sees it", decideAskSame);

/** Those who teach the course. */
export const teachesQuery = ofQuery("teaches the query's course", decideTeach);

/** Those who teach the course. */
export const teachesAnswer = ofAnswer("teaches the answer's course", decideTeach);

/** Its author, as long as they may see it. */
export const wroteAnswer = ofAnswer("wrote the answer", (_standing, { isAuthor }) =>
  isAuthor ? allow : denyForbidden("Only who wrote an answer edits it."),
);
