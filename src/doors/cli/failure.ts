/** How the command line says no: a sentence, what to do about it, and an exit status of the one table. */
import { type Failure, failureTable, type Problem } from "#kernel/errors.ts";

/** sysexits.h: the command line itself was used wrongly. */
export const usageExit = 64;
/** sysexits.h: a file of the user's cannot be read or made. */
export const fileExit = 74;

/** Ends the program; everything in it may be shown. */
export class CliFailure extends Error {
  override readonly name = "CliFailure";
  readonly exitStatus: number;
  /** What to try next, or null. */
  readonly remedy: string | null;
  readonly problems: readonly Problem[];
  /** For programs that read `--json`: the refusal's code. */
  readonly code: string;

  constructor(
    message: string,
    details: {
      readonly exitStatus: number;
      readonly code?: string;
      readonly remedy?: string | null;
      readonly problems?: readonly Problem[];
    },
  ) {
    super(message);
    this.exitStatus = details.exitStatus;
    this.code = details.code ?? "usage";
    this.remedy = details.remedy ?? null;
    this.problems = details.problems ?? [];
  }
}

export function usage(message: string, remedy: string | null = null): CliFailure {
  return new CliFailure(message, { exitStatus: usageExit, remedy });
}

/** The kind of failure that an HTTP status stands for in the one table. */
export function kindOfStatus(status: number): Failure["kind"] {
  const found = Object.entries(failureTable).find(([, row]) => row.http === status);
  return found === undefined
    ? status >= 500
      ? "bug"
      : "failed_precondition"
    : (found[0] as Failure["kind"]);
}

export function failureOf(
  kind: Failure["kind"],
  said: {
    readonly code: string;
    readonly message: string;
    readonly problems?: readonly Problem[];
    readonly remedy?: string | null;
  },
): CliFailure {
  const { code, message, problems, remedy } = said;
  return new CliFailure(message, {
    exitStatus: failureTable[kind].exit,
    code,
    problems: problems ?? [],
    remedy: remedy ?? remedies[kind] ?? null,
  });
}

const remedies: { readonly [kind in Failure["kind"]]?: string } = {
  unauthenticated: "Sign in with: lyceum sign-in",
  rate_limited: "Wait a little, then try again.",
  unavailable: "Try again in a moment; with the same --idempotency-key it is done at most once.",
};
