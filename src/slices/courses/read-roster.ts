/** Reads a file of members into its preview: what would come of each line, and who is missing. Nothing else changes. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { UnreadableCsv } from "#kernel/csv-file.ts";
import { inChunks, openCsvTable, type TableRow } from "#kernel/csv-table.ts";
import { dropLines } from "#kernel/drop-rows.ts";
import type { JobRun } from "#kernel/job.ts";
import type { Step } from "#kernel/step.ts";
import { importRowsMax, peopleByIds } from "#slices/identity/api.ts";
import { memberCount } from "./enrolments.ts";
import { groupsMax } from "./group-schema.ts";
import { foldKey } from "./keys.ts";
import { decideMember, type RosterColumn, readRosterRow, rosterColumns } from "./roster-decisions.ts";
import { readRosterType } from "./roster-jobs.ts";
import { membersByEmail } from "./roster-members.ts";
import { holderOfRoster, nothingRead } from "./rosters.ts";
import { enrolmentsMax } from "./schema.ts";
import { type CoursesTables, job, type RosterImportRowsTable, type RosterImportsTable } from "./tables.ts";

/** Lines that are compared and written at once. */
const chunkMax = 250;

type Db = Kysely<CoursesTables>;
type NewRow = Omit<RosterImportRowsTable, "import_id" | "position">;

/** What is remembered from one chunk of lines to the next. */
interface Reading {
  readonly row: RosterImportsTable;
  /** In which line each address stood first. */
  readonly lineByEmail: Map<string, number>;
  /** Folded names of the groups that there are or will be. */
  readonly groups: Set<string>;
  readonly groupsBefore: number;
  /** How many more may come into the course. */
  room: number;
}

/** Begins anew when it was broken off: reading changes nothing that anybody else sees. */
export const readRoster = job({
  name: readRosterType.name,
  summary: "Reads a file of a course's members and compares it with the course.",
  inputSchema: z.strictObject({ importId: z.string() }),
  leaseMs: 15 * 60_000,
  async run(run) {
    const { importId } = run.input;
    const row = await run.read((db) =>
      db.selectFrom("roster_imports").selectAll().where("id", "=", importId).executeTakeFirst(),
    );
    if (row?.state !== "reading") return {};
    while (await run.write(({ tx }) => dropRosterRows(tx, importId)));
    try {
      await readInto(run, row);
    } catch (error) {
      if (!(error instanceof UnreadableCsv)) throw error;
      await run.write((step) => endReading(step, { ...row, problem: error.message.slice(0, 500) }));
    }
    return {};
  },
});

async function readInto(
  { read, write, services, signal }: JobRun<CoursesTables, { readonly importId: string }>,
  row: RosterImportsTable,
): Promise<void> {
  const file = await openCsvTable<RosterColumn>(() => services.blobs.open(row.sha256), {
    names: rosterColumns,
    lacks: (columns) => (columns.has("email") ? null : "email and, if you like, name, role and group"),
  });
  const reading = await read((db) => beginReading(db, row));
  let position = 0;
  const add = async (rows: readonly NewRow[]) => {
    if (rows.length === 0) return;
    const placed = rows.map((each) => ({ ...each, import_id: row.id, position: position++ }));
    await write(({ tx }) => insertRows(tx, row.id, placed));
  };
  for await (const chunk of inChunks(file.rows, chunkMax)) {
    signal.throwIfAborted();
    if (position + chunk.length > importRowsMax)
      throw new UnreadableCsv(`The file has more than ${importRowsMax} lines. Split it.`);
    await add(await read((db) => compare(db, chunk, reading)));
  }
  let after: string | null = row.remove_missing === 1 ? "" : null;
  while (after !== null) {
    const found: Missing = await read((db) => missing(db, row, after ?? ""));
    await add(found.rows);
    after = found.after;
  }
  const groupTitle = row.group_set_id === null ? file.titles.get("group") : undefined;
  const ignored = [...file.ignoredColumns, ...(groupTitle === undefined ? [] : [groupTitle])];
  await write(async (step) =>
    endReading(step, {
      ...row,
      ignored_columns: JSON.stringify(ignored),
      members: await memberCount(step.tx, row.course_id),
      new_groups: reading.groups.size - reading.groupsBefore,
    }),
  );
}

async function beginReading(db: Db, row: RosterImportsTable): Promise<Reading> {
  const groups = await db
    .selectFrom("course_groups")
    .select("name_key")
    .where("group_set_id", "=", row.group_set_id ?? "")
    .where("removed_at", "is", null)
    .execute();
  return {
    row,
    lineByEmail: new Map(),
    groups: new Set(groups.map(({ name_key }) => name_key)),
    groupsBefore: groups.length,
    room: enrolmentsMax - (await memberCount(db, row.course_id)),
  };
}

