/** What people have read: kept as they read, and set by hand. A person's own; those who teach see their students'. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { loadStanding, studies } from "#slices/courses/api.ts";
import { materialRead } from "./events.ts";
import { materialRow } from "./materials.ts";
import { opensMaterial } from "./policy.ts";
import { materialIdField, Reading, revisionField } from "./schema.ts";
import { type MaterialReadingsTable, type MaterialsTables, operation } from "./tables.ts";

/** The furthest place: the second of a day-long recording, and every page that there is. */
const readingPlaceMax = 1_000_000;

/** Keeps that somebody has opened a material, where they are in it, and that they came to its end. */
export const recordReading = operation({
  name: "materials.recordReading",
  summary: "Keeps that you have opened a material, and where in it you are.",
  kind: "command",
  input: z.strictObject({
    materialId: materialIdField,
    revision: revisionField.optional(),
    place: z
      .int()
      .min(0)
      .max(readingPlaceMax)
      .nullable()
      .default(null)
      .meta({ description: "The page, or the second of a recording; null keeps what was there." }),
    finished: z
      .boolean()
      .default(false)
      .meta({ description: "True when the end was reached: it counts as read from then on." }),
  }),
  output: Reading,
  policy: opensMaterial,
  async handle({ input, actor, tx, now, emit }) {
    const { personId } = personOf(actor);
    const row = await materialRow(tx, input.materialId);
    const known = await readingOf(tx, row.id, personId);
    const reading: MaterialReadingsTable = {
      material_id: row.id,
      person_id: personId,
      course_id: row.course_id,
      revision: Math.min(input.revision ?? row.revision, row.revision),
      place: input.place ?? known?.place ?? null,
      opened_at: now,
      read_at: known?.read_at ?? (input.finished ? now : null),
    };
    await keep(tx, reading);
    const counts = studies(await loadStanding(tx, actor, row.course_id));
    if (counts && reading.read_at !== null && (known?.read_at ?? null) === null)
      emit(materialRead, { materialId: row.id, courseId: row.course_id, personId });
    return readingOnWire(reading);
  },
});

/** Sets or takes away the mark by hand. */
export const markMaterialRead = operation({
  name: "materials.markMaterialRead",
  summary: "Marks a material as read, or as not read yet.",
  kind: "command",
  input: z.strictObject({ materialId: materialIdField, read: z.boolean().default(true) }),
  output: Reading,
  policy: opensMaterial,
  async handle({ input, actor, tx, now, emit }) {
    const { personId } = personOf(actor);
    const row = await materialRow(tx, input.materialId);
    const known = await readingOf(tx, row.id, personId);
    const reading: MaterialReadingsTable = {
      material_id: row.id,
      person_id: personId,
      course_id: row.course_id,
      revision: known?.revision ?? row.revision,
      place: known?.place ?? null,
      opened_at: known?.opened_at ?? now,
      read_at: input.read ? (known?.read_at ?? now) : null,
    };
    await keep(tx, reading);
    const counts = studies(await loadStanding(tx, actor, row.course_id));
    if (counts && input.read && (known?.read_at ?? null) === null)
      emit(materialRead, { materialId: row.id, courseId: row.course_id, personId });
    return readingOnWire(reading);
  },
});

export function readingOnWire(
  row: Omit<MaterialReadingsTable, "material_id" | "person_id" | "course_id">,
): Reading {
  return { revision: row.revision, place: row.place, openedAt: row.opened_at, readAt: row.read_at };
}

async function readingOf(
  db: Kysely<MaterialsTables>,
  materialId: string,
  personId: string,
): Promise<MaterialReadingsTable | undefined> {
  return db
    .selectFrom("material_readings")
    .selectAll()
    .where("material_id", "=", materialId)
    .where("person_id", "=", personId)
    .executeTakeFirst();
}

async function keep(tx: Kysely<MaterialsTables>, reading: MaterialReadingsTable): Promise<void> {
  const { revision, place, opened_at, read_at } = reading;
  await tx
    .insertInto("material_readings")
    .values(reading)
    .onConflict((conflict) =>
      conflict.columns(["material_id", "person_id"]).doUpdateSet({ revision, place, opened_at, read_at }),
    )
    .execute();
}
