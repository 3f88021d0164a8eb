/**
 * When an assignment is open, due and closed, for everybody and for one student. Every policy, list and page asks here,
 * so that nobody is told one date and judged by another.
 */
import { type Problem, Refusal } from "#kernel/errors.ts";

/** What an assignment says for everybody; milliseconds UTC, null where it says nothing. */
export interface AssignmentDates {
  readonly availableFrom: number | null;
  readonly dueAt: number | null;
  /** After this nothing is taken. */
  readonly untilAt: number | null;
  /** Null: as often as one likes. */
  readonly attemptsMax: number | null;
}

/** What one student or group was given; null where the assignment's own date holds. */
export interface Extension {
  readonly dueAt: number | null;
  readonly untilAt: number | null;
  readonly extraAttempts: number;
}

/** The dates that hold for a student. A due date beyond the end moves the end along: it would be worth nothing. */
export function effectiveDates(dates: AssignmentDates, extension: Extension | null): AssignmentDates {
  if (extension === null) return dates;
  const untilAt =
    extension.untilAt ??
    (dates.untilAt === null || extension.dueAt === null
      ? dates.untilAt
      : Math.max(dates.untilAt, extension.dueAt));
  return {
    availableFrom: dates.availableFrom,
    dueAt: extension.dueAt ?? dates.dueAt,
    untilAt,
    attemptsMax: dates.attemptsMax === null ? null : dates.attemptsMax + extension.extraAttempts,
  };
}

/** Where a moment lies. At the very millisecond that something is due, or ends, it is still in time. */
export type Window = "upcoming" | "open" | "late" | "closed";

export function windowAt(dates: AssignmentDates, now: number): Window {
  if (dates.availableFrom !== null && now < dates.availableFrom) return "upcoming";
  if (dates.untilAt !== null && now > dates.untilAt) return "closed";
  return isLate(dates.dueAt, now) ? "late" : "open";
}

/** Whether work that comes in at `receivedAt` is late. At the very millisecond that it is due, it is not. */
export function isLate(dueAt: number | null, receivedAt: number): boolean {
  return dueAt !== null && receivedAt > dueAt;
}

/** Refuses dates that contradict each other, beside each field that would have to change. */
export function requireConsistentDates(dates: Omit<AssignmentDates, "attemptsMax">): void {
  const problems = dateProblems(dates);
  if (problems.length === 0) return;
  throw new Refusal("invalid_input", problems.map(({ message }) => message).join(" "), { problems });
}

export function dateProblems({
  availableFrom,
  dueAt,
  untilAt,
}: Omit<AssignmentDates, "attemptsMax">): Problem[] {
  const problems: Problem[] = [];
  if (availableFrom !== null && dueAt !== null && dueAt <= availableFrom)
    problems.push({
      field: "dueAt",
      message: "It would be due before students can see it: let it be due after it becomes available.",
    });
  if (untilAt !== null && dueAt !== null && untilAt < dueAt)
    problems.push({
      field: "untilAt",
      message: "Nothing would be taken any more before it is due: end it at the due date or after it.",
    });
  if (availableFrom !== null && untilAt !== null && dueAt === null && untilAt <= availableFrom)
    problems.push({
      field: "untilAt",
      message: "It would end before students can see it: end it after it becomes available.",
    });
  return problems;
}
