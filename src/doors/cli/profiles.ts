/**
 * Which servers this user knows, and their sessions: one file under the user's configuration, readable by nobody
 * else, replaced as a whole so that it is never half written.
 */
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { CliFailure, fileExit, usage } from "./failure.ts";

export interface Profile {
  readonly server: string;
  /** Where the school's other nodes answer, as the server said when the user signed in there. */
  readonly others?: readonly string[];
  readonly token: string | null;
  /** What tells the server that somebody signed in here before; stays when they sign out. */
  readonly deviceToken?: string;
  /** The newest position seen there: what was just written is there in the next command. */
  readonly position: number | null;
}

interface ProfilesFile {
  readonly current: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

export const defaultServer = "http://127.0.0.1:8080";
const empty: ProfilesFile = { current: "default", profiles: {} };

export interface Profiles {
  /** The name in use when none is given. */
  readonly current: string;
  names(): readonly string[];
  get(name: string): Profile | null;
  /** Keeps `profile` under `name` and makes it the current one where `use` says so. */
  keep(name: string, profile: Profile, use: boolean): Promise<void>;
}

/** The folder of the command line's own files. */
export function configFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const base = environment.XDG_CONFIG_HOME;
  return join(
    base === undefined || base === "" ? join(environment.HOME ?? homedir(), ".config") : base,
    "lyceum",
  );
}

export async function openProfiles(folder: string): Promise<Profiles> {
  const path = join(folder, "servers.json");
  let file = await readProfiles(path);
  return {
    get current() {
      return file.current;
    },
    names: () => Object.keys(file.profiles),
    get: (name) => file.profiles[name] ?? null,
    async keep(name, profile, use) {
      if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(name))
        throw usage(`"${name}" is no name for a profile: 1 to 40 of a-z, 0-9, - and _.`);
      // Read again: another command may have written meanwhile.
      const latest = await readProfiles(path);
      file = { current: use ? name : latest.current, profiles: { ...latest.profiles, [name]: profile } };
      await writePrivately(path, `${JSON.stringify(file, null, 2)}\n`);
    },
  };
}

/** Writes a file that only this user can read, at once and as a whole. */
export async function writePrivately(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, text, { mode: 0o600, flush: true });
  await chmod(draft, 0o600);
  await rename(draft, path);
}

async function readProfiles(path: string): Promise<ProfilesFile> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as ProfilesFile;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return empty;
    if (error instanceof SyntaxError)
      throw new CliFailure(`${path} is damaged.`, {
        exitStatus: fileExit,
        code: "damaged_profile",
        remedy: `Remove it and sign in again: rm ${path}`,
      });
    throw error;
  }
}
