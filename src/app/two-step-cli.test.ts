/** Two-step sign-in from the command line: the real program, once with lines on standard input and once at a terminal. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, test } from "node:test";
import { Secret, TOTP } from "otpauth";
import type { JsonObject } from "#base/json.ts";
import { type CliParts, runCli } from "#doors/cli/program.ts";
import { sessionOperations } from "./session-operations.ts";
import { adminEmail, openTestNode, password, type TestNode } from "./testing/test-node.ts";

const launcher = join(import.meta.dirname, "../../bin/lyceum.js");
let opened: TestNode;
let home: string;
let recoveryCodes: readonly string[] = [];

async function call<T>(token: string | null, operation: string, input: JsonObject): Promise<T> {
  const { output } = await opened.node.kernel.call({
    ...{ operation, input, token, idempotencyKey: null, atLeast: null, requestId: "test" },
    origin: { door: "internal", address: null, agent: null },
  });
  return output as T;
}

before(async () => {
  opened = await openTestNode();
  home = await mkdtemp(join(tmpdir(), "lyceum-two-step-"));
  const { token } = await call<{ token: string }>(null, "identity.setUpSchool", {
    ...{ setUpToken: await opened.setUpToken(), schoolName: "A school", name: "Rowan" },
    ...{ email: adminEmail, password },
  });
  const begun = await call<{ enrolmentId: string; secret: string }>(token, "identity.beginTotp", {
    currentPassword: password,
  });
  ({ recoveryCodes } = await call<{ recoveryCodes: string[] }>(token, "identity.confirmTotp", {
    enrolmentId: begun.enrolmentId,
    code: new TOTP({ secret: Secret.fromBase32(begun.secret) }).generate(),
  }));
});

after(async () => {
  await opened.close();
  await rm(home, { recursive: true, force: true });
});

function lyceum(words: readonly string[], stdin: string) {
  return new Promise<{ status: number; out: string; err: string }>((resolve) => {
    const env = { PATH: process.env.PATH, HOME: home, LYCEUM_URL: opened.addresses.http.url };
    const child = execFile(process.execPath, [launcher, ...words], { cwd: home, env }, (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), out, err });
    });
    child.stdin?.end(stdin);
  });
}

test("a script gives the password and the code as lines of standard input", async () => {
  const [code = ""] = recoveryCodes;
  const signIn = ["identity", "sign-in", "--email", adminEmail];
  const one = await lyceum(signIn, `${password}\n`);
  assert.notEqual(one.status, 0);
  assert.match(one.err, /Code of the app, or a recovery code/);
  const both = await lyceum(signIn, `${password}\n${code}\n`);
  assert.equal(both.status, 0, both.err);
  assert.doesNotMatch(both.out + both.err, /challengeToken|"token"/);
  const who = await lyceum(["identity", "who-am-i", "--json"], "");
  assert.equal((JSON.parse(who.out) as { person: { email: string } }).person.email, adminEmail);
});

test("at a terminal both are asked for, and neither is shown", async () => {
  const [, code = ""] = recoveryCodes;
  const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => keyboard });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let shown = "";
  const answers: readonly (readonly [RegExp, string])[] = [
    [/[Pp]assword: $/, password],
    [/recovery code: $/, code],
  ];
  let answered = 0;
  stderr.on("data", (piece: Buffer) => {
    shown += piece.toString();
    const [prompt, answer] = answers[answered] ?? [];
    if (prompt?.test(shown) !== true) return;
    answered++;
    setImmediate(() => keyboard.write(`${answer}\r`));
  });
  stdout.on("data", (piece: Buffer) => {
    shown += piece.toString();
  });
  const parts: CliParts = {
    registry: opened.node.kernel.registry,
    version: "test",
    nodeCommands: [],
    composedCommands: [],
    agent: "lyceum-cli/test",
    fetch,
    sessions: sessionOperations,
    nodes: { operation: null, addressesIn: () => [] },
    terminal: {
      stdin: keyboard,
      stdout,
      stderr,
      environment: { HOME: join(home, "terminal"), LYCEUM_URL: opened.addresses.http.url },
      wait: async () => {},
      timeLimit: (durationMs) => AbortSignal.timeout(durationMs),
      now: () => 0,
    },
  };
  const status = await runCli(parts, ["identity", "sign-in", "--email", adminEmail]);
  assert.equal(status, 0, shown);
  assert.equal(answered, 2);
  assert.doesNotMatch(shown, new RegExp(`${password}|${code}`));
});
