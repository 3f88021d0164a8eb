/**
 * The audiences of what is indexed, and what somebody is in several courses at once. Audiences only narrow what is looked
 * at; who may see a hit is decided by the policy of what was found.
 */
import type { Database } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { loadStanding, type Standing } from "./policy.ts";

/** Everybody who belongs to the course. */
export function audienceOfCourse(courseId: string): string {
  return `course${plain(courseId)}`;
}

/** Those who teach the course. */
export function audienceOfStaff(courseId: string): string {
  return `staff${plain(courseId)}`;
}

/** One person, in whatever course. */
export function audienceOfPerson(personId: string): string {
  return `person${plain(personId)}`;
}

/** Audiences are words of letters and digits. */
function plain(id: string): string {
  return id.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** The standing of `actor` in each of these courses. */
export async function standingsIn(
  database: Database,
  actor: Actor,
  courseIds: Iterable<string>,
): Promise<ReadonlyMap<string, Standing>> {
  const standings = new Map<string, Standing>();
  for (const courseId of new Set(courseIds))
    standings.set(courseId, await loadStanding(database, actor, courseId));
  return standings;
}
