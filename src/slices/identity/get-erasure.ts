/** How far the erasure of a person is. */
import { z } from "zod";
import { hasRole } from "#kernel/policy.ts";
import { Erasure, erasureById, erasureOfRow } from "./erasures.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** The counts before it is confirmed, and the report once it is done, which names nobody. */
export const getErasure = operation({
  name: "identity.getErasure",
  summary: "Tells how far the erasure of a person is: what was counted, what is done.",
  kind: "read",
  input: z.strictObject({ erasureId: idField }),
  output: Erasure,
  policy: hasRole("admin"),
  async handle({ input, db }) {
    return erasureOfRow(await erasureById(db, input.erasureId));
  },
});
