/**
 * Materials as one person sees them at a moment: which of a course's rows are there for them, what locks the others,
 * and what they have read. Facts are loaded for many rows at once.
 */
import type { Kysely } from "kysely";
import type { z } from "zod";
import { present } from "#base/assert.ts";
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import {
  groupNamesOf,
  groupsOfPerson,
  outlineOf,
  type Standing,
  studies,
  teaches,
} from "#slices/courses/api.ts";
import { captionsOf } from "./captions.ts";
import { datesOf, materialOf } from "./materials.ts";
import { type Lock, locksOf, type ReaderFacts, type ReleaseRules, stateAt } from "./release.ts";
import type { Material, MaterialLock, Prerequisite } from "./schema.ts";
import type { MaterialReadingsTable, MaterialsTable, MaterialsTables } from "./tables.ts";

type Db = Kysely<MaterialsTables>;

/** For whom contents are shown. */
export interface Viewer {
  readonly seesAll: boolean;
  /** Whose readings and groups count; null for Lyceum itself. */
  readonly personId: string | null;
  readonly boundBy: ReaderFacts["boundBy"];
}

/** How somebody of this standing sees a course's contents. */
export function viewerOf(actor: Actor, standing: Standing): Viewer {
  return {
    seesAll: teaches(standing),
    personId: actor.kind === "person" ? actor.personId : null,
    boundBy: studies(standing) ? "all rules" : "dates",
  };
}

/** A student of the course, as those who teach look through their eyes. */
export function studentViewer(personId: string): Viewer {
  return { seesAll: false, personId, boundBy: "all rules" };
}

interface Facts {
  readonly rules: ReadonlyMap<string, ReleaseRules>;
  readonly reader: ReaderFacts;
  readonly readings: ReadonlyMap<string, MaterialReadingsTable>;
  /** Of the materials that come before others, those whose names may be said. */
  readonly titles: ReadonlyMap<string, string>;
  readonly groupNames: ReadonlyMap<string, string>;
}

type RuledRow = Pick<
  MaterialsTable,
  "id" | "course_id" | "published" | "publish_at" | "available_from" | "available_until" | "removed_at"
>;

/** What locks each of these rows of one course for the viewer, by the material's id; nothing for those who see all. */
export async function loadLocks(
  database: Database,
  viewer: Viewer,
  rows: readonly RuledRow[],
  now: number,
): Promise<ReadonlyMap<string, readonly MaterialLock[]>> {
  if (viewer.seesAll || rows.length === 0) return new Map();
  const facts = await loadFacts(tablesOf<MaterialsTables>(database), viewer, rows, now);
  return new Map(rows.map((row) => [row.id, saidLocks(row.id, facts)]));
}

/** The rows, of modules that the viewer sees, as the viewer sees them, less those that are not there for them. */
export async function materialsAsSeen(
  database: Database,
  viewer: Viewer,
  rows: readonly MaterialsTable[],
  now: number,
): Promise<Material[]> {
  const db = tablesOf<MaterialsTables>(database);
  const shown = viewer.seesAll ? rows : rows.filter((row) => isShown(row, now));
  if (shown.length === 0) return [];
  const facts = await loadFacts(db, viewer, shown, now);
  const captions = await captionsOf(
    db,
    shown.map((row) => row.id),
  );
  return shown.map((row) => {
    const locks = viewer.seesAll ? [] : saidLocks(row.id, facts);
    const reading = facts.readings.get(row.id);
    const whole = materialOf(row, now);
    const seen = {
      ...whole,
      captions: captions.get(row.id) ?? [],
      locks,
      release: viewer.seesAll ? releaseOf(row, facts.rules.get(row.id)) : null,
      myReading:
        reading === undefined
          ? null
          : {
              revision: reading.revision,
              place: reading.place,
              openedAt: reading.opened_at,
              readAt: reading.read_at,
            },
    };
    // A locked material shows its title and why, and nothing of what is in it.
    return locks.length === 0
      ? seen
      : { ...seen, description: "", file: null, url: null, pages: null, captions: [] };
  });
}

/** A row as those who teach see it, for the answers of commands. */
export async function shownToStaff(database: Database, row: MaterialsTable, now: number): Promise<Material> {
  const viewer: Viewer = { seesAll: true, personId: null, boundBy: "dates" };
  const [material] = await materialsAsSeen(database, viewer, [row], now);
  return present(material, "staff see every row");
}

