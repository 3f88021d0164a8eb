import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before, describe } from "node:test";

const program = join(import.meta.dirname, "main.ts");

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<Ended>;
}

function run(words: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH: process.env.PATH, ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  const ended = once(child, "close").then(([status]): Ended => ({ status, stdout, stderr }));
  return { child, ended, output: () => stdout };
}

/** Starts a server and waits for the line that says where it listens. */
async function serve(words: readonly string[]): Promise<Started> {
  const { child, ended, output } = run(["serve", "--http-port", "0", "--grpc-port", "0", ...words]);
  for await (const _chunk of child.stdout) {
    const line = output()
      .split("\n")
      .find((each) => each.includes('"listening"'));
    if (line !== undefined) return { child, ended, url: String(JSON.parse(line).http.url) };
  }
  throw new Error(`the server ended before it listened: ${(await ended).stderr}`);
}

describe("lyceum serve", () => {
  let folder: string;
  let data: string;
  let words: readonly string[];
  let running: Started;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lyceum-serve-"));
    data = join(folder, "data");
    // A node without pages: building them is the web app's test.
    words = ["--data", data, "--web-root", folder];
    running = await serve(words);
  });
  after(async () => {
    running.child.kill("SIGKILL");
    await running.ended;
    await rm(folder, { recursive: true, force: true });
  });

  test("answers, and keeps the master key to its owner", async () => {
    const school = await fetch(`${running.url}/api/v1/identity/get-school`);
    assert.equal(((await school.json()) as { isSetUp: boolean }).isSetUp, false);
    assert.equal((await stat(join(data, "master.key"))).mode & 0o777, 0o600);
  });

  test("refuses a data folder that another process holds", async () => {
    const { status, stderr } = await run(["serve", "--http-port", "0", "--grpc-port", "0", ...words]).ended;
    assert.equal(status, 73);
    assert.match(stderr, /^The data folder .* is in use by another Lyceum process .*\n$/);
  });

  test("names a port that is taken", async () => {
    const { port } = new URL(running.url);
    const other = ["--data", join(folder, "other"), "--web-root", folder, "--grpc-port", "0"];
    const { status, stderr } = await run(["serve", "--http-port", port, ...other]).ended;
    assert.equal(status, 69);
    assert.match(stderr, new RegExp(`^Port ${port} is taken by another program\\.`, "m"));
  });

  test("ends cleanly on a signal, then goes on with the same data and says how to set the school up", async () => {
    running.child.kill("SIGTERM");
    const { status, stderr } = await running.ended;
    assert.equal(status, 0);
    assert.match(stderr, /http:\/\/127\.0\.0\.1:\d+\/set-up#\S+/);
    running = await serve(words);
    const link = await fetch(`${running.url}/readyz`);
    assert.equal(link.status, 200);
  });

  test("does not make a new master key for data that an old one protects", async () => {
    running.child.kill("SIGTERM");
    await running.ended;
    await rm(join(data, "master.key"));
    const { status, stderr } = await run(["serve", "--http-port", "0", ...words]).ended;
    assert.equal(status, 78);
    assert.match(stderr, /^The master key is missing: .*master\.key is not there/);
  });
});

const refusals: readonly {
  readonly words: readonly string[];
  readonly environment?: Record<string, string>;
  readonly says: RegExp;
}[] = [
  { words: ["serve", "--host", "0.0.0.0"], says: /without encryption would send passwords in clear text/ },
  { words: ["start", "--host", "0.0.0.0"], says: /The demo school listens on this machine only/ },
  { words: ["serve", "--roles", "worker"], says: /both need the same database/ },
  {
    words: ["serve"],
    environment: { LYCEUM_HTTP_PROT: "1" },
    says: /LYCEUM_HTTP_PROT is no setting\. Did you mean LYCEUM_HTTP_PORT\?/,
  },
  { words: ["serve", "--data"], says: /--data wants a value after it/ },
  { words: ["serve", "--data", "a", "--data", "b"], says: /--data was given twice/ },
  { words: ["serve", "now"], says: /"now" is one word too many/ },
  {
    words: ["config", "--config", "/nowhere.json"],
    says: /The file of settings \/nowhere\.json cannot be read/,
  },
];

test("what cannot be right is refused in a sentence, before anything is touched", async () => {
  const ends = await Promise.all(refusals.map(({ words, environment }) => run(words, environment).ended));
  for (const [index, { words, says }] of refusals.entries()) {
    const end = ends[index];
    assert.equal(end?.status, 78, words.join(" "));
    assert.match(end?.stderr ?? "", says);
    assert.doesNotMatch(end?.stderr ?? "", /^ +at /m);
  }
});
