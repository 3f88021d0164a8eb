/** `lyceum doctor`: looks a node over without changing anything, beside a running one too, and says what to do. */
import { createHash, X509Certificate } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { access, constants, readdir, readFile, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { placesIn } from "#engines/blobs/local/places.ts";
import { verifyDataFolder } from "#engines/store/sqlite/verify.ts";
import { clusterFindings } from "../cluster/folder-findings.ts";
import { type Config, describeConfig, type Provenance } from "../config.ts";
import { askRunningNode, isNodeRunning } from "../control-socket.ts";
import type { Finding } from "../finding.ts";
import { placesOf } from "../places.ts";
import { exits } from "../run-node.ts";
import { sizeText } from "./progress.ts";

/** So much of the disk should stay free: the database refuses commands when there is none. */
const freeBytesMin = 1024 ** 3;
const blobSample = 50;
/** Lyceum did not exist before; a clock that says so is wrong. */
const earliestMs = Date.UTC(2026, 0, 1);
const certificateDaysMin = 14;

/** Prints what it finds; the exit status tells whether anything is wrong. */
export async function doctor(
  config: Config,
  provenance: Provenance,
  say: (text: string) => void,
): Promise<number> {
  const findings = await examine(config);
  const marks = { ok: "ok   ", warn: "WARN ", error: "ERROR" };
  for (const { level, message } of findings) say(`${marks[level]} ${message}\n`);
  say(`\nSettings in force:\n${describeConfig(config, provenance)}\n`);
  return findings.some(({ level }) => level === "error") ? 1 : exits.ok;
}

export async function examine(config: Config): Promise<Finding[]> {
  const places = placesOf(config);
  const runs = await isNodeRunning(places.data);
  return [
    nodeFinding(),
    clockFinding(),
    ...(await folderFindings(places.data)),
    ...(config.databaseUrl === null
      ? existsSync(places.store)
        ? verifyDataFolder(places.store)
        : [
            {
              level: "warn" as const,
              message: `There is no school in ${places.data} yet: lyceum serve makes one.`,
            },
          ]
      : [{ level: "ok" as const, message: "The database is PostgreSQL; look it over with its own tools." }]),
    ...(await blobFindings(places.blobs)),
    await keyFinding(places.masterKey, existsSync(places.store)),
    ...(await certificateFindings(config)),
    ...(await clusterFindings(places.cluster, Date.now())),
    await portFinding("HTTP", config.host, config.httpPort, runs),
    await portFinding("gRPC", config.host, config.grpcPort, runs),
    ...(existsSync(places.clusterNote)
      ? [await portFinding("peers", config.peerHost, config.peerPort, runs)]
      : []),
    ...(runs ? await checkupFindings(places.data) : []),
  ];
}

/** What the running node finds when it writes and reads through every node of its cluster. */
async function checkupFindings(dataFolder: string): Promise<readonly Finding[]> {
  try {
    const said = await askRunningNode(dataFolder, "checkup");
    return (said?.answer ?? []) as unknown as readonly Finding[];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ level: "error", message: `The running node could not be asked: ${message}` }];
  }
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const fit = major > 24 || (major === 24 && minor >= 18);
  return fit
    ? { level: "ok", message: `Node ${process.versions.node} on ${process.platform} ${process.arch}.` }
    : {
        level: "error",
        message: `Node ${process.versions.node} is too old: start with bin/lyceum.js, which finds the pinned one.`,
      };
}

function clockFinding(): Finding {
  const now = Date.now();
  return now >= earliestMs
    ? { level: "ok", message: `The clock says ${new Date(now).toISOString()}; compare it with yours.` }
    : {
        level: "error",
        message: `The clock says ${new Date(now).toISOString()}, which is long past. Set it: sessions and due times depend on it.`,
      };
}

