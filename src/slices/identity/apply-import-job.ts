/**
 * Applies an import in small steps, in the order of its lines, deactivations last. Each step writes down how far it has
 * come in the transaction of what it did, so a job that is broken off goes on where it was, on whichever node: an import
 * that was begun ends. A line whose person was changed since the preview is left out, and says so.
 */
import { z } from "zod";
import type { Step } from "#kernel/step.ts";
import { revokeAccessTokensOf } from "./access-tokens.ts";
import { personActivated, personAdded, personDeactivated, personUpdated } from "./events.ts";
import { applyImportType } from "./import-jobs.ts";
import { rolesOfText } from "./imports.ts";
import { insertInvitation, mailInvitation } from "./invitations.ts";
import { nameKey, searchKey } from "./names.ts";
import { closeResets } from "./password-resets.ts";
import { personIdOfEmail, setRoles, tryInsertPerson } from "./people.ts";
import { revokeSessionsOf } from "./sessions.ts";
import { type IdentityTables, job, type PeopleImportRowsTable } from "./tables.ts";

/** A line changes a dozen rows at most, somebody with many sessions some more. */
const linesPerStepMax = 32;
const sessionsPerStepMax = 50;

type Line = PeopleImportRowsTable;
type ImportStep = Step<IdentityTables>;

export const applyImportJob = job({
  name: applyImportType.name,
  summary: "Applies an import of people.",
  inputSchema: z.strictObject({ importId: z.string() }),
  leaseMs: 30 * 60_000,
  attemptsMax: 20,
  async run({ input: { importId }, write, signal }) {
    for (;;) {
      signal.throwIfAborted();
      if (await write((step) => applyNext(step, importId))) return {};
    }
  },
});

/** Applies the next lines; whether all is done. */
async function applyNext(step: ImportStep, importId: string): Promise<boolean> {
  const { tx, now } = step;
  const one = await tx.selectFrom("people_imports").selectAll().where("id", "=", importId).executeTakeFirst();
  if (one?.state !== "applying") return true;
  const lines = await tx
    .selectFrom("people_import_rows")
    .selectAll()
    .where("import_id", "=", importId)
    .where("position", ">=", one.rows_applied)
    .orderBy("position")
    .limit(linesPerStepMax)
    .execute();
  const [first] = lines;
  if (first === undefined) {
    await tx
      .updateTable("people_imports")
      .set({ state: "done", ended_at: now })
      .where("id", "=", importId)
      .execute();
    return true;
  }
  let skipped = 0;
  let done = 0;
  let sessions = 0;
  for (const line of lines) {
    const outcome = await applyLine(step, line, one.by_mail === 1);
    done++;
    sessions += outcome.sessions;
    if (outcome.skipped !== null) {
      skipped++;
      await tx
        .updateTable("people_import_rows")
        .set({ skipped: outcome.skipped })
        .where("import_id", "=", importId)
        .where("position", "=", line.position)
        .execute();
    }
    if (sessions > sessionsPerStepMax) break;
  }
  await tx
    .updateTable("people_imports")
    .set({ rows_applied: first.position + done, skipped: one.skipped + skipped })
    .where("id", "=", importId)
    .execute();
  return false;
}

interface Applied {
  readonly skipped: string | null;
  /** Sessions that were ended: each is a row. */
  readonly sessions: number;
}

const applied: Applied = { skipped: null, sessions: 0 };
const skip = (reason: string): Applied => ({ skipped: reason, sessions: 0 });
const changedMeanwhile = skip("This person was changed after the preview was made. Import again to compare.");

async function applyLine(step: ImportStep, line: Line, byMail: boolean): Promise<Applied> {
  switch (line.outcome) {
    case "add":
      return add(step, line, byMail);
    case "change":
      return change(step, line);
    case "same":
      return remember(step, line);
    case "deactivate":
      return deactivate(step, line);
    case "kept":
    case "invalid":
      return applied;
  }
}

async function add(step: ImportStep, line: Line, byMail: boolean): Promise<Applied> {
  const { tx, now, newId, emit } = step;
  const person = { name: line.name, email: line.email, roles: rolesOfText(line.roles), passwordHash: null };
  const added = await tryInsertPerson(tx, { id: newId(), ...person }, now);
  if (added === null) return skip("Somebody was added with this address after the preview was made.");
  const invitation = await insertInvitation(tx, { id: newId(), personId: added.id, now });
  if (byMail) await mailInvitation(step, invitation);
  await tx
    .updateTable("people_import_rows")
    .set({ person_id: added.id })
    .where("import_id", "=", line.import_id)
    .where("position", "=", line.position)
    .execute();
  emit(personAdded, { personId: added.id });
  return remember(step, { ...line, person_id: added.id });
}

async function change(step: ImportStep, line: Line): Promise<Applied> {
  const { tx, emit } = step;
  const before = await unchanged(step, line);
  if (before === null) return changedMeanwhile;
  await tx
    .updateTable("people")
    .set({
      ...{ name: line.name, name_key: nameKey(line.name), search_key: searchKey(line.name, before.email) },
      ...{ active: 1, version: before.version + 1 },
    })
    .where("id", "=", before.id)
    .execute();
  await setRoles(tx, before.id, rolesOfText(line.roles));
  if (before.active !== 1) emit(personActivated, { personId: before.id });
  emit(personUpdated, { personId: before.id });
  return remember(step, line);
}

async function deactivate(step: ImportStep, line: Line): Promise<Applied> {
  const { tx, emit } = step;
  const before = await unchanged(step, line);
  if (before === null) return changedMeanwhile;
  const isAdmin = await tx
    .selectFrom("person_roles")
    .select("role")
    .where("person_id", "=", before.id)
    .where("role", "=", "admin")
    .executeTakeFirst();
  if (isAdmin !== undefined) return skip("An import shuts no admin's account.");
  await tx
    .updateTable("people")
    .set({ active: 0, version: before.version + 1 })
    .where("id", "=", before.id)
    .execute();
  const sessions = await revokeSessionsOf(step, before.id, null);
  const tokens = await revokeAccessTokensOf(step, before.id);
  await closeResets(tx, before.id);
  await tx
    .deleteFrom("invitations")
    .where("person_id", "=", before.id)
    .where("used_at", "is", null)
    .execute();
  await tx.updateTable("people_roster").set({ deactivated: 1 }).where("person_id", "=", before.id).execute();
  emit(personDeactivated, { personId: before.id });
  return { skipped: null, sessions: sessions + tokens };
}

/** The person as the preview saw them; null where somebody has changed them since. */
async function unchanged({ tx }: ImportStep, line: Line) {
  const row = await tx
    .selectFrom("people")
    .select(["id", "email", "active", "version"])
    .where("id", "=", line.person_id ?? "")
    .executeTakeFirst();
  return row !== undefined && row.version === line.person_version ? row : null;
}

/** What this file said of the person is what the next one is compared with. */
async function remember({ tx }: ImportStep, line: Line): Promise<Applied> {
  const personId = line.person_id ?? (await personIdOfEmail(tx, line.email));
  if (personId === null) return applied;
  const said = { import_id: line.import_id, name: line.said_name, roles: line.said_roles, deactivated: 0 };
  await tx
    .insertInto("people_roster")
    .values({ person_id: personId, ...said })
    .onConflict((conflict) => conflict.column("person_id").doUpdateSet(said))
    .execute();
  return applied;
}
