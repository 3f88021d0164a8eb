/**
 * What may be read and not be changed. A policy finds out what a command is about; where that is closed (an archived
 * course), it says so here, and the kernel refuses the command once the policy has allowed it. So no operation has to
 * think of it, and whoever may not know of the thing still hears that it does not exist.
 */
import type { Database } from "#engines/store/port.ts";
import type { Refusal } from "./errors.ts";

/** By the handle of one read or one transaction, which no other call shares. */
const closed = new WeakMap<Database, Refusal>();

/** Says, while a policy decides, that what it looks at is closed: a command is refused with `refusal`. */
export function closeToChanges(database: Database, refusal: Refusal): void {
  closed.set(database, refusal);
}

/** Why a command that the policy allows is refused all the same; null where nothing is closed. */
export function closedBecause(database: Database): Refusal | null {
  return closed.get(database) ?? null;
}