async function folderFindings(folder: string): Promise<Finding[]> {
  if (!existsSync(folder))
    return [
      {
        level: "warn",
        message: `The data folder ${folder} is not there yet; it is made at the first start.`,
      },
    ];
  const findings: Finding[] = [];
  const usable = await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  findings.push(
    usable
      ? { level: "ok", message: `The data folder ${folder} can be read and written.` }
      : {
          level: "error",
          message: `This account may not write to ${folder}: give it the folder, or start as the account that owns it.`,
        },
  );
  const { mode } = await stat(folder);
  if (process.platform !== "win32" && (mode & 0o077) !== 0)
    findings.push({
      level: "warn",
      message: `Other accounts of this machine can look into ${folder}: chmod 700 ${folder}`,
    });
  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize;
  findings.push(
    free >= freeBytesMin
      ? { level: "ok", message: `${sizeText(free)} of the disk are free.` }
      : {
          level: "error",
          message: `Only ${sizeText(free)} of the disk are free: make room, or uploads and then commands are refused.`,
        },
  );
  return findings;
}

/** Reads some files again and compares them with their names. */
async function blobFindings(folder: string): Promise<Finding[]> {
  const root = placesIn(folder).blobs;
  if (!existsSync(root)) return [];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const findings: Finding[] = [];
  const step = Math.max(1, Math.ceil(files.length / blobSample));
  const sample = files.filter((_file, index) => index % step === 0);
  for (const file of sample) {
    const hash = createHash("sha256");
    for await (const piece of createReadStream(file)) hash.update(piece as Uint8Array);
    if (hash.digest("hex") !== basename(file))
      findings.push({ level: "error", message: `The file ${file} is damaged: put it back from a backup.` });
  }
  if (findings.length === 0)
    findings.push({
      level: "ok",
      message: `${files.length} files; ${sample.length} were read and are whole.`,
    });
  return findings;
}

async function keyFinding(path: string, isSchool: boolean): Promise<Finding> {
  const facts = await stat(path).catch(() => null);
  if (facts === null)
    return isSchool
      ? {
          level: "error",
          message: `The master key is missing: put back ${path}, without which the school does not start.`,
        }
      : { level: "ok", message: `The master key will be made at ${path}; keep a copy in another place.` };
  if (process.platform !== "win32" && (facts.mode & 0o077) !== 0)
    return { level: "error", message: `Other accounts can read the master key: chmod 600 ${path}` };
  return {
    level: "ok",
    message: `The master key is ${path}. It is in no backup: keep a copy in another place.`,
  };
}

async function certificateFindings({ tlsCert, tlsKey }: Config): Promise<Finding[]> {
  if (tlsCert === null || tlsKey === null) return [];
  try {
    const certificate = new X509Certificate(await readFile(tlsCert));
    await access(tlsKey, constants.R_OK);
    const days = Math.floor((Date.parse(certificate.validTo) - Date.now()) / 86_400_000);
    if (days < 0)
      return [
        {
          level: "error",
          message: `The certificate ${tlsCert} has expired on ${certificate.validTo}: renew it.`,
        },
      ];
    return [
      {
        level: days < certificateDaysMin ? "warn" : "ok",
        message: `The certificate ${tlsCert} is good for ${days} days more.`,
      },
    ];
  } catch (error) {
    return [
      {
        level: "error",
        message: `The certificate cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      },
    ];
  }
}

async function portFinding(name: string, host: string, port: number, runs: boolean): Promise<Finding> {
  if (port === 0) return { level: "ok", message: `${name} picks a free port.` };
  if (!(await isPortTaken(host, port))) return { level: "ok", message: `Port ${port} (${name}) is free.` };
  return runs
    ? { level: "ok", message: `Port ${port} (${name}) is in use; this school is running.` }
    : {
        level: "warn",
        message: `Port ${port} (${name}) is taken by another program: stop it, or choose another port.`,
      };
}

function isPortTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(true));
    server.listen(port, host, () => server.close(() => resolve(false)));
  });
}
