/** Search owns no rows of the store: what it finds things in is a file of each node. */
import { operationFor } from "#kernel/operation.ts";

/** Declares an operation over no tables. */
export const operation = operationFor<Record<never, never>>();
