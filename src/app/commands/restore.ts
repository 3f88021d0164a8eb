/** `lyceum restore <file>`: a school from a backup, in an empty data folder. */
import { existsSync } from "node:fs";
import { restoreBackup } from "../backup/restore.ts";
import { type Config, ConfigError } from "../config.ts";
import { placesOf } from "../places.ts";
import { exits } from "../run-node.ts";
import { progressLine, sizeText } from "./progress.ts";

export async function restore(config: Config, file: string, say: (text: string) => void): Promise<number> {
  if (config.databaseUrl !== null)
    throw new ConfigError("A backup is restored into a data folder: leave out LYCEUM_DATABASE_URL.");
  if (!existsSync(file)) throw new ConfigError(`There is no ${file}.`);
  const places = placesOf(config);
  const progress = progressLine(say);
  const restored = await restoreBackup(file, places, (bytes) =>
    progress.show(`Restoring ${sizeText(bytes)}`),
  ).finally(() => progress.end());
  const made = new Date(restored.manifest.createdAt).toISOString();
  say(
    `Restored into ${places.data}: ${restored.rows} rows and ${restored.files} files, as of ${made}; every hash and count checked.\n`,
  );
  if (!existsSync(places.masterKey))
    say(
      `Now put the school's master key at ${places.masterKey}: it is in no backup, and the school does not start without it.\n`,
    );
  return exits.ok;
}
