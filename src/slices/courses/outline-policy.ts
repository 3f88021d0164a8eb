/** Who may see and change a course's outline: those who teach change it; to others its drafts do not exist. */
import {
  allow,
  type Decision,
  denyForbidden,
  denyNotFound,
  denyUnauthenticated,
  type Policy,
} from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { moduleOf } from "./outline.ts";
import { belongs, loadStanding, type Standing, teaches } from "./policy.ts";
import type { CoursesTables } from "./tables.ts";

const staffOnly = "Only those who teach the course do this.";

/** Whether someone may change a part of the outline, which students see or not. */
export function decideChangeOutline(
  standing: Standing,
  { thing, isSeen }: { readonly thing: string; readonly isSeen: boolean },
): Decision {
  if (standing.kind === "anonymous") return denyUnauthenticated;
  if (teaches(standing)) return allow;
  return belongs(standing) && isSeen ? denyForbidden(staffOnly) : denyNotFound(thing);
}

/** Everyone in the course; for what was removed, staff. */
export const seesOutline: Policy<{ readonly courseId: string; readonly removed: boolean }> = {
  claim: "belongs to the course; teaches it, to see what was removed",
  async decide({ actor, input, database }) {
    const standing = await loadStanding(database, actor, input.courseId);
    if (standing.kind === "anonymous") return denyUnauthenticated;
    if (!belongs(standing)) return denyNotFound("course");
    return !input.removed || teaches(standing) ? allow : denyForbidden(staffOnly);
  },
};

const sectionById = prepared<CoursesTables>()((db, p: Parameter<{ sectionId: string }>) =>
  db.selectFrom("course_sections").select(["course_id", "published"]).where("id", "=", p("sectionId")),
);

/** Those who teach the course of the section. */
export const changesSection: Policy<{ readonly sectionId: string }> = {
  claim: "teaches the section's course",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const [row] = await sectionById(database, { sectionId: input.sectionId });
    if (row === undefined) return denyNotFound("section");
    const standing = await loadStanding(database, actor, row.course_id);
    return decideChangeOutline(standing, { thing: "section", isSeen: row.published === 1 });
  },
};

/** Those who teach the course of the module. */
export const changesModule: Policy<{ readonly moduleId: string }> = {
  claim: "teaches the module's course",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const place = await moduleOf(database, input.moduleId);
    if (place === null) return denyNotFound("module");
    const standing = await loadStanding(database, actor, place.courseId);
    return decideChangeOutline(standing, { thing: "module", isSeen: place.isSeen });
  },
};
