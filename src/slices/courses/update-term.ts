/** Changing a term. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { hasRole } from "#kernel/policy.ts";
import { cleanLine, foldKey } from "./keys.ts";
import { dayField, idField, renamedCoursesMax, Term, termField, versionField } from "./schema.ts";
import { operation } from "./tables.ts";
import { countCoursesIn, noneCurrent, requireDays, requireFreeName, termOf } from "./terms.ts";
import { changedBy, requireVersion } from "./versions.ts";

/** Changes the fields that are given. A new name goes to the courses of the term too. */
export const updateTerm = operation({
  name: "courses.updateTerm",
  summary: "Changes a term's name or days, or makes it the current one.",
  kind: "command",
  input: z.strictObject({
    termId: idField("the term"),
    version: versionField("the term"),
    name: termField.optional(),
    firstDay: dayField("The first day, in the school's time zone").optional(),
    lastDay: dayField("The last day").optional(),
    isCurrent: z.boolean().optional(),
  }),
  output: Term,
  policy: hasRole("admin"),
  refusals: {
    unknown_term: "not_found",
    stale_version: "conflict",
    term_name_taken: "conflict",
    term_too_large: "failed_precondition",
  },
  async handle({ input, actor, tx, now }) {
    const row = await tx.selectFrom("terms").selectAll().where("id", "=", input.termId).executeTakeFirst();
    if (row === undefined) throw new Refusal("unknown_term", "There is no such term.", { kind: "not_found" });
    await requireVersion(tx, "the term", row, input.version);
    const name = cleanLine(input.name ?? row.name);
    await requireFreeName(tx, name, row.id);
    const firstDay = input.firstDay ?? row.first_day;
    const lastDay = input.lastDay ?? row.last_day;
    requireDays({ firstDay, lastDay });
    const nameKey = foldKey(name);
    if (nameKey !== row.name_key && (await countCoursesIn(tx, nameKey)) > 0)
      throw new Refusal("term_name_taken", `There are courses in ${name} already.`, {
        kind: "conflict",
        problems: [{ field: "name", message: "Choose a name that no course has as its term." }],
      });
    if (name !== row.name) {
      if ((await countCoursesIn(tx, row.name_key)) > renamedCoursesMax)
        throw new Refusal(
          "term_too_large",
          `A term with more than ${renamedCoursesMax} courses keeps its name. Its days can be changed.`,
        );
      await tx
        .updateTable("courses")
        .set({ term: name, term_key: nameKey })
        .where("term_key", "=", row.name_key)
        .execute();
    }
    const isCurrent = input.isCurrent ?? row.current === 1;
    if (isCurrent) await noneCurrent(tx);
    const changes = {
      name,
      name_key: nameKey,
      first_day: firstDay,
      last_day: lastDay,
      current: isCurrent ? 1 : 0,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    } as const;
    await tx.updateTable("terms").set(changes).where("id", "=", row.id).execute();
    return termOf({ ...row, ...changes }, await countCoursesIn(tx, nameKey));
  },
});
