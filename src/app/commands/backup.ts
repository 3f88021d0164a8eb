/** `lyceum backup <file>`: one file with everything but the master key, of a node that runs or of one that does not. */
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { systemClock } from "#base/clock.ts";
import { systemRandom } from "#base/random.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { backUp } from "../backup/back-up.ts";
import { checkBackup } from "../backup/restore.ts";
import { type Config, ConfigError } from "../config.ts";
import { backupOfRunningNode } from "../control-socket.ts";
import { placesOf } from "../places.ts";
import { exits } from "../run-node.ts";
import { version } from "../version.ts";
import { progressLine, sizeText } from "./progress.ts";

/** Writes the backup, reads it again to compare every hash, and only then gives it its name. */
export async function backup(config: Config, file: string, say: (text: string) => void): Promise<number> {
  if (config.databaseUrl !== null)
    throw new ConfigError(
      "The database is PostgreSQL: back it up with its own tools (pg_dump), and copy the folder of files beside it.",
    );
  const places = placesOf(config);
  const target = resolve(file);
  if (existsSync(target))
    throw new ConfigError(`${target} is there already: a backup never overwrites a file.`);
  if (!existsSync(places.store))
    throw new ConfigError(`There is no school in ${places.data}. Name its folder with --data.`);
  await mkdir(dirname(target), { recursive: true });
  const draft = `${target}.part`;
  const progress = progressLine(say);
  try {
    const running = await backupOfRunningNode(places.data);
    const source = running ?? ownBackup(places);
    await pipeline(
      Readable.from(
        counted(source, (bytes) => progress.show(`Writing ${sizeText(bytes)}`)),
        { objectMode: false },
      ),
      createWriteStream(draft, { mode: 0o600, flush: true }),
    );
    const manifest = await checkBackup(draft, (bytes) => progress.show(`Checking ${sizeText(bytes)}`));
    await rename(draft, target);
    progress.end();
    const rows = Object.values(manifest.rows).reduce((sum, count) => sum + count, 0);
    say(
      `${target}: ${rows} rows, ${manifest.files.length - 1} files, ${sizeText((await stat(target)).size)}; every hash checked.\n`,
    );
    say(`The master key is not in it. Keep a copy of ${places.masterKey} in another place.\n`);
    return exits.ok;
  } catch (error) {
    progress.end();
    await rm(draft, { force: true });
    throw error;
  }
}

/** The backup of a node that is not running: its store is opened for as long as it takes. */
async function* ownBackup(places: ReturnType<typeof placesOf>): AsyncGenerator<Uint8Array> {
  const store = await openSqliteStore({ folder: places.store });
  try {
    const blobs = await openLocalBlobStore({
      folder: places.blobs,
      clock: systemClock,
      random: systemRandom,
    });
    try {
      yield* backUp({ store, blobs, scratchFolder: places.data, version, now: systemClock.now() });
    } finally {
      await blobs.close();
    }
  } finally {
    await store.close();
  }
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece.length;
    onBytes(bytes);
    yield piece;
  }
}
