/** The school's slices and one more, whose reads take as long as a test wants: a module for a heavy reader to load. */

import { writeSync } from "node:fs";
import { sql } from "kysely";
import { z } from "zod";
import { operationFor } from "#kernel/operation.ts";
import { holdsNobody } from "#kernel/person-life.ts";
import { anyone } from "#kernel/policy.ts";
import type { Slice } from "#kernel/slice.ts";
import { slices as ownSlices } from "../slices.ts";

const operation = operationFor<object>();

const slow: Slice = {
  name: "slow",
  grpcService: "SlowService",
  summary: "Reads to try.",
  operations: [
    operation({
      name: "slow.countTo",
      summary: "Counts in the database; without an end it never ends.",
      kind: "read",
      cost: "heavy",
      input: z.strictObject({
        end: z.int().optional(),
        say: z.string().optional().meta({ description: "Said on standard error before it begins." }),
      }),
      output: z.object({ counted: z.int() }),
      policy: anyone,
      async handle({ input: { end, say }, db }) {
        if (say !== undefined) writeSync(2, say);
        const limit = end === undefined ? sql`` : sql`WHERE i < ${sql.lit(end)}`;
        const { rows } = await sql<{ counted: number }>`
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n ${limit})
          SELECT max(i) AS counted FROM n`.execute(db);
        return { counted: rows[0]?.counted ?? 0 };
      },
    }),
    operation({
      name: "slow.fail",
      summary: "Has a fault.",
      kind: "read",
      cost: "heavy",
      input: z.strictObject({}),
      output: z.object({}),
      policy: anyone,
      async handle() {
        throw new TypeError("a fault for the log");
      },
    }),
  ],
  migrations: [],
  person: holdsNobody,
  tables: {},
};

export const slices: readonly Slice[] = [...ownSlices, slow];
