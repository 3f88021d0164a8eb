/** `lyceum restore <file>`: a school from a backup, in an empty data folder; to a later moment with the log's archive. */
import { existsSync } from "node:fs";
import { systemClock } from "#base/clock.ts";
import { systemRandom } from "#base/random.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import type { Until } from "#engines/store/sqlite/restore-to-moment.ts";
import { usedBlobs } from "../backup/back-up.ts";
import { type LaterMoment, restoreBackup } from "../backup/restore.ts";
import { takeFilesFrom } from "../backup/take-files.ts";
import { type Config, ConfigError } from "../config.ts";
import { type Places, placesOf } from "../places.ts";
import { exits } from "../run-node.ts";
import { progressLine, sizeText } from "./progress.ts";

export interface RestoreWish {
  readonly file: string;
  /** A time, a position or `latest`; the backup's own moment when absent. */
  readonly to?: string | undefined;
  /** A data folder or its `blobs`, for files that came after the backup. */
  readonly filesFrom?: string | undefined;
}

export async function restore(
  config: Config,
  wish: RestoreWish,
  say: (text: string) => void,
): Promise<number> {
  if (config.databaseUrl !== null)
    throw new ConfigError("A backup is restored into a data folder: leave out LYCEUM_DATABASE_URL.");
  if (!existsSync(wish.file)) throw new ConfigError(`There is no ${wish.file}.`);
  const places = placesOf(config);
  const moment = laterMoment(config, wish);
  const progress = progressLine(say);
  const restored = await restoreBackup(
    wish.file,
    places,
    (bytes) => progress.show(`Restoring ${sizeText(bytes)}`),
    moment,
  ).finally(() => progress.end());
  const made = new Date(restored.manifest.createdAt).toISOString();
  say(
    `Restored into ${places.data}: ${restored.rows} rows and ${restored.files} files, as of ${made}; every hash and count checked.\n`,
  );
  const { added } = restored;
  if (added !== null)
    say(
      added.ms === null
        ? "The archive added nothing: the backup is of that very moment.\n"
        : `From the archive ${added.replayed} entries were added: all that was done until ${new Date(added.ms).toISOString()}.\n`,
    );
  if (added !== null) await completeFiles(places, wish.filesFrom ?? null, say);
  if (!existsSync(places.masterKey))
    say(
      `Now put the school's master key at ${places.masterKey}: it is in no backup, and the school does not start without it.\n`,
    );
  return exits.ok;
}

function laterMoment(config: Config, { to, filesFrom }: RestoreWish): LaterMoment | null {
  if (to === undefined) {
    if (filesFrom !== undefined) throw new ConfigError("--files-from is of use with --to only.");
    return null;
  }
  if (config.logArchive === null)
    throw new ConfigError(
      "To restore to a later moment, name the folder with the log: --log-archive <folder>",
    );
  return { archiveFolder: config.logArchive, until: untilOf(to) };
}

/** `2026-11-21T10:00Z`, `latest`, or a position. */
export function untilOf(text: string): Until {
  if (text === "latest") return "latest";
  if (/^\d{1,15}$/.test(text)) return { index: Number(text) };
  const ms = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(ms))
    throw new ConfigError(
      `--to takes a time with its zone such as 2026-11-21T10:00Z, a position, or latest, not "${text}".`,
    );
  return { ms };
}

/** Files that came after the backup are not in it: says which are missing, or takes them from where they are. */
async function completeFiles(
  places: Places,
  from: string | null,
  say: (text: string) => void,
): Promise<void> {
  const store = await openSqliteStore({ folder: places.store });
  const blobs = await openLocalBlobStore({ folder: places.blobs, clock: systemClock, random: systemRandom });
  try {
    const wanted = (await usedBlobs(store)).filter(({ holders }) => holders > 0);
    const { taken, missing } = await takeFilesFrom(blobs, wanted, from);
    if (taken > 0) say(`${taken} files that came after the backup were taken from ${from}.\n`);
    if (missing.length > 0)
      say(
        `${missing.length} files that came after the backup are not here. Give the command again on an empty folder, with --files-from <the data folder of a node that has them>. The first of them: ${missing[0]}\n`,
      );
  } finally {
    await blobs.close();
    await store.close();
  }
}
