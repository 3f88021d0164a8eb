/**
 * The life of a student's work on one assignment, as a pure state machine: handed in, perhaps again, graded, perhaps
 * again, released. A step gives the next state or throws the refusal that the person sees.
 */
import { invalidField, Refusal } from "#kernel/errors.ts";
import { fromHundredths } from "./points.ts";
import { attemptsMax } from "./schema.ts";

export interface SubmissionState {
  /** The number of the latest attempt. */
  readonly attempt: number;
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

/** Work is handed in: the first time, or again as long as nobody has graded it. */
export function handIn(state: SubmissionState | null): SubmissionState {
  if (state === null) return { attempt: 1, version: 1, grade: null };
  if (state.grade !== null)
    throw new Refusal("already_graded", "Your work is being graded, so it cannot be replaced any more.");
  if (state.attempt >= attemptsMax)
    throw new Refusal("attempts_exhausted", `You have handed in ${attemptsMax} times; that is the most.`);
  return { attempt: state.attempt + 1, version: state.version + 1, grade: null };
}

/** Somebody who teaches gives the latest attempt a mark; a mark that was released may still be corrected. */
export function grade(
  state: SubmissionState,
  { hundredths, hundredthsMax }: { readonly hundredths: number; readonly hundredthsMax: number },
): SubmissionState {
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
