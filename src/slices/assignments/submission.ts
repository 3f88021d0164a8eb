/**
 * The life of a student's work on one assignment, as a pure state machine: handed in, perhaps again, graded, perhaps
 * again, released. A step gives the next state or throws the refusal that the person sees.
 */
import { invalidField, Refusal } from "#kernel/errors.ts";
import { fromHundredths } from "./points.ts";
import { attemptsMax, type Withdrawal } from "./schema.ts";

export interface SubmissionState {
  /** The number of the latest attempt. */
  readonly attempt: number;
  /** Whether the latest attempt was taken back, so that nothing is handed in at present. */
  readonly withdrawn: boolean;
  /** Grows with every step that changes what graders see, so that two of them never overwrite each other. */
  readonly version: number;
  readonly grade: GradeState | null;
}

export interface GradeState {
  /** Which attempt was graded. */
  readonly attempt: number;
  readonly hundredths: number;
  readonly releasedAt: number | null;
}

/** How often somebody may hand in, and whether a grade ends it. */
export interface Allowance {
  /** Attempts that were not taken back. */
  readonly used: number;
  /** Null: as often as one likes. */
  readonly attemptsMax: number | null;
  /** Whether a new attempt may follow a grade that was released. */
  readonly mayFollowGrade: boolean;
}

/** Work is handed in: the first time, or again as long as nobody has graded it, or after the grade where that is allowed. */
export function handIn(state: SubmissionState | null, allowance: Allowance): SubmissionState {
  if (state === null) return { attempt: 1, withdrawn: false, version: 1, grade: null };
  const { grade, attempt } = state;
  const isOpenGrade = grade !== null && grade.releasedAt === null && grade.attempt === attempt;
  if (grade !== null && (isOpenGrade || !allowance.mayFollowGrade))
    throw new Refusal("already_graded", "Your work is being graded, so it cannot be replaced any more.");
  if (allowance.attemptsMax !== null && allowance.used >= allowance.attemptsMax)
    throw new Refusal("attempts_exhausted", `You have used ${attemptsText(allowance.attemptsMax)}.`);
  if (attempt >= attemptsMax)
    throw new Refusal("attempts_exhausted", `You have handed in ${attemptsMax} times; that is the most.`);
  return { attempt: attempt + 1, withdrawn: false, version: state.version + 1, grade };
}

function attemptsText(count: number): string {
  return count === 1 ? "the only attempt that this assignment allows" : `all ${count} attempts`;
}

/** The student takes back what was handed in last. It stays in the history, and counts no longer. */
export function withdraw(
  state: SubmissionState,
  { rule, isPastDue }: { readonly rule: Withdrawal; readonly isPastDue: boolean },
): SubmissionState {
  if (state.withdrawn)
    throw new Refusal("nothing_handed_in", "Nothing is handed in that could be taken back.");
  if (rule === "never")
    throw new Refusal("withdrawal_closed", "In this assignment, what is handed in cannot be taken back.");
  if (rule === "until_due" && isPastDue)
    throw new Refusal("withdrawal_closed", "The due date has passed, so your work cannot be taken back.");
  if (state.grade !== null && state.grade.attempt === state.attempt)
    throw new Refusal("already_graded", "Your work is being graded, so it cannot be taken back any more.");
  return { ...state, withdrawn: true, version: state.version + 1 };
}

/** Somebody who teaches gives the latest attempt a mark; a mark that was released may still be corrected. */
export function grade(
  state: SubmissionState,
  { hundredths, hundredthsMax }: { readonly hundredths: number; readonly hundredthsMax: number },
): SubmissionState {
  if (state.withdrawn)
    throw new Refusal("withdrawn", "The student has taken this work back: there is nothing to grade.");
  if (hundredths < 0 || hundredths > hundredthsMax)
    throw invalidField("points", `This assignment gives from 0 to ${fromHundredths(hundredthsMax)} points.`);
  const releasedAt = state.grade?.releasedAt ?? null;
  return { ...state, version: state.version + 1, grade: { attempt: state.attempt, hundredths, releasedAt } };
}

/** The student gets to see the mark. A second release changes nothing. */
export function release(state: SubmissionState, now: number): SubmissionState {
  if (state.grade === null) throw new Refusal("not_graded", "Work that has no grade yet cannot be released.");
  return state.grade.releasedAt === null ? { ...state, grade: { ...state.grade, releasedAt: now } } : state;
}

/** For a marker who comes after the two have agreed. */
export function alreadyAgreed(): Refusal {
  return new Refusal(
    "already_agreed",
    "The markers have agreed on a grade for this work. To change it, agree on another one, with the reason.",
  );
}
