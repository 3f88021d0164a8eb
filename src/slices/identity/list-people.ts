/** The people of the school. */
import { sql } from "kysely";
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { foldText } from "./names.ts";
import { withRoles } from "./people.ts";
import { nameLengthMax, Person, roleField } from "./schema.ts";
import { operation } from "./tables.ts";

/** People in the order of their names, narrowed as asked. */
export const listPeople = operation({
  name: "identity.listPeople",
  summary: "Lists the people of the school by name, for its admins.",
  kind: "read",
  input: z.strictObject({
    ...pageFields,
    search: z
      .string()
      .max(nameLengthMax)
      .optional()
      .meta({ description: "Part of a name or an e-mail address; case and accents do not matter." }),
    role: roleField.optional(),
    active: z.boolean().optional(),
    merged: z
      .boolean()
      .optional()
      .meta({ description: "Accounts that were merged into others, instead of all others." }),
    signIn: z.enum(["invited", "password_only", "two_step"]).optional().meta({
      id: "SignInFilter",
      description: "Who has not joined yet, who signs in by the password alone, or who has a second step.",
    }),
  }),
  output: pageOf(Person),
  policy: hasRole("admin"),
  examples: [
    { summary: "Everyone", input: {} },
    { summary: "Admins without a second step", input: { role: "admin", signIn: "password_only" } },
    { summary: "Instructors called Zoë", input: { search: "zoe", role: "instructor" } },
  ],
  async handle({ input, db }) {
    let select = db
      .selectFrom("people")
      .selectAll()
      .where("merged_into", input.merged === true ? "is not" : "is", null);
    if (input.active !== undefined) select = select.where("active", "=", input.active ? 1 : 0);
    const { role } = input;
    if (role !== undefined)
      select = select.where("id", "in", (sub) =>
        sub.selectFrom("person_roles").select("person_id").where("role", "=", role),
      );
    if (input.signIn !== undefined) {
      select = select.where("password_hash", input.signIn === "invited" ? "is" : "is not", null);
      if (input.signIn !== "invited")
        select = select.where((each) => {
          const has = each.or([
            each("id", "in", (sub) =>
              sub.selectFrom("totp_enrolments").select("person_id").where("confirmed_at", "is not", null),
            ),
            each("id", "in", (sub) => sub.selectFrom("passkeys").select("person_id")),
          ]);
          return input.signIn === "two_step" ? has : each.not(has);
        });
    }
    if (input.search !== undefined) {
      const pattern = `%${foldText(input.search).replaceAll(/[\\%_]/g, "\\$&")}%`;
      select = select.where(sql<boolean>`search_key like ${pattern} escape '\\'`);
    }
    if (input.cursor !== undefined) {
      const [nameKey, id] = decodeCursor(input.cursor, ["text", "text"]);
      select = select.where((each) =>
        each.or([
          each("name_key", ">", String(nameKey)),
          each.and([each("name_key", "=", String(nameKey)), each("id", ">", String(id))]),
        ]),
      );
    }
    const rows = await select
      .orderBy("name_key")
      .orderBy("id")
      .limit(input.limit + 1)
      .execute();
    const page = cutPage(
      rows,
      input.limit,
      (row) => [row.name_key, row.id],
      (row) => row,
    );
    return { items: await withRoles(db, page.items), nextCursor: page.nextCursor };
  },
});
