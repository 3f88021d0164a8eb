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
