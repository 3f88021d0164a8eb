/** A school that goes on after its backup, lost, and brought back to its last moment and to one in between. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { setUpToken } from "#slices/identity/api.ts";
import { openNode } from "../compose.ts";
import { type Config, readConfig } from "../config.ts";
import { placesOf } from "../places.ts";
import { backup } from "./backup.ts";
import { restore, untilOf } from "./restore.ts";

const file = Buffer.from("what was handed in late");

let folder: string;
let backupFile: string;
/** Positions by what had been written up to them. */
const positions = new Map<string, number>();

const configOf = (name: string) => {
  const flags = { data: join(folder, name), "log-archive": join(folder, "archive") };
  return readConfig({ flags, environment: {}, file: null }).config;
};

async function withNode<T>(config: Config, work: (school: School) => Promise<T>): Promise<T> {
  const node = await openNode({ config, log: () => {}, webRoot: null });
  try {
    return await work(new School(node));
  } finally {
    await node.close();
  }
}

/** What happens in the school: an admin who writes down values, and a course with a material. */
class School {
  readonly #node: Awaited<ReturnType<typeof openNode>>;

  constructor(node: Awaited<ReturnType<typeof openNode>>) {
    this.#node = node;
  }

  async write(value: string): Promise<void> {
    const { position } = await this.#as("cluster.writeProbe", { key: "k", value });
    positions.set(value, position);
  }

  async read(): Promise<string | null> {
    const { output } = await this.#as("cluster.readProbe", { key: "k" });
    return (output as { value: string | null }).value;
  }

  /** Sets the school up, and gives its admin's token. */
  async setUp(): Promise<string> {
    const { kernel } = this.#node;
    const token = await setUpToken(kernel.services.tokens, Date.now());
    const { output } = await this.#call(null, "identity.setUpSchool", {
      ...{ setUpToken: token, schoolName: "A school", name: "Rowan" },
      ...{ email: "rowan@school.test", password: "correct horse battery" },
    });
    return (output as { token: string }).token;
  }

  async addMaterial(token: string): Promise<void> {
    const { blobs } = this.#node.kernel.services;
    const { personId } = (await this.#node.kernel.identify(token)) as { personId: string };
    const course = { code: "SKY-101", title: "The Sky", term: "Autumn 2026", summary: "" };
    const { output } = await this.#call(token, "courses.createCourse", course);
    const { courseId } = output as { courseId: string };
    const upload = await blobs.beginUpload({
      ...{ owner: `person:${personId}`, fileName: "late.txt", bytesExpected: file.length },
    });
    await blobs.appendToUpload(upload.id, 0, Readable.from([file]));
    await this.#call(token, "materials.courseMaterialUpload", {
      ...{ courseId, title: "Late", description: "", published: true, uploadId: upload.id },
    });
  }

  #as(operation: string, input: JsonObject) {
    return this.#node.kernel.callAs({ kind: "system", name: "test" }, operation, input);
  }

  #call(token: string | null, operation: string, input: JsonObject) {
    return this.#node.kernel.call({
      ...{ operation, input, token, idempotencyKey: null, atLeast: null, requestId: "test" },
      origin: { door: "internal", address: null, agent: null },
    });
  }
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "lyceum-moment-"));
  backupFile = join(folder, "school.backup");
  const config = configOf("data");
  const token = await withNode(config, async (school) => {
    await school.write("before");
    return school.setUp();
  });
  await backup(config, backupFile, () => {});
  await withNode(config, async (school) => {
    await school.write("after");
    await school.addMaterial(token);
    await school.write("last");
  });
});
after(() => rm(folder, { recursive: true, force: true }));

async function restored(
  name: string,
  wish: { readonly to?: string; readonly filesFrom?: string },
): Promise<{ readonly said: string; readonly value: string | null; readonly config: Config }> {
  const config = configOf(name);
  const places = placesOf(config);
  await mkdir(places.data, { recursive: true });
  await copyFile(placesOf(configOf("data")).masterKey, places.masterKey);
  let said = "";
  await restore(config, { file: backupFile, ...wish }, (text) => {
    said += text;
  });
  // The restored school is one of its own: what it does now is no part of the old one's log.
  const alone = { ...config, logArchive: null };
  return { said, config, value: await withNode(alone, (school) => school.read()) };
}

test("a backup alone brings back its own moment", async () => {
  const { value, said } = await restored("plain", {});
  assert.equal(value, "before");
  assert.doesNotMatch(said, /archive/);
});

test("with the archive the school comes back as it was at the end, files too", async () => {
  const { value, said, config } = await restored("latest", { to: "latest", filesFrom: join(folder, "data") });
  assert.equal(value, "last");
  assert.match(said, /From the archive \d+ entries were added: all that was done until 20/);
  assert.match(said, /1 files that came after the backup were taken from/);
  assert.ok(existsSync(placesOf(config).blobs));
});

test("a position in between is a moment too", async () => {
  const { value, said } = await restored("between", { to: String(positions.get("after")) });
  assert.equal(value, "after");
  assert.doesNotMatch(said, /files that came/);
});

test("files that are nowhere are named", async () => {
  const { said } = await restored("bare", { to: "latest" });
  assert.match(said, /^1 files that came after the backup are not here\..*--files-from/m);
});

test("what is no moment is refused before anything is done", async () => {
  for (const text of ["yesterday", "2026-11-21", "2026-11-21T10:00"])
    assert.throws(() => untilOf(text), /with its zone/);
  assert.deepEqual(untilOf("2026-11-21T10:00Z"), { ms: Date.UTC(2026, 10, 21, 10) });
  const config = { ...configOf("refused"), logArchive: null };
  await assert.rejects(
    restore(config, { file: backupFile, to: "latest" }, () => {}),
    /--log-archive/,
  );
  await assert.rejects(
    restore(config, { file: backupFile, filesFrom: "x" }, () => {}),
    /with --to only/,
  );
  assert.ok(!existsSync(config.data));
});
