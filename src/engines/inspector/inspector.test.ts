/** What the inspector says of good, broken, locked and hostile files; each is opened by a real process. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Unavailable } from "#engines/errors.ts";
import { createFileInspector, type InspectorLimits } from "./inspector.ts";
import { UnreadableFile } from "./port.ts";
import { bombPdf, lockedPdf, samplePdf } from "./sample-pdfs.ts";

async function inspect(t: TestContext, content: Uint8Array | string, limits: Partial<InspectorLimits> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-inspect-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "file");
  await writeFile(path, content);
  return createFileInspector({ limits }).inspectPdf(path);
}

const isUnreadable = (code: UnreadableFile["code"]) => (error: unknown) =>
  error instanceof UnreadableFile && error.code === code;

test("a PDF gives its pages, also one of more than 20 MB", async (t) => {
  assert.deepEqual(await inspect(t, samplePdf(3)), { pages: 3 });
  assert.deepEqual(await inspect(t, samplePdf(25, 1024 ** 2)), { pages: 25 });
});

test("a PDF that breaks off, or is none, is called broken", async (t) => {
  const whole = samplePdf(40, 20_000);
  await assert.rejects(inspect(t, whole.subarray(0, whole.byteLength >> 1)), isUnreadable("file_broken"));
  await assert.rejects(inspect(t, "%PDF-1.7\nnothing more\n"), isUnreadable("file_broken"));
  await assert.rejects(inspect(t, "a letter"), isUnreadable("file_broken"));
});

test("a PDF with a password is called locked, one without content empty", async (t) => {
  await assert.rejects(inspect(t, lockedPdf()), isUnreadable("file_locked"));
  await assert.rejects(inspect(t, samplePdf(0)), isUnreadable("file_empty"));
  await assert.rejects(inspect(t, ""), isUnreadable("file_empty"));
});

test("a PDF over a limit is refused, and its process is gone", async (t) => {
  await assert.rejects(inspect(t, samplePdf(3), { pagesMax: 2 }), /has 3 pages; at most 2/);
  await assert.rejects(inspect(t, samplePdf(3), { durationMsMax: 0 }), /took too long/);
  await assert.rejects(inspect(t, samplePdf(3), { residentBytesMax: 1_000_000 }), /too much memory/);
  assert.deepEqual(await childrenOf(process.pid), []);
});

test("a small file that unpacks to gigabytes is stopped", async (t) => {
  const bomb = bombPdf(512 * 1024 ** 2);
  assert.ok(bomb.byteLength < 100_000, `${bomb.byteLength} bytes`);
  await assert.rejects(
    inspect(t, bomb, { residentBytesMax: 256 * 1024 ** 2 }),
    isUnreadable("file_too_complex"),
  );
});

test("the text of a PDF comes page by page, also of one with many, and stops when nobody wants it", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-inspect-"));
  t.after(() => rm(folder, { recursive: true }));
  const read = async (path: string, wanted = Number.POSITIVE_INFINITY) => {
    const pages: { page: number; text: string }[] = [];
    await createFileInspector().readPdf(path, async (some) => {
      pages.push(...some);
      return pages.length < wanted;
    });
    return pages;
  };
  const real = fileURLToPath(import.meta.resolve("../../app/demo/content/sky/02-light-as-a-messenger.pdf"));
  const pages = await read(real);
  assert.deepEqual(
    pages.map(({ page }) => page),
    pages.map((_, index) => index + 1),
  );
  assert.match(pages.map(({ text }) => text).join(" "), /brightness/i);
  const locked = join(folder, "locked");
  await writeFile(locked, lockedPdf());
  await assert.rejects(read(locked), isUnreadable("file_locked"));
  await assert.rejects(read(real, 1), /nobody wants/);
  assert.deepEqual(await childrenOf(process.pid), []);
});

test("files wait for their turn, and beyond the limit whoever sent one is told", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-inspect-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "file");
  await writeFile(path, samplePdf(1));
  const inspector = createFileInspector({ limits: { processesMax: 1, waitingMax: 1 } });
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => inspector.inspectPdf(path)));
  assert.deepEqual(
    outcomes.map((each) =>
      each.status === "fulfilled" ? each.value.pages : each.reason instanceof Unavailable,
    ),
    [1, 1, true],
  );
  assert.deepEqual(await inspector.inspectPdf(path), { pages: 1 });
});

/** The processes that `pid` has started, where the system says. */
async function childrenOf(pid: number): Promise<string[]> {
  if (process.platform !== "linux") return [];
  const tasks = await readdir(`/proc/${pid}/task`);
  const lists = tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8"));
  return (await Promise.all(lists)).join(" ").split(" ").filter(Boolean);
}
