/** All submissions of an assignment, as those who grade see them, in the order of names. */
import { useEffect } from "react";
import type { Assignment, SubmittedWork } from "../contract.ts";
import { usePages } from "../data.ts";
import { locale } from "../ui/text.ts";

export interface Submissions {
  /** Undefined until everything is here, so that nothing is counted that is not. */
  readonly data: { readonly assignment: Assignment; readonly works: readonly SubmittedWork[] } | undefined;
  readonly error: unknown;
  readonly refetch: () => Promise<unknown>;
}

export function useSubmissions(assignmentId: string): Submissions {
  const pages = usePages("assignments.getSubmittedAssignment", { assignmentId });
  const { hasNextPage, isFetching, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const assignment = pages.data?.pages.at(-1)?.assignment;
  const works = pages.data?.pages.flatMap(({ blobs }) => Object.values(blobs)) ?? [];
  works.sort((one, other) => byName.compare(one.studentName, other.studentName));
  return {
    data: assignment === undefined || hasNextPage ? undefined : { assignment, works },
    error: pages.error,
    refetch: pages.refetch,
  };
}

export const byName = new Intl.Collator(locale);

export type WorkState = "new" | "regrade" | "private" | "released";

/** What there is to do: a grade for an earlier attempt does not count for a later one. */
export function stateOf({ grade, attempt }: SubmittedWork): WorkState {
  if (grade === null) return "new";
  if (grade.attempt < attempt) return "regrade";
  return grade.releasedAt === null ? "private" : "released";
}

export function pointsText(points: number): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(points);
}
