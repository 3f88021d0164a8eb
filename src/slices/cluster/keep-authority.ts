/** Keeping the key of the cluster's authority where every node has it, sealed. */
import { z } from "zod";
import { systemOnly } from "#kernel/policy.ts";
import { operation } from "./tables.ts";

const theOnly = 1;

/** In the place of what was kept before: a cluster that is begun anew has a new authority. */
export const keepAuthority = operation({
  name: "cluster.keepAuthority",
  summary: "Keeps the sealed key of the cluster's authority.",
  kind: "command",
  input: z.strictObject({ sealed: z.string().min(1).max(20_000) }),
  output: z.object({}),
  policy: systemOnly,
  async handle({ input: { sealed }, tx }) {
    await tx
      .insertInto("cluster_authority")
      .values({ id: theOnly, sealed })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ sealed }))
      .execute();
    return {};
  },
});
