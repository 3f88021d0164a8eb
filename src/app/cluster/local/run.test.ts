/** `npm run cluster` from outside: three processes, one of which dies and comes back. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { schoolClient } from "../school-client.ts";

const runner = join(import.meta.dirname, "run.ts");
const program = join(import.meta.dirname, "../../main.ts");

interface NodeLine {
  readonly id: string;
  readonly name: string;
  readonly pid: number;
  readonly http: string;
  readonly grpc: string;
  readonly peer: string;
  readonly data: string;
}

interface AdminLine {
  readonly adminToken: string;
  readonly adminEmail: string;
  readonly password: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly nodes: readonly NodeLine[];
  readonly admin: AdminLine;
  readonly stderr: () => string;
}

let folder: string;
const running: ChildProcess[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "lyceum-run-"));
});
after(async () => {
  for (const child of running) if (child.exitCode === null) child.kill("SIGTERM");
  await Promise.all(running.map((child) => (child.exitCode === null ? once(child, "close") : null)));
  await rm(folder, { recursive: true, force: true });
});

function start(file: string, words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [file, ...words], {
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  return child;
}

async function startCluster(nodes: number): Promise<Started> {
  // Nodes without pages: building them is the web app's test.
  const child = start(runner, ["--nodes", String(nodes), "--data", folder, "--web-root", folder]);
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said += String(chunk);
  });
  const lines: unknown[] = [];
  if (child.stdout !== null)
    for await (const line of createInterface(child.stdout)) {
      lines.push(JSON.parse(line));
      if (lines.length === nodes + 1)
        return {
          child,
          nodes: lines.slice(0, nodes) as NodeLine[],
          admin: lines.at(-1) as AdminLine,
          stderr: () => said,
        };
    }
  throw new Error(`the cluster ended before it ran:\n${said}`);
}

const limit = { timeout: 180_000 };

test(
  "three nodes run, outlive the death of their leader, and stop when they are told to",
  limit,
  async () => {
    const { child, nodes, admin, stderr } = await startCluster(3);
    assert.deepEqual(
      nodes.map(({ name }) => name),
      ["node-1", "node-2", "node-3"],
    );
    for (const { id, pid, grpc, peer } of nodes) {
      assert.match(id, /^[0-9a-f]{12}$/);
      assert.ok(process.kill(pid, 0));
      for (const address of [grpc, peer]) assert.match(address, /^127\.0\.0\.1:\d+$/);
    }
    const urls = nodes.map(({ http }) => http) as [string, ...string[]];
    for (const url of urls) {
      const { adminEmail: email, password } = admin;
      await schoolClient([url], null)("identity.signIn", { email, password });
    }

    const ask = schoolClient(urls, admin.adminToken);
    const { leader } = (await ask("cluster.getLeader", {})) as { leader: { id: string } };
    const killed = nodes.find(({ id }) => id === leader.id);
    assert.ok(killed !== undefined);
    process.kill(killed.pid, "SIGKILL");
    const written = (await ask("cluster.writeProbe", { key: "k", value: "after" })) as { value: string };
    assert.equal(written.value, "after");

    const back = start(program, ["serve", "--data", killed.data]);
    for await (const line of createInterface(back.stdout ?? process.stdin))
      if (line.includes('"listening"')) break;
    const read = await schoolClient([killed.http], admin.adminToken)("cluster.readProbe", {
      key: "k",
      strong: true,
    });
    assert.equal((read as { value: string }).value, "after");
    assert.match(stderr(), new RegExp(`${killed.name} \\(process ${killed.pid}\\) ended by SIGKILL`));
    back.kill("SIGTERM");
    assert.deepEqual(await once(back, "close"), [0, null]);

    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "close"), [0, null]);
    for (const { pid } of nodes) assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  },
);

test("a second run brings the same nodes back, with what was written", limit, async () => {
  const before = JSON.parse(await readFile(join(folder, "node-2", "lyceum.json"), "utf8")) as object;
  const { child, nodes, admin } = await startCluster(3);
  const urls = nodes.map(({ http }) => http) as [string, ...string[]];
  const ask = schoolClient(urls, admin.adminToken);
  const read = (await ask("cluster.readProbe", { key: "k" })) as { value: string };
  assert.equal(read.value, "after");
  const again = JSON.parse(await readFile(join(folder, "node-2", "lyceum.json"), "utf8")) as object;
  assert.deepEqual(again, before);
  child.kill("SIGINT");
  assert.deepEqual(await once(child, "close"), [0, null]);
});

test(
  "Ctrl-C while the nodes are being made stops it there, and the next run goes on from there",
  limit,
  async () => {
    const parent = join(folder, "broken-off");
    const words = ["--nodes", "2", "--data", parent, "--web-root", folder];
    const child = start(runner, words);
    for await (const line of createInterface(child.stderr ?? process.stdin))
      if (line.startsWith("Starting node-1")) break;
    child.kill("SIGINT");
    assert.deepEqual(await once(child, "close"), [0, null]);
    assert.equal(existsSync(join(parent, "node-2", "cluster")), false);

    const again = start(runner, words);
    let lines = 0;
    for await (const _line of createInterface(again.stdout ?? process.stdin)) if (++lines === 3) break;
    assert.equal(lines, 3);
    again.kill("SIGINT");
    assert.deepEqual(await once(again, "close"), [0, null]);
  },
);

test("what cannot be meant is refused", limit, async () => {
  for (const [words, says] of [
    [["--nodes", "0"], /--nodes takes a whole number from 1 to 7, not "0"/],
    [["--http-port", "8080"], /--http-port is each node's own/],
    [["--nodes", "2", "--data", folder], /holds more than 2 nodes/],
  ] as const) {
    const child = start(runner, [...words, "--web-root", folder]);
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += String(chunk);
    });
    assert.deepEqual(await once(child, "close"), [78, null]);
    assert.match(said, says);
  }
});
