/** How an assignment is graded: reading the row, and what holds where there is none. */
import type { Kysely } from "kysely";
import { peopleByIds } from "#slices/identity/api.ts";
import type { GradingSettings } from "./grading-schema.ts";
import type { AssignmentGradingTable } from "./grading-tables.ts";
import { newPseudonymKey } from "./pseudonyms.ts";
import type { AssignmentsTables } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;

const appealDaysUsual = 14;

/** The row of the assignment, or what holds until somebody sets something; version 0 then. */
export async function gradingRow(
  db: Db,
  assignment: { readonly id: string; readonly course_id: string },
): Promise<AssignmentGradingTable> {
  const row = await db
    .selectFrom("assignment_grading")
    .selectAll()
    .where("assignment_id", "=", assignment.id)
    .executeTakeFirst();
  return (
    row ?? {
      assignment_id: assignment.id,
      course_id: assignment.course_id,
      marking: "single",
      appeal_days: appealDaysUsual,
      pseudonym_key: null,
      names_shown_at: null,
      names_shown_by: null,
      names_shown_reason: null,
      version: 0,
      updated_by: "",
      updated_at: 0,
    }
  );
}

/** Writes the row, whether there was one or not. */
export async function putGradingRow(tx: Db, row: AssignmentGradingTable): Promise<void> {
  const { assignment_id: _key, ...rest } = row;
  await tx
    .insertInto("assignment_grading")
    .values(row)
    .onConflict((conflict) => conflict.column("assignment_id").doUpdateSet(rest))
    .execute();
}

export interface Markers {
  readonly first: readonly string[];
  readonly second: readonly string[];
}

/** Who is named as first and as second marker; nobody named: everyone who teaches. */
export async function markersOf(db: Db, assignmentId: string): Promise<Markers> {
  const rows = await db
    .selectFrom("assignment_markers")
    .select(["place", "marker_id"])
    .where("assignment_id", "=", assignmentId)
    .orderBy("marker_id")
    .execute();
  const at = (place: "first" | "second") =>
    rows.filter((row) => row.place === place).map((row) => row.marker_id);
  return { first: at("first"), second: at("second") };
}

export function hidesNames(row: Pick<AssignmentGradingTable, "pseudonym_key" | "names_shown_at">): boolean {
  return row.pseudonym_key !== null && row.names_shown_at === null;
}

/** The settings as the wire names them. */
export async function gradingSettingsOf(db: Db, row: AssignmentGradingTable): Promise<GradingSettings> {
  const { first, second } = await markersOf(db, row.assignment_id);
  const people = await peopleByIds(db, [
    ...first,
    ...second,
    ...(row.names_shown_by === null ? [] : [row.names_shown_by]),
  ]);
  const named = (personId: string) => ({ personId, name: people.get(personId)?.name ?? "" });
  return {
    assignmentId: row.assignment_id,
    marking: row.marking,
    firstMarkers: first.map(named),
    secondMarkers: second.map(named),
    appealDays: row.appeal_days,
    hidesNames: hidesNames(row),
    namesShownAt: row.names_shown_at,
    namesShownBy: row.names_shown_by === null ? null : named(row.names_shown_by),
    namesShownReason: row.names_shown_reason ?? "",
    version: row.version,
  };
}

/** Sees to it that pseudonyms can be made for an anonymous assignment; once names were shown, they stay shown. */
export async function hideNames(
  tx: Db,
  assignment: { readonly id: string; readonly course_id: string },
  {
    by,
    now,
    random,
  }: { readonly by: string; readonly now: number; readonly random: (count: number) => Uint8Array },
): Promise<void> {
  const row = await gradingRow(tx, assignment);
  if (row.pseudonym_key !== null) return;
  await putGradingRow(tx, {
    ...row,
    pseudonym_key: newPseudonymKey(random),
    version: row.version + 1,
    updated_by: by,
    updated_at: now,
  });
}

/** Gives up pseudonyms that nobody has seen in use. */
export async function giveUpHiding(
  tx: Db,
  assignment: { readonly id: string; readonly course_id: string },
  { by, now }: { readonly by: string; readonly now: number },
): Promise<void> {
  const row = await gradingRow(tx, assignment);
  if (row.pseudonym_key === null) return;
  await putGradingRow(tx, {
    ...row,
    pseudonym_key: null,
    version: row.version + 1,
    updated_by: by,
    updated_at: now,
  });
}