async function loadFacts(db: Db, viewer: Viewer, rows: readonly RuledRow[], now: number): Promise<Facts> {
  const courseId = rows[0]?.course_id ?? "";
  const ids = rows.map((row) => row.id);
  const after = await db
    .selectFrom("material_prerequisites as rule")
    .leftJoin("materials as required", "required.id", "rule.required_id")
    .select([
      "rule.material_id as materialId",
      "rule.kind as kind",
      "rule.required_id as id",
      "required.title as title",
      "required.removed_at as removedAt",
      "required.published as published",
      "required.publish_at as publishAt",
    ])
    .where("rule.material_id", "in", ids)
    .orderBy("rule.material_id")
    .orderBy("rule.required_id")
    .execute();
  const groups = await db
    .selectFrom("material_groups")
    .select(["material_id", "group_id"])
    .where("material_id", "in", ids)
    .orderBy("group_id")
    .execute();
  const requiredIds = after.filter(({ kind }) => kind === "material").map(({ id }) => id);
  const readings = await readingsOf(db, viewer, [...new Set([...ids, ...requiredIds])]);
  const rules = new Map(
    rows.map((row) => [
      row.id,
      {
        ...datesOf(row),
        after: after
          .filter(({ materialId }) => materialId === row.id)
          .map(({ kind, id, removedAt }) => ({ kind, id, removed: removedAt !== null })),
        groupIds: groups.filter(({ material_id }) => material_id === row.id).map(({ group_id }) => group_id),
      },
    ]),
  );
  const groupIds = [...new Set(groups.map(({ group_id }) => group_id))];
  const asksForGroups = groupIds.length > 0 && viewer.personId !== null && !viewer.seesAll;
  const mayBeNamed = after.filter(
    ({ kind, title, published, publishAt }) =>
      kind === "material" && title !== null && (published === 1 || (publishAt !== null && publishAt <= now)),
  );
  return {
    rules,
    readings,
    titles: new Map(mayBeNamed.map(({ id, title }) => [id, title ?? ""])),
    groupNames: asksForGroups ? await groupNamesOf(db, courseId, groupIds) : new Map(),
    reader: {
      now,
      boundBy: viewer.boundBy,
      readIds: new Set(
        [...readings.values()]
          .filter(({ read_at }) => read_at !== null)
          .map(({ material_id }) => material_id),
      ),
      handedInIds: await handedInOf(
        db,
        viewer,
        courseId,
        after.some(({ kind }) => kind === "assignment"),
      ),
      groupIds: asksForGroups
        ? new Set((await groupsOfPerson(db, courseId, viewer.personId ?? "")).map(({ groupId }) => groupId))
        : new Set(),
    },
  };
}

async function readingsOf(db: Db, viewer: Viewer, ids: readonly string[]) {
  if (viewer.personId === null) return new Map<string, MaterialReadingsTable>();
  const rows = await db
    .selectFrom("material_readings")
    .selectAll()
    .where("person_id", "=", viewer.personId)
    .where("material_id", "in", ids)
    .execute();
  return new Map(rows.map((row) => [row.material_id, row]));
}

async function handedInOf(
  db: Db,
  viewer: Viewer,
  courseId: string,
  isAsked: boolean,
): Promise<ReadonlySet<string>> {
  if (!isAsked || viewer.personId === null || viewer.seesAll) return new Set();
  const rows = await db
    .selectFrom("assignments_handed_in")
    .select("assignment_id")
    .where("person_id", "=", viewer.personId)
    .where("course_id", "=", courseId)
    .execute();
  return new Set(rows.map(({ assignment_id }) => assignment_id));
}

function saidLocks(materialId: string, facts: Facts): MaterialLock[] {
  const rules = facts.rules.get(materialId);
  return rules === undefined ? [] : locksOf(rules, facts.reader).map((lock) => sayLock(lock, facts));
}

const nothing = {
  at: null,
  materialId: null,
  materialTitle: null,
  assignmentId: null,
  groupIds: [] as string[],
};

/** The lock with its reason as a sentence; what a reader may not know of is not named. */
function sayLock(lock: Lock, { titles, groupNames }: Facts): MaterialLock {
  switch (lock.kind) {
    case "from":
      return { ...nothing, kind: lock.kind, at: lock.at, reason: `It opens on ${instantText(lock.at)}.` };
    case "until":
      return {
        ...nothing,
        kind: lock.kind,
        at: lock.at,
        reason: `It was open until ${instantText(lock.at)}.`,
      };
    case "after_material": {
      const title = titles.get(lock.id) ?? null;
      const reason =
        title === null
          ? "It opens after a material that is not published yet."
          : `It opens when you have read “${title}”.`;
      const materialId = title === null ? null : lock.id;
      return { ...nothing, kind: lock.kind, materialId, materialTitle: title, reason };
    }
    case "after_assignment": {
      const reason = "It opens when you have handed in an assignment that comes before it.";
      return { ...nothing, kind: lock.kind, assignmentId: lock.id, reason };
    }
    case "group": {
      const names = lock.groupIds.map((id) => groupNames.get(id)).filter((name) => name !== undefined);
      const reason =
        names.length === 1
          ? `It is for the group ${names[0]} only.`
          : `It is only for some groups: ${names.join(", ")}.`;
      return { ...nothing, kind: lock.kind, groupIds: [...lock.groupIds], reason };
    }
  }
}

function instantText(at: number): string {
  return `${new Date(at).toISOString().replace("T", " ").slice(0, 16)} UTC`;
}

function releaseOf(row: MaterialsTable, rules: ReleaseRules | undefined): NonNullable<Material["release"]> {
  const after: z.output<typeof Prerequisite>[] = (rules?.after ?? [])
    .filter(({ removed }) => !removed)
    .map(({ kind, id }) => ({ kind, id }));
  return {
    publishAt: row.publish_at,
    availableFrom: row.available_from,
    availableUntil: row.available_until,
    after,
    groupIds: [...(rules?.groupIds ?? [])],
  };
}

/** Whether students see a row, in a module that they see. */
function isShown(row: RuledRow, now: number): boolean {
  return row.removed_at === null && stateAt(datesOf(row), now) === "published";
}

/** The modules of a course that its students see, as rows name them: with the general contents among them. */
export async function seenModuleIds(database: Database, courseId: string): Promise<string[]> {
  const { modules, sections } = await outlineOf(database, courseId, { drafts: false });
  const all = [...modules, ...sections.flatMap((section) => section.modules)];
  return ["", ...all.map(({ moduleId }) => moduleId)];
}
