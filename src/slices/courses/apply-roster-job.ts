/**
 * Applies an import of members in small steps, in the order of its lines, removals last. Each step writes down how far it
 * has come in the transaction of what it did, so a job that is broken off goes on where it was, on whichever node. A line
 * of which something else would come by now than the preview showed is left out, and says so.
 */
import { z } from "zod";
import type { Step } from "#kernel/step.ts";
import { inviteNewcomer } from "#slices/identity/api.ts";
import { endNow, enrol, findEnrolment, memberCount } from "./enrolments.ts";
import { rosterImported } from "./events.ts";
import { membershipIn, placeInGroup } from "./group-members.ts";
import { groupMembersMax, groupsMax } from "./group-schema.ts";
import { insertGroups } from "./groups.ts";
import { foldKey } from "./keys.ts";
import { decideMember } from "./roster-decisions.ts";
import { applyRosterType } from "./roster-jobs.ts";
import { type KnownMember, membersByEmail } from "./roster-members.ts";
import { enrolmentsMax } from "./schema.ts";
import { type CoursesTables, job, type RosterImportRowsTable, type RosterImportsTable } from "./tables.ts";

/** Rows of the store that one step changes at most, by what a line may change: leaving 20 sets of groups is 40 rows. */
const weightPerStepMax = 400;
const linesPerStepMax = 25;
const weights: Readonly<Record<Line["outcome"], number>> = {
  ...{ add: 16, change: 60, same: 2, kept: 1, remove: 60, unknown: 20, invalid: 1 },
};

type Line = RosterImportRowsTable;
type RosterStep = Step<CoursesTables>;

