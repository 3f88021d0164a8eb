/** Table of contents of observers: who sees how a student is doing, besides the student and those who teach. */
import type { Slice } from "#kernel/slice.ts";
import { createPairingCode } from "./create-pairing-code.ts";
import { endLink } from "./end-link.ts";
import { getObservers } from "./get-observers.ts";
import { linkObserver } from "./link-observer.ts";
import { listObserved } from "./list-observed.ts";
import { observers } from "./migrations/0001-observers.ts";
import { observersPerson } from "./person-life.ts";
import { redeemPairingCode } from "./redeem-pairing-code.ts";
import { revokePairingCode } from "./revoke-pairing-code.ts";
import { observersTables } from "./tables.ts";

export const observersSlice = {
  name: "observers",
  grpcService: "ObserversService",
  summary: "Parents, tutors and advisers: who may see how a student is doing, by a link between the two.",
  operations: [
    createPairingCode,
    revokePairingCode,
    redeemPairingCode,
    linkObserver,
    endLink,
    getObservers,
    listObserved,
  ],
  migrations: [observers],
  tables: observersTables,
  person: observersPerson,
} as const satisfies Slice;
