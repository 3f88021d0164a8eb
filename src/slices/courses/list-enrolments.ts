/** Who is in a course. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { present } from "#base/assert.ts";
import { cutPage, decodeCursor, encodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { peoplePageOf } from "#slices/identity/api.ts";
import { enrolmentsOf } from "./enrolments.ts";
import { teachesCourse } from "./policy.ts";
import { CourseRole, courseIdField, Enrolment, EnrolmentOrigin, searchLengthMax } from "./schema.ts";
import { type CoursesTables, operation } from "./tables.ts";

const input = z.strictObject({
  courseId: courseIdField,
  role: CourseRole.optional(),
  origin: EnrolmentOrigin.optional(),
  linkId: z.string().min(1).max(64).optional().meta({ description: "Only those who came by this link." }),
  search: z
    .string()
    .max(searchLengthMax)
    .optional()
    .meta({ description: "Part of a name or an e-mail address; case and accents do not matter." }),
  active: z
    .boolean()
    .optional()
    .meta({ description: "Whether the account in the school is open; absent for both." }),
  order: z
    .enum(["since", "name"])
    .default("since")
    .meta({ description: "In the order in which they first came, or by name." }),
  ended: z
    .boolean()
    .default(false)
    .meta({ description: "True for those whose enrolment has ended, instead of those who are in it." }),
  ...pageFields,
});
type Input = z.output<typeof input>;

/** Lists who is in a course, for those who teach it. */
export const listEnrolments = operation({
  name: "courses.listEnrolments",
  summary: "Lists who is in a course, with their roles and how they came; found by name, role or origin.",
  kind: "read",
  input,
  output: pageOf(Enrolment),
  policy: teachesCourse,
  async handle({ input, db }) {
    const isAboutPeople = input.order === "name" || input.search !== undefined || input.active !== undefined;
    return isAboutPeople ? pageByName(db, input) : pageBySince(db, input);
  },
});

function enrolmentsWhere(db: Kysely<CoursesTables>, { courseId, role, origin, linkId, ended }: Input) {
  let select = db
    .selectFrom("enrolments")
    .where("course_id", "=", courseId)
    .where("ended_at", ended ? "is not" : "is", null);
  if (role !== undefined) select = select.where("role", "=", role);
  if (origin !== undefined) select = select.where("origin", "=", origin);
  if (linkId !== undefined) select = select.where("origin_id", "=", linkId);
  return select;
}

async function pageBySince(db: Kysely<CoursesTables>, wish: Input) {
  let select = enrolmentsWhere(db, wish).selectAll().orderBy("id");
  if (wish.cursor !== undefined) {
    const [after] = decodeCursor(wish.cursor, ["text"]);
    select = select.where("id", ">", after);
  }
  const page = cutPage(
    await select.limit(wish.limit + 1).execute(),
    wish.limit,
    (row) => [row.id],
    (row) => row,
  );
  return { items: await enrolmentsOf(db, page.items), nextCursor: page.nextCursor };
}

/** Names are another slice's: it sorts and searches among the course's people, who are some thousands at most. */
async function pageByName(db: Kysely<CoursesTables>, wish: Input) {
  const { search, active, limit, cursor } = wish;
  const [nameKey, personId] = cursor === undefined ? [] : decodeCursor(cursor, ["text", "text"]);
  const after = nameKey === undefined || personId === undefined ? null : { nameKey, personId };
  const rows = await enrolmentsWhere(db, wish).select("person_id").execute();
  const ids = rows.map((row) => row.person_id);
  const found = await peoplePageOf(db, ids, { search, active, after, limit: limit + 1 });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  if (last === undefined) return { items: [], nextCursor: null };
  const shownIds = shown.map(({ person }) => person.id);
  const whole = await enrolmentsWhere(db, wish).selectAll().where("person_id", "in", shownIds).execute();
  const byPerson = new Map(whole.map((row) => [row.person_id, row]));
  const inOrder = shownIds.map((id) => present(byPerson.get(id), "each was found among these rows"));
  return {
    items: await enrolmentsOf(db, inOrder),
    nextCursor: found.length > limit ? encodeCursor([last.nameKey, last.person.id]) : null,
  };
}
