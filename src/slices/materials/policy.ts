/**
 * Who may see and change materials. Staff see all of a course's materials, drafts and removed ones too; everybody else
 * in the course sees what is published. What somebody may not see does not exist for them.
 */
import type { Database } from "#engines/store/port.ts";
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
import { belongs, courseIdByCode, loadStanding, type Standing, teaches } from "#slices/courses/api.ts";
import type { MaterialsTables } from "./tables.ts";

/** What the decision needs to know of a material. */
export interface MaterialFacts {
  readonly published: boolean;
  readonly removed: boolean;
}

/** Whether someone may see a material. */
export function decideSee(standing: Standing, facts: MaterialFacts): Decision {
  if (standing.kind === "anonymous") return denyUnauthenticated;
  if (teaches(standing)) return allow;
  return belongs(standing) && facts.published && !facts.removed ? allow : denyNotFound("material");
}

/** Whether someone may get a material's bytes: a removed file is handed to nobody. */
export function decideOpen(standing: Standing, facts: MaterialFacts): Decision {
  return facts.removed && standing.kind !== "anonymous"
    ? denyNotFound("material")
    : decideSee(standing, facts);
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
    .select(["course_id", "published", "removed_at"])
    .where("id", "=", p("materialId")),
);

function ofMaterial(
  claim: string,
  decide: (standing: Standing, facts: MaterialFacts) => Decision,
): Policy<{ readonly materialId: string }> {
  return {
    claim,
    async decide({ actor, input, database }) {
      if (actor.kind === "anonymous") return denyUnauthenticated;
      const [row] = await materialById(database, { materialId: input.materialId });
      if (row === undefined) return denyNotFound("material");
      const standing = await loadStanding(database, actor, row.course_id);
      return decide(standing, { published: row.published === 1, removed: row.removed_at !== null });
    },
  };
}

/** Staff of the course; for published materials everyone in it. */
export const seesMaterial = ofMaterial("sees the material", decideSee);

/** The same, as long as the material is not removed. */
export const opensMaterial = ofMaterial("sees the material, and it is not removed", decideOpen);

/** Staff of the course. */
export const changesMaterial = ofMaterial("teaches the material's course", decideChange);

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
