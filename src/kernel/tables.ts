/** The kernel's own tables: their migrations, in order, and which of their columns hold personal data. */
import type { Migration } from "#engines/store/port.ts";
import { auditMigrations } from "./audit.ts";
import { blobMigrations } from "./blob-holds.ts";
import { feedMigrations } from "./feed-tables.ts";
import { keyringMigrations } from "./keyring.ts";
import { receiptMigrations } from "./receipts.ts";
import type { TableFacts } from "./slice.ts";

export const kernelMigrations: readonly Migration[] = [
  ...receiptMigrations,
  ...auditMigrations,
  ...feedMigrations,
  ...blobMigrations,
  ...keyringMigrations,
];

/** Tables that the kernel makes. Receipts may hold names in outputs; they live for days and are erased by actor. */
export const kernelTables: Readonly<Record<string, TableFacts>> = {
  receipts: { personal: ["outcome"] },
  audit_entries: { personal: ["address", "agent"] },
  audit_subjects: { personal: [] },
  feed_events: { personal: [] },
  followers: { personal: [] },
  jobs: { personal: [] },
  blobs: { personal: [] },
  blob_holders: { personal: [] },
  kernel_keys: { personal: [] },
};
