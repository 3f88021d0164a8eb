/** A value that anybody with the right to may write, to see from outside what the store promises. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { hasRole } from "#kernel/policy.ts";
import { probeByKey, putProbe } from "./probes.ts";
import { Probe, probeIdleMs, probeKeyField, probesClearedMax, probesMax, probeValueField } from "./schema.ts";
import { type ClusterTables, operation } from "./tables.ts";

/** An ordinary command: whatever holds for it holds for every other one. */
export const writeProbe = operation({
  name: "cluster.writeProbe",
  summary: "Writes a value under a key, only where it holds what is expected, if that is given.",
  kind: "command",
  input: z.strictObject({
    key: probeKeyField,
    value: probeValueField,
    expected: probeValueField
      .nullable()
      .optional()
      .meta({ description: "Write only where this is the value; null: only where there is none." }),
  }),
  output: Probe,
  policy: hasRole("admin"),
  refusals: { probes_full: "failed_precondition" },
  examples: [
    { summary: "Whatever is there", input: { key: "check", value: "1" } },
    { summary: "Only the first", input: { key: "check", value: "1", expected: null } },
    { summary: "Compare and set", input: { key: "check", value: "2", expected: "1" } },
  ],
  async handle({ input, tx, now }) {
    const { key, value, expected } = input;
    const [row] = await probeByKey(tx, { key });
    const current = row?.value ?? null;
    if (expected !== undefined && expected !== current) throw otherThanExpected(current, row?.version ?? 0);
    if (row === undefined) await makeRoom(tx, now);
    const version = (row?.version ?? 0) + 1;
    await putProbe(tx, { key, value, version, written_at: now });
    return { key, value, version };
  },
});

/** Says what is there, so that whoever compares need not ask again. */
function otherThanExpected(current: string | null, version: number): Refusal {
  const is = current === null ? "There is no value" : `The value is ${JSON.stringify(current)}`;
  const message = `${is} (version ${version}), which is not what was expected.`;
  return new Refusal("conflict", message, { problems: [{ field: "expected", message }] });
}

/** Makes room for one more key among those that have not been written for long; refuses where there are none. */
async function makeRoom(tx: Kysely<ClusterTables>, now: number): Promise<void> {
  const { count } = await tx
    .selectFrom((inner) => inner.selectFrom("cluster_probes").select("key").limit(probesMax).as("some"))
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  if (Number(count) < probesMax) return;
  const idle = await tx
    .selectFrom("cluster_probes")
    .select("key")
    .where("written_at", "<", now - probeIdleMs)
    .orderBy("written_at")
    .limit(probesClearedMax)
    .execute();
  if (idle.length === 0)
    throw new Refusal(
      "probes_full",
      `There are ${probesMax} probes, as many as there may be. Use fewer keys.`,
    );
  await tx
    .deleteFrom("cluster_probes")
    .where(
      "key",
      "in",
      idle.map(({ key }) => key),
    )
    .execute();
}
