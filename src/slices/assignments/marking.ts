/** Two markers: whose mark is the first and whose the second, and who sees which before they agree. Pure. */
import { Refusal } from "#kernel/errors.ts";
import type { MarkerPlace, Marking } from "./grading-schema.ts";
import type { Markers } from "./grading-settings.ts";

export interface MarkGiven {
  readonly place: MarkerPlace;
  readonly markerId: string;
}

const otherOf = { first: "second", second: "first" } as const;

/** The place of the mark that `markerId` gives now; refuses who is not to mark this work, or not yet. */
export function placeFor(
  markerId: string,
  {
    marking,
    markers,
    given,
  }: { readonly marking: Marking; readonly markers: Markers; readonly given: readonly MarkGiven[] },
): MarkerPlace {
  const own = given.find((mark) => mark.markerId === markerId);
  if (own !== undefined) return own.place;
  const mayBe = (place: MarkerPlace) =>
    (markers[place].length === 0 || markers[place].includes(markerId)) &&
    !given.some((mark) => mark.place === place);
  if (mayBe("first")) return "first";
  if (!mayBe("second"))
    throw new Refusal("not_marker", "Two others mark this work. Ask an instructor to name you as a marker.", {
      kind: "forbidden",
    });
  if (marking === "second_reads_first" && !given.some(({ place }) => place === "first"))
    throw new Refusal("first_mark_missing", "The first marker has not marked this work yet.", {
      kind: "failed_precondition",
    });
  return "second";
}

/** The places whose marks `viewerId` sees: blind markers see each other's once both are there. */
export function placesSeenBy(
  viewerId: string,
  { marking, given }: { readonly marking: Marking; readonly given: readonly MarkGiven[] },
): MarkerPlace[] {
  const areBoth = given.length === 2;
  return given
    .filter(({ place, markerId }) => {
      if (markerId === viewerId || areBoth) return true;
      return marking === "second_reads_first" && place === "first";
    })
    .map(({ place }) => place);
}

/** Refuses to agree before both have marked the attempt that stands. */
export function requireBothMarks(
  given: readonly (MarkGiven & { readonly attempt: number })[],
  attempt: number,
): void {
  for (const place of ["first", "second"] as const) {
    const mark = given.find((each) => each.place === place);
    if (mark === undefined || mark.attempt < attempt)
      throw new Refusal(
        "marks_missing",
        `The ${place} marker has not marked ${mark === undefined ? "this work" : "its latest attempt"} yet, so there is nothing to agree on with the ${otherOf[place]}.`,
        { kind: "failed_precondition" },
      );
  }
}