export const applyRosterJob = job({
  name: applyRosterType.name,
  summary: "Applies an import of a course's members.",
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
async function applyNext(step: RosterStep, importId: string): Promise<boolean> {
  const { tx, now, emit } = step;
  const roster = await tx
    .selectFrom("roster_imports")
    .selectAll()
    .where("id", "=", importId)
    .executeTakeFirst();
  if (roster?.state !== "applying") return true;
  const end = (state: "done" | "failed", problem: string | null) =>
    tx
      .updateTable("roster_imports")
      .set({ state, problem, ended_at: now })
      .where("id", "=", importId)
      .execute();
  if (await isClosed(step, roster.course_id)) {
    await end(
      "failed",
      "The course was archived or thrown away meanwhile. The lines before that are applied.",
    );
    return true;
  }
  const lines = await nextLines(step, roster);
  const last = lines.at(-1);
  if (last === undefined) {
    await end("done", null);
    emit(rosterImported, { importId, courseId: roster.course_id });
    return true;
  }
  const known = await membersByEmail(
    tx,
    roster,
    lines.map(({ email }) => email),
  );
  const counts = { skipped: 0, invited: 0 };
  for (const line of lines) {
    const outcome = await applyLine(step, roster, line, known.get(line.email));
    if (outcome.invited) counts.invited++;
    if (outcome.skipped === null) continue;
    counts.skipped++;
    await tx
      .updateTable("roster_import_rows")
      .set({ skipped: outcome.skipped })
      .where("import_id", "=", importId)
      .where("position", "=", line.position)
      .execute();
  }
  await tx
    .updateTable("roster_imports")
    .set({
      rows_applied: last.position + 1,
      skipped: roster.skipped + counts.skipped,
      invited: roster.invited + counts.invited,
    })
    .where("id", "=", importId)
    .execute();
  return false;
}

async function isClosed({ tx }: RosterStep, courseId: string): Promise<boolean> {
  const course = await tx
    .selectFrom("courses")
    .select(["archived_at", "trashed_at"])
    .where("id", "=", courseId)
    .executeTakeFirst();
  return course === undefined || course.archived_at !== null || course.trashed_at !== null;
}

/** As many of the lines to come as one step takes. */
async function nextLines({ tx }: RosterStep, roster: RosterImportsTable): Promise<Line[]> {
  const lines = await tx
    .selectFrom("roster_import_rows")
    .selectAll()
    .where("import_id", "=", roster.id)
    .where("position", ">=", roster.rows_applied)
    .orderBy("position")
    .limit(linesPerStepMax)
    .execute();
  const taken: Line[] = [];
  let weight = 0;
  for (const line of lines) {
    weight += weights[line.outcome];
    if (weight > weightPerStepMax) break;
    taken.push(line);
  }
  return taken;
}

interface Applied {
  readonly skipped: string | null;
  readonly invited: boolean;
}

const applied: Applied = { skipped: null, invited: false };
const skip = (reason: string): Applied => ({ skipped: reason, invited: false });
const changedMeanwhile = skip("This has changed after the preview was made. Import again to compare.");

async function applyLine(
  step: RosterStep,
  roster: RosterImportsTable,
  line: Line,
  member: KnownMember | undefined,
): Promise<Applied> {
  switch (line.outcome) {
    case "kept":
    case "invalid":
      return applied;
    case "unknown":
      return invite(step, roster, line, member);
    case "remove":
      return remove(step, roster, line);
    case "add":
    case "change":
    case "same":
      break;
  }
  const wanted = { email: line.email, name: null, role: line.said_role, group: line.said_group };
  const decision = member && decideMember(wanted, member.present, member.base);
  const isAsShown =
    decision?.outcome === line.outcome &&
    decision.role === line.role &&
    foldKey(decision.group ?? "") === foldKey(line.group_name ?? "");
  if (member === undefined || !isAsShown) return changedMeanwhile;
  if (line.outcome === "same") return remember(step, roster, line, member.personId);
  return bringIn(step, roster, line, member.personId);
}

/** Enrols somebody, or changes what they are, with their group. */
async function bringIn(
  step: RosterStep,
  roster: RosterImportsTable,
  line: Line,
  personId: string,
): Promise<Applied> {
  const courseId = roster.course_id;
  if (line.outcome !== "change" && (await memberCount(step.tx, courseId)) >= enrolmentsMax)
    return skip(`A course has at most ${enrolmentsMax} people.`);
  const role = line.role ?? "student";
  const by = roster.applied_by ?? roster.made_by;
  await enrol(step, { courseId, personId, role, origin: "import", originId: roster.id, by });
  const problem = line.group_name === null ? null : await place(step, roster, line.group_name, personId);
  await remember(step, roster, line, personId);
  return problem === null ? applied : skip(problem);
}

/** Puts a student into the group of this name, which is made where it is not there; why not, as a sentence. */
async function place(
  step: RosterStep,
  roster: RosterImportsTable,
  name: string,
  personId: string,
): Promise<string | null> {
  const { tx } = step;
  const set = await tx
    .selectFrom("group_sets")
    .select("id")
    .where("id", "=", roster.group_set_id ?? "")
    .where("removed_at", "is", null)
    .executeTakeFirst();
  if (set === undefined) return "Enrolled, but the set of groups was removed meanwhile.";
  const groups = await tx
    .selectFrom("course_groups")
    .select(["id", "name", "name_key"])
    .where("group_set_id", "=", set.id)
    .where("removed_at", "is", null)
    .execute();
  const known = groups.find(({ name_key }) => name_key === foldKey(name));
  if (known === undefined && groups.length >= groupsMax)
    return `Enrolled, but not in a group: a set has up to ${groupsMax}.`;
  const [group] = known === undefined ? await insertGroups(step, set.id, [name]) : [known];
  if (group === undefined) return null;
  const { count } = await tx
    .selectFrom("group_members")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("group_id", "=", group.id)
    .executeTakeFirstOrThrow();
  const isThere = (await membershipIn(tx, set.id, personId))?.group_id === group.id;
  if (!isThere && Number(count) >= groupMembersMax)
    return `Enrolled, but not in ${group.name}: a group has up to ${groupMembersMax} people.`;
  const where = { courseId: roster.course_id, groupSetId: set.id, groupId: group.id, personId };
  await placeInGroup(step, where, roster.applied_by ?? roster.made_by);
  return null;
}

/** Somebody whom the school did not know: added to it and invited, where an admin wished that. */
async function invite(
  step: RosterStep,
  roster: RosterImportsTable,
  line: Line,
  member: KnownMember | undefined,
): Promise<Applied> {
  if (member !== undefined)
    return skip("Was added to the school after the preview was made. Import again to enrol them.");
  if (roster.invite_unknown === 0 || line.name === "") return applied;
  if ((await memberCount(step.tx, roster.course_id)) >= enrolmentsMax)
    return skip(`A course has at most ${enrolmentsMax} people.`);
  const { name, email } = line;
  const personId = await inviteNewcomer(step, { name, email, byMail: roster.by_mail === 1 });
  if (personId === null) return changedMeanwhile;
  await step.tx
    .updateTable("roster_import_rows")
    .set({ person_id: personId })
    .where("import_id", "=", roster.id)
    .where("position", "=", line.position)
    .execute();
  return { ...(await bringIn(step, roster, line, personId)), invited: true };
}

async function remove(step: RosterStep, roster: RosterImportsTable, line: Line): Promise<Applied> {
  const row = await findEnrolment(step.tx, roster.course_id, line.person_id ?? "");
  if (row === null || row.ended_at !== null || row.role !== "student") return changedMeanwhile;
  await endNow(step, row, roster.applied_by ?? roster.made_by);
  await step.tx
    .updateTable("course_roster")
    .set({ removed: 1 })
    .where("course_id", "=", roster.course_id)
    .where("person_id", "=", row.person_id)
    .execute();
  return applied;
}

/** What this file said of the person is what the next one is compared with. */
async function remember(
  { tx }: RosterStep,
  roster: RosterImportsTable,
  line: Line,
  personId: string,
): Promise<Applied> {
  const said = {
    import_id: roster.id,
    role: line.said_role ?? line.role ?? "student",
    group_name: line.said_group,
    removed: 0,
  } as const;
  await tx
    .insertInto("course_roster")
    .values({ course_id: roster.course_id, person_id: personId, ...said })
    .onConflict((conflict) => conflict.columns(["course_id", "person_id"]).doUpdateSet(said))
    .execute();
  return applied;
}
