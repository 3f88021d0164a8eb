/** The small files that say what a snapshot beside them is: JSON, replaced whole or not at all. */
import { join } from "node:path";
import { z } from "zod";
import { decodeConfiguration, encodeConfiguration } from "#raft/configuration-codec.ts";
import type { SnapshotId } from "#raft/message.ts";
import type { LogFiles } from "../log/files.ts";

const count = z.number().int().nonnegative();

/** A snapshot and its file, as every record names them. */
export const SnapshotRecord = z.object({
  index: count,
  term: count,
  configurationIndex: count,
  /** As a `configuration` entry carries it. */
  configuration: z.string(),
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type SnapshotRecord = z.infer<typeof SnapshotRecord>;

export interface NamedSnapshot {
  readonly id: SnapshotId;
  readonly bytes: number;
  readonly sha256: string;
}

export function recordOf({ id, bytes, sha256 }: NamedSnapshot): SnapshotRecord {
  const { index, term, configuration } = id;
  return {
    index,
    term,
    configurationIndex: configuration.index,
    configuration: new TextDecoder().decode(encodeConfiguration({ members: configuration.members })),
    bytes,
    sha256,
  };
}

export function snapshotOf(record: SnapshotRecord): NamedSnapshot {
  const { members } = decodeConfiguration(new TextEncoder().encode(record.configuration));
  const { index, term, configurationIndex, bytes, sha256 } = record;
  return { id: { index, term, configuration: { index: configurationIndex, members } }, bytes, sha256 };
}

/** Whether two names mean the same bytes of the same state. */
export function isSameSnapshot(one: NamedSnapshot, other: NamedSnapshot): boolean {
  return (
    one.id.index === other.id.index &&
    one.id.term === other.id.term &&
    one.bytes === other.bytes &&
    one.sha256 === other.sha256
  );
}

/** The record in `folder`, or null when there is none that this Lyceum can use. */
export function readRecord<T>(files: LogFiles, folder: string, name: string, schema: z.ZodType<T>): T | null {
  if (!files.list(folder).includes(name)) return null;
  const file = files.openReadOnly(join(folder, name));
  try {
    const parsed = schema.safeParse(JSON.parse(file.readAll().toString()));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  } finally {
    file.close();
  }
}

/** Durable when this resolves; a crash leaves the record of before or this one. */
export async function writeRecord(
  files: LogFiles,
  folder: string,
  name: string,
  record: unknown,
): Promise<void> {
  const draft = join(folder, `${name}.tmp`);
  files.remove(draft);
  const file = files.create(draft);
  try {
    file.write(Buffer.from(JSON.stringify(record)), 0);
    await file.sync();
  } finally {
    file.close();
  }
  files.rename(draft, join(folder, name));
  files.syncFolder(folder);
}
