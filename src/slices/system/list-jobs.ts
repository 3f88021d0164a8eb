/** The jobs in the background. */
import { z } from "zod";
import { jobPage } from "#kernel/job-admin.ts";
import { pageFields, pageOf } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { Job, jobStateField, operation } from "./schema.ts";

/** Jobs, the newest first; the parked ones are those that somebody must look at. */
export const listJobs = operation({
  name: "system.listJobs",
  summary: "Lists the jobs in the background, the newest first, of one state when asked.",
  kind: "read",
  input: z.strictObject({ ...pageFields, state: jobStateField.optional() }),
  output: pageOf(Job),
  policy: hasRole("admin"),
  examples: [
    { summary: "All jobs", input: {} },
    { summary: "Those that failed for the last time", input: { state: "parked" } },
  ],
  handle: ({ input, db }) => jobPage(db, input),
});
