/** System: the table of contents. */
import { holdsNobody } from "#kernel/person-life.ts";
import type { Slice } from "#kernel/slice.ts";
import { cancelJob } from "./cancel-job.ts";
import { exportAuditEntries } from "./export-audit-entries.ts";
import { listAuditEntries } from "./list-audit-entries.ts";
import { listJobs } from "./list-jobs.ts";
import { retryJob } from "./retry-job.ts";

export const systemSlice = {
  name: "system",
  grpcService: "SystemService",
  summary: "What an admin sees of the machinery: jobs in the background, and who did what.",
  operations: [listJobs, retryJob, cancelJob, listAuditEntries, exportAuditEntries],
  migrations: [],
  tables: {},
  person: holdsNobody,
} as const satisfies Slice;