/** What comes of these lines. */
async function compare(db: Db, rows: readonly TableRow<RosterColumn>[], reading: Reading): Promise<NewRow[]> {
  const { row: roster, lineByEmail } = reading;
  const read = rows.map((row) => ({ row, meaning: readRosterRow(row) }));
  const emails = read.flatMap(({ meaning }) =>
    "wanted" in meaning ? [meaning.wanted.email] : (meaning.email ?? []),
  );
  const known = await membersByEmail(db, roster, emails);
  return read.map(({ row, meaning }) => {
    const email = "wanted" in meaning ? meaning.wanted.email : meaning.email;
    const named = known.get(email ?? "")?.personId ?? null;
    const invalid = (reason: string): NewRow => ({
      ...{ line: row.line, outcome: "invalid", person_id: named, role: null, group_name: null },
      ...{ name: row.cells.name.slice(0, 200), email: row.cells.email.slice(0, 254), reason },
      ...{ said_role: null, said_group: null, skipped: null },
    });
    if ("problem" in meaning) return invalid(meaning.problem);
    const earlier = lineByEmail.get(meaning.wanted.email);
    if (earlier !== undefined) return invalid(`This address stands in line ${earlier} already.`);
    lineByEmail.set(meaning.wanted.email, row.line);
    const wanted = roster.group_set_id === null ? { ...meaning.wanted, group: null } : meaning.wanted;
    const member = known.get(wanted.email);
    const decision = decideMember(wanted, member?.present ?? null, member?.base ?? null);
    if (decision.outcome === "add" && reading.room-- <= 0)
      return invalid(`A course has at most ${enrolmentsMax} people.`);
    const isNewGroup = decision.group !== null && !reading.groups.has(foldKey(decision.group));
    if (isNewGroup && ["add", "change", "unknown"].includes(decision.outcome)) {
      if (reading.groups.size >= groupsMax) return invalid(`A set has up to ${groupsMax} groups.`);
      reading.groups.add(foldKey(decision.group ?? ""));
    }
    return {
      ...{ line: row.line, outcome: decision.outcome, person_id: member?.personId ?? null },
      ...{ name: member?.name ?? wanted.name ?? "", email: wanted.email },
      ...{ role: decision.role, group_name: decision.group, reason: decision.reason },
      ...{ said_role: wanted.role ?? decision.role, said_group: wanted.group, skipped: null },
    };
  });
}

interface Missing {
  readonly rows: NewRow[];
  readonly after: string | null;
}

/** Students whom an import brought or confirmed, who are in the course still, and not in this file. */
async function missing(db: Db, roster: RosterImportsTable, after: string): Promise<Missing> {
  const found = await db
    .selectFrom("course_roster")
    .innerJoin("enrolments", (join) =>
      join
        .onRef("enrolments.person_id", "=", "course_roster.person_id")
        .onRef("enrolments.course_id", "=", "course_roster.course_id"),
    )
    .select(["course_roster.person_id as personId", "enrolments.role as role"])
    .where("course_roster.course_id", "=", roster.course_id)
    .where("course_roster.person_id", ">", after)
    .where("course_roster.removed", "=", 0)
    .where("enrolments.ended_at", "is", null)
    .where((each) =>
      each.not(
        each.exists(
          each
            .selectFrom("roster_import_rows")
            .select("roster_import_rows.position")
            .where("roster_import_rows.import_id", "=", roster.id)
            .whereRef("roster_import_rows.person_id", "=", "course_roster.person_id"),
        ),
      ),
    )
    .orderBy("course_roster.person_id")
    .limit(chunkMax)
    .execute();
  const people = await peopleByIds(
    db,
    found.map(({ personId }) => personId),
  );
  const rows = found.map(({ personId, role }): NewRow => {
    const person = people.get(personId);
    const isStudent = role === "student";
    return {
      ...{ line: null, outcome: isStudent ? "remove" : "kept", person_id: personId },
      ...{ name: person?.name ?? "", email: person?.email ?? "", role, group_name: null },
      reason: isStudent ? "Not in the file." : "Not in the file, but an import takes out students only.",
      ...{ said_role: null, said_group: null, skipped: null },
    };
  });
  return { rows, after: found.length < chunkMax ? null : (found.at(-1)?.personId ?? null) };
}

async function insertRows(tx: Db, importId: string, rows: readonly RosterImportRowsTable[]): Promise<void> {
  await tx.insertInto("roster_import_rows").values(rows).execute();
  const of = (outcome: RosterImportRowsTable["outcome"]) =>
    rows.filter((row) => row.outcome === outcome).length;
  await tx
    .updateTable("roster_imports")
    .set((each) => ({
      rows_read: each("rows_read", "+", rows.filter(({ line }) => line !== null).length),
      adds: each("adds", "+", of("add")),
      changes: each("changes", "+", of("change")),
      same: each("same", "+", of("same")),
      kept: each("kept", "+", of("kept")),
      removals: each("removals", "+", of("remove")),
      unknown: each("unknown", "+", of("unknown")),
      invalid: each("invalid", "+", of("invalid")),
    }))
    .where("id", "=", importId)
    .execute();
}

/** Deletes the next lines of an import, and what was counted in them; whether there is more. */
export async function dropRosterRows(tx: Db, importId: string): Promise<boolean> {
  await tx.updateTable("roster_imports").set(nothingRead).where("id", "=", importId).execute();
  return dropLines(tx, "roster_import_rows", importId);
}

/** What was said in the file is in the rows now, or of no use: the file itself may go. */
async function endReading({ tx, blobs }: Step<CoursesTables>, row: RosterImportsTable): Promise<void> {
  const { problem, ignored_columns, members, new_groups, id } = row;
  await tx
    .updateTable("roster_imports")
    .set({ state: problem === null ? "ready" : "failed", problem, ignored_columns, members, new_groups })
    .where("id", "=", id)
    .where("state", "=", "reading")
    .execute();
  await blobs.release(row.sha256, holderOfRoster(id));
}
