/** What `bin/lyceum.js` hands to the program: where Node keeps compiled code, so that the next start is quicker. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

async function version(environment: Readonly<Record<string, string>>): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: tmpdir(), ...environment };
  const { stdout } = await run(process.execPath, [join(root, "bin", "lyceum.js"), "--version"], { env });
  return stdout;
}

test("compiled code is kept in the installation", async () => {
  const said = await version({});
  assert.match(said, /^\d+\.\d+\.\d+/);
  assert.notDeepEqual(await readdir(join(root, ".cache", "compiled")), []);
});

test("compiled code is kept where the environment says, and nowhere where that cannot be written", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-launcher-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const said = await version({ NODE_COMPILE_CACHE: join(folder, "mine") });
  assert.notDeepEqual(await readdir(join(folder, "mine")), []);
  await writeFile(join(folder, "file"), "");
  assert.equal(await version({ NODE_COMPILE_CACHE: join(folder, "file", "below") }), said);
});
