/** Assertions: what must hold if our own code is right. A failed one is a bug, never a user's mistake. */

export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Throws when `condition` is false; `message` says what was expected, for whoever reads the log. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Gives back a value that the surrounding code knows to be there; for map and array look-ups. */
export function present<T>(value: T | null | undefined, message: string): T {
  if (value === null || value === undefined) throw new AssertionError(message);
  return value;
}

/** Marks a branch that the types rule out, so that the compiler complains when a case is added. */
export function unreachable(value: never, message: string): never {
  throw new AssertionError(`${message}: ${JSON.stringify(value)}`);
}
