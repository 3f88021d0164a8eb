/** Where something of a person stands after the erasure, and until when: the part of the report that is still to come. */
import { z } from "zod";
import { auditRetentionMs } from "#kernel/audit.ts";
import { blobGraceMs } from "#kernel/blob-holds.ts";
import { receiptRetentionMs } from "#kernel/receipts.ts";
import type { Services } from "#kernel/services.ts";

export const remainingPlaces = [
  "outboxes",
  "files",
  "answers_to_others",
  "database_files",
  "log_archive",
  "backups",
  "audit_trail",
] as const;

export const ErasureRemains = z
  .object({
    place: z.enum(remainingPlaces).meta({ id: "RemainingPlace" }),
    until: z.int().nullable().meta({
      description:
        "Milliseconds UTC; null where an admin decides: `database_files` by starting each node anew, the others by deleting them.",
    }),
  })
  .meta({ id: "ErasureRemains" });
export type ErasureRemains = z.output<typeof ErasureRemains>;

/** How long the row says whom it was about, for the other nodes of a cluster to clear their outboxes. */
export const forgetAfterMs = 10 * 60_000;

/** For an erasure that ended then. */
export function remainsAfter(
  endedAt: number,
  { logArchive, cluster }: Pick<Services, "logArchive" | "cluster">,
): ErasureRemains[] {
  const keepMs = logArchive?.keepMs ?? null;
  // Another node may keep an archive of which this one does not know.
  const mayBeArchived = logArchive !== null || (cluster?.view().nodes.length ?? 1) > 1;
  return [
    { place: "outboxes", until: endedAt + forgetAfterMs },
    { place: "files", until: endedAt + blobGraceMs },
    { place: "answers_to_others", until: endedAt + receiptRetentionMs },
    { place: "database_files", until: null },
    ...(mayBeArchived
      ? [{ place: "log_archive" as const, until: keepMs === null ? null : endedAt + keepMs }]
      : []),
    { place: "backups", until: null },
    { place: "audit_trail", until: endedAt + auditRetentionMs },
  ];
}
