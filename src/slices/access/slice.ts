/** Access: the table of contents. */
import { holdsNobody } from "#kernel/person-life.ts";
import type { Slice } from "#kernel/slice.ts";
import type { ThingKind } from "#kernel/things.ts";
import { explainAccessWith } from "./explain-access.ts";
import { explainOperation } from "./explain-operation.ts";
import { listAccessWith } from "./list-access.ts";

/** The slice, given every kind of thing of the others. */
export function accessSlice(things: readonly ThingKind[]) {
  return {
    name: "access",
    grpcService: "AccessService",
    summary: "Who may do what with a thing, by which rule, and what was found.",
    operations: [explainAccessWith(things), listAccessWith(things), explainOperation],
    migrations: [],
    tables: {},
    person: holdsNobody,
  } as const satisfies Slice;
}
