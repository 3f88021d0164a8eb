/**
 * Who may see and change materials. Staff see all of a course's materials, drafts and removed ones too; everybody else
 * in the course sees what is published. What somebody may not see does not exist for them.
 */
import type { Database } from "#engines/store/port.ts";
import { noteFact } from "#kernel/explain-policy.ts";
import {
  allow,
  type Decision,
  type Denial,
  denyForbidden,
  denyNotFound,
  denyUnauthenticated,
  type Policy,
} from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import {
  belongs,
  courseIdByCode,
  loadStanding,
  moduleOf,
  roleOf,
  type Standing,
  teaches,
} from "#slices/courses/api.ts";
import { datesOf } from "./materials.ts";
import { stateAt } from "./release.ts";
import type { MaterialLock } from "./schema.ts";
import type { MaterialsTables } from "./tables.ts";
import { loadLocks, viewerOf } from "./viewing.ts";

/** What the decision needs to know of a material. */
export interface MaterialFacts {
  readonly published: boolean;
  readonly removed: boolean;
  /** Why its rules keep this reader out; nothing for those who teach. */
  readonly locks: readonly Pick<MaterialLock, "reason">[];
}

/** Whether someone may see a material. */
export function decideSee(standing: Standing, facts: MaterialFacts): Decision {
  if (standing.kind === "anonymous") return denyUnauthenticated;
  if (teaches(standing)) return allow;
  return belongs(standing) && facts.published && !facts.removed ? allow : denyNotFound("material");
}

/** Whether someone may get what is in a material: a removed one is handed to nobody, a locked one not to its students. */
export function decideOpen(standing: Standing, facts: MaterialFacts): Decision {
  if (facts.removed && standing.kind !== "anonymous") return denyNotFound("material");
  const seen = decideSee(standing, facts);
  if (!seen.allowed || teaches(standing) || facts.locks.length === 0) return seen;
  return denyForbidden(`This material is locked. ${facts.locks.map(({ reason }) => reason).join(" ")}`);
}

/** Whether someone may change a material. */
export function decideChange(standing: Standing, facts: MaterialFacts): Decision {
  const seen = decideSee(standing, facts);
  if (!seen.allowed) return seen;
  return teaches(standing) ? allow : denyForbidden("Only those who teach the course change its materials.");
}

/** Whether someone may see a course's contents; `removed` asks for what was removed from it. */
export function decideContents(standing: Standing, removed: boolean, unknown: Denial): Decision {
  if (standing.kind === "anonymous") return denyUnauthenticated;
  if (!belongs(standing)) return unknown;
  return !removed || teaches(standing)
    ? allow
    : denyForbidden("Only those who teach the course see what was removed from it.");
}

const materialById = prepared<MaterialsTables>()((db, p: Parameter<{ materialId: string }>) =>
  db
    .selectFrom("materials")
    .select([
      "id",
      "course_id",
      "published",
      "publish_at",
      "available_from",
      "available_until",
      "removed_at",
      "module_id",
    ])
    .where("id", "=", p("materialId")),
);

function ofMaterial(
  claim: string,
  decide: (standing: Standing, facts: MaterialFacts) => Decision,
  { heedsLocks = false } = {},
): Policy<{ readonly materialId: string }> {
  return {
    claim,
    async decide({ actor, input, database, now }) {
      if (actor.kind === "anonymous") return denyUnauthenticated;
      const [row] = await materialById(database, { materialId: input.materialId });
      if (row === undefined) return denyNotFound("material");
      const standing = await loadStanding(database, actor, row.course_id);
      const state = stateAt(datesOf(row), now);
      const isInDraft = !(await isInSeenModule(database, row));
      const facts = {
        published: state === "published" && !isInDraft,
        removed: row.removed_at !== null,
        locks: [],
      };
      noteFact(database, "material", row.id, {
        published: state === "published",
        ...(state === "scheduled" ? { publishedAt: row.publish_at } : {}),
        inDraftModule: isInDraft,
        removed: facts.removed,
      });
      const decision = decide(standing, facts);
      if (!heedsLocks || !decision.allowed || teaches(standing)) return decision;
      const locks = (await loadLocks(database, viewerOf(actor, standing), [row], now)).get(row.id) ?? [];
      noteFact(database, "material", row.id, {
        lockedBecause: locks.length === 0 ? null : locks.map(({ reason }) => reason).join(" "),
      });
      return decide(standing, { ...facts, locks });
    },
  };
}

/** A draft module hides what stands in it. */
async function isInSeenModule(database: Database, row: { readonly module_id: string }): Promise<boolean> {
  return row.module_id === "" || ((await moduleOf(database, row.module_id))?.isSeen ?? false);
}

/** Staff of the course; for published materials everyone in it. */
export const seesMaterial = ofMaterial("sees the material", decideSee);

/** The same, as long as the material is neither removed nor locked for them. */
export const opensMaterial = ofMaterial(
  "sees the material, and it is neither removed nor locked",
  decideOpen,
  {
    heedsLocks: true,
  },
);

/** Staff of the course. */
export const changesMaterial = ofMaterial("teaches the material's course", decideChange);

/** Those who teach the course, to see what is in it as one of its students would. */
export function seesAsStudent<Input>(
  own: Policy<Input>,
  courseIdOf: (database: Database, input: Input) => Promise<string | null>,
): Policy<Input & { readonly asPersonId?: string | undefined }> {
  return {
    claim: `${own.claim}; teaches the course, to see it as a student would`,
    async decide(question) {
      const decision = await own.decide(question);
      const { actor, input, database } = question;
      if (!decision.allowed || input.asPersonId === undefined) return decision;
      const courseId = (await courseIdOf(database, input)) ?? "";
      if (!teaches(await loadStanding(database, actor, courseId)))
        return denyForbidden("Only those who teach the course see it as one of its students.");
      const role = await roleOf(database, courseId, input.asPersonId);
      return role === "student" ? allow : denyNotFound("student of the course");
    },
  };
}

/** The course of a material; null when there is no such material. */
export async function courseIdOfMaterial(
  database: Database,
  { materialId }: { readonly materialId: string },
): Promise<string | null> {
  const [row] = await materialById(database, { materialId });
  return row?.course_id ?? null;
}

/** Names a course: by its id, or by its code and term. */
export interface CourseChoice {
  readonly courseId?: string | undefined;
  readonly code?: string | undefined;
  readonly term?: string | undefined;
}

/** The id of the course that is named; null when there is none of that code and term. */
export async function chosenCourse(database: Database, choice: CourseChoice): Promise<string | null> {
  if (choice.courseId !== undefined) return choice.courseId;
  return courseIdByCode(database, choice.code ?? "", choice.term ?? "");
}

/** Everyone in the course; for what was removed, staff. */
export const seesContents: Policy<CourseChoice & { readonly removed: boolean }> = {
  claim: "belongs to the course; teaches it, to see what was removed",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const unknown = unknownCourse(input);
    const courseId = await chosenCourse(database, input);
    if (courseId === null) return unknown;
    return decideContents(await loadStanding(database, actor, courseId), input.removed, unknown);
  },
};

function unknownCourse({ courseId, code, term }: CourseChoice): Denial {
  if (courseId !== undefined) return denyNotFound("course");
  const message = `There is no course ${code ?? ""} in ${term ?? ""} that you can see.`;
  return { allowed: false, kind: "not_found", message };
}
