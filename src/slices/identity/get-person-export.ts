/** What the school keeps of a person, as one file. */
import { z } from "zod";
import { Archive } from "#kernel/archive.ts";
import { invalidField } from "#kernel/errors.ts";
import { exportPerson } from "#kernel/person-export.ts";
import { findPerson } from "./people.ts";
import { beganExport } from "./person-policy.ts";
import { idField } from "./schema.ts";
import { findSchool } from "./school.ts";
import { operation } from "./tables.ts";

/** Goes through every slice, so a process of its own does it. */
export const getPersonExport = operation({
  name: "identity.getPersonExport",
  summary:
    "Gives everything that the school keeps of a person as a zip: a folder for each area, as JSON and to read, with the files.",
  kind: "read",
  cost: "heavy",
  returns: "archive",
  input: z.strictObject({
    exportId: idField.meta({ description: "As `exportPerson` gave it." }),
    area: z
      .string()
      .max(64)
      .optional()
      .meta({ description: "One area only, as a folder of the archive is called: `assignments`." }),
  }),
  output: Archive,
  policy: beganExport,
  refusals: { export_too_large: "too_large" },
  async handle({ input, db, now, slices }) {
    const row = await db
      .selectFrom("person_exports")
      .select("person_id")
      .where("id", "=", input.exportId)
      .executeTakeFirstOrThrow();
    const person = await findPerson(db, row.person_id);
    const merged = await db
      .selectFrom("people")
      .select("id")
      .where("merged_into", "=", row.person_id)
      .execute();
    const school = await findSchool(db);
    const wanted = slices.filter(({ name }) => input.area === undefined || name === input.area);
    if (wanted.length === 0)
      throw invalidField(
        "area",
        `There is no area ${input.area}. ${slices.map(({ name }) => name).join(", ")}`,
      );
    const day = new Date(now).toISOString().slice(0, 10);
    return {
      fileName: `${person?.name ?? "person"} ${day}.zip`,
      entries: await exportPerson(db, {
        slices: wanted,
        withActions: input.area === undefined,
        personId: row.person_id,
        mergedIds: merged.map(({ id }) => id),
        personName: person?.name ?? "",
        schoolName: school?.name ?? "",
        now,
      }),
    };
  },
});
