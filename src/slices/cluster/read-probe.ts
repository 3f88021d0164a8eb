/** Reading back what a probe holds. */
import { z } from "zod";
import { hasRole } from "#kernel/policy.ts";
import { probeByKey } from "./probes.ts";
import { Probe, probeKeyField } from "./schema.ts";
import { operation } from "./tables.ts";

/** At the position that the request names, or with all that anybody was told of before; otherwise as the node that answers has it. */
export const readProbe = operation({
  name: "cluster.readProbe",
  summary: "Gives the value under a key and how often it was written; the answer's position comes beside it.",
  kind: "read",
  input: z.strictObject({
    key: probeKeyField,
    strong: z
      .boolean()
      .optional()
      .meta({ description: "Whether it must hold every write that was acknowledged anywhere before." }),
  }),
  output: Probe,
  policy: hasRole("admin"),
  examples: [
    { summary: "What this node has", input: { key: "check" } },
    { summary: "What the cluster has", input: { key: "check", strong: true } },
  ],
  strong: ({ strong }) => strong === true,
  async handle({ input: { key }, db }) {
    const [row] = await probeByKey(db, { key });
    return { key, value: row?.value ?? null, version: row?.version ?? 0 };
  },
});
