/**
 * Builds the web app when it is older than its sources, so that a fresh clone starts with one command. The output is made
 * aside and put in place whole, with what compresses well compressed beside it.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createBrotliCompress, createGzip } from "node:zlib";

const root = resolve(import.meta.dirname, "../..");
const web = join(root, "web");
const dist = join(web, "dist");
const stampName = ".built-from";
/** What the build reads beside `web`. */
const alsoInputs = ["package-lock.json"];
const compressible = /\.(js|mjs|css|html|svg|json|webmanifest|wasm|txt|map)$/;
/** Below this, a compressed file is no smaller on the wire. */
const compressBytesMin = 1_024;

/** The sources do not build; what the bundler said is on standard error already. */
export class WebBuildFailed extends Error {
  override readonly name = "WebBuildFailed";
}

/** Gives the folder of the built app, building it first where needed; null when there are no sources. */
export async function builtWeb(progress: (line: string) => void): Promise<string | null> {
  if (!existsSync(join(web, "index.html"))) return existsSync(join(dist, "index.html")) ? dist : null;
  const wanted = await hashOfInputs();
  const built = await readFile(join(dist, stampName), "utf8").catch(() => null);
  if (built === wanted) return dist;
  progress("Building the web app (once after each change)…");
  const aside = join(root, ".cache", `web-${process.pid}`);
  try {
    await mkdir(join(root, ".cache"), { recursive: true });
    await runVite(aside);
    await compressAll(aside);
    await writeFile(join(aside, stampName), wanted);
    await rm(dist, { recursive: true, force: true });
    await rename(aside, dist);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return dist;
}

async function hashOfInputs(): Promise<string> {
  const hash = createHash("sha256");
  const files = (await filesUnder(web)).filter(
    (file) => !/^(dist|test|node_modules)\//.test(relative(web, file)),
  );
  for (const file of [...files, ...alsoInputs.map((name) => join(root, name))].sort())
    hash
      .update(relative(root, file))
      .update("\0")
      .update(await readFile(file))
      .update("\0");
  return hash.digest("hex");
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** In a process of its own: the bundler's memory is not the server's. */
function runVite(outDir: string): Promise<void> {
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const words = [vite, "build", web, "--outDir", outDir, "--emptyOutDir", "--logLevel", "warn"];
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, words, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", fail);
    child.on("exit", (code) =>
      code === 0
        ? done()
        : fail(new WebBuildFailed(`The web app could not be built (vite ended with ${code}); see above.`)),
    );
  });
}

async function compressAll(folder: string): Promise<void> {
  for (const file of await filesUnder(folder)) {
    if (!compressible.test(file)) continue;
    const { size } = await stat(file);
    if (size < compressBytesMin) continue;
    const brotli = createBrotliCompress({
      params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: size },
    });
    await pipeline(createReadStream(file), brotli, createWriteStream(`${file}.br`));
    await pipeline(createReadStream(file), createGzip({ level: 9 }), createWriteStream(`${file}.gz`));
  }
}
