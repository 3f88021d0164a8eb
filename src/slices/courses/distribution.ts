/** Spreading people over groups: pure, and the same from the same seed. */
import { createHash } from "node:crypto";

export interface Room {
  readonly groupId: string;
  readonly memberCount: number;
}

export interface Placement {
  readonly personId: string;
  readonly groupId: string;
}

/**
 * Gives each person, in the order given, a place in the group that has the fewest members then (the earlier one of
 * equals), as long as one has room. Groups of equal size at the start thus never differ by more than one.
 */
export function distribute(people: readonly string[], rooms: readonly Room[], sizeMax: number): Placement[] {
  const members = rooms.map(({ groupId, memberCount }) => ({ groupId, memberCount }));
  const placements: Placement[] = [];
  for (const personId of people) {
    const emptiest = members.reduce<(typeof members)[number] | null>(
      (best, each) => (best === null || each.memberCount < best.memberCount ? each : best),
      null,
    );
    if (emptiest === null || emptiest.memberCount >= sizeMax) break;
    emptiest.memberCount++;
    placements.push({ personId, groupId: emptiest.groupId });
  }
  return placements;
}

/** People in an order that nobody can foresee without the seed, and that the seed always gives again. */
export function shuffled(people: readonly string[], seed: number): string[] {
  return people
    .map((personId) => ({ personId, draw: createHash("sha256").update(`${seed}:${personId}`).digest("hex") }))
    .sort((a, b) => (a.draw < b.draw ? -1 : 1))
    .map(({ personId }) => personId);
}
