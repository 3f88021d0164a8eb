/** The erasures of people, with their reports. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { Erasure, erasureOfRow } from "./erasures.ts";
import { operation } from "./tables.ts";

/** The newest first. What was only counted is among them until it is counted again or confirmed. */
export const listErasures = operation({
  name: "identity.listErasures",
  summary: "Lists erasures of people and their reports, the newest first.",
  kind: "read",
  input: z.strictObject({ ...pageFields }),
  output: pageOf(Erasure),
  policy: hasRole("admin"),
  async handle({ input, db }) {
    const select = db.selectFrom("person_erasures").selectAll();
    const page = await pageById(select, input, "newest first");
    return { ...page, items: page.items.map(erasureOfRow) };
  },
});
