/** The error that every engine may answer with: not now, but a retry may do. */

/** What was asked cannot be done at present; a retry with the same key is safe and may succeed. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
  /** After how many milliseconds a retry makes sense. */
  readonly retryAfterMs: number;

  constructor(message: string, options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? 1_000;
  }
}

/** Commands are run at another node: the one named, or one that is still to be elected. Nothing was done here. */
export class NotLeader extends Unavailable {
  readonly leaderId: string | null;

  constructor(
    leaderId: string | null,
    options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(
      leaderId === null
        ? "no node leads the cluster at present; one will be elected as soon as most nodes reach each other"
        : "another node leads the cluster",
      options,
    );
    this.leaderId = leaderId;
  }
}

/** The command may or may not come to count: leadership was lost on its way. A retry with the same key settles it. */
export class OutcomeUnknown extends Unavailable {}
