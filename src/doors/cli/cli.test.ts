/** The command line from outside: words in, text and an exit status out, against a real server. */
import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { openTestDoor, type TestDoor } from "#doors/http/test-door.ts";
import type { ComposedCommand } from "./composed-command.ts";
import { type CliParts, runCli } from "./program.ts";

let door: TestDoor;
let home: string;

before(async () => {
  door = await openTestDoor();
  home = await mkdtemp(join(tmpdir(), "lyceum-cli-"));
});

after(async () => {
  await door.close();
  await rm(home, { recursive: true, force: true });
});

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

interface Around {
  readonly stdin?: string;
  readonly environment?: Record<string, string | undefined>;
  readonly fetch?: typeof fetch;
  readonly timeLimit?: AbortSignal;
  readonly otherNodes?: readonly string[];
}

class Sink extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** A command of two calls that asks first. */
const makeTwo: ComposedCommand = {
  words: ["notes", "make-two"],
  summary: "Makes two notes.",
  takes: { name: "title", about: "what both begin with" },
  options: [{ flags: "--weight <number>", about: "how much they weigh" }],
  asks: true,
  async run(hands, { operand, options }) {
    await hands.confirm(`Make two notes "${operand}"?`);
    const weight = Number(options.weight ?? 1);
    for (const part of ["one", "two"])
      await hands.call("notes.makeNote", { title: `${operand} ${part}`, weight });
    hands.say("Both are made.\n");
    hands.show({ made: 2, weight });
    return 3;
  },
};

async function lyceum(words: readonly string[], around: Around = {}): Promise<Outcome> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const parts: CliParts = {
    registry: door.kernel.kernel.registry,
    version: "0.0.0-test",
    nodeCommands: [
      { name: "serve", summary: "Starts a server." },
      { name: "notes pin", summary: "Pins the notes to this machine." },
    ],
    composedCommands: [makeTwo],
    agent: "lyceum-cli/test",
    fetch: around.fetch ?? fetch,
    sessions: { opens: ["notes.signIn"], ends: ["notes.signOut"] },
    nodes: {
      // Any read that needs no session will do; what it says is made up by the test.
      operation: door.kernel.kernel.registry.byName("notes.echo") ?? null,
      addressesIn: () => around.otherNodes ?? [],
    },
    terminal: {
      stdin: Readable.from(around.stdin === undefined ? [] : [Buffer.from(around.stdin)]),
      stdout,
      stderr,
      environment: { HOME: home, LYCEUM_URL: door.url, ...around.environment },
      wait: async () => {},
      timeLimit: () => around.timeLimit ?? new AbortController().signal,
      now: () => 0,
    },
  };
  const status = await runCli(parts, words);
  return { status, out: stdout.text, err: stderr.text };
}

async function ok(words: readonly string[], around: Around = {}): Promise<string> {
  const { status, out, err } = await lyceum(words, around);
  assert.equal(status, 0, err);
  return out;
}

describe("sessions", () => {
  test("signing in keeps the token for this server in a file that only its owner can read", async () => {
    const out = await ok(["notes", "sign-in", "--name", "ada"]);
    assert.doesNotMatch(out, /token/i);
    const file = join(home, ".config", "lyceum", "servers.json");
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const kept = JSON.parse(await readFile(file, "utf8")) as {
      profiles: { default: { token: string; server: string } };
    };
    assert.equal(kept.profiles.default.server, door.url);
    assert.ok(kept.profiles.default.token.length > 20);
    await chmod(file, 0o644);
    await ok(["notes", "make-note", "--title", "first"]);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  test("a token is never sent to another server than the one that gave it", async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response
        .writeHead(401, { "content-type": "application/json" })
        .end('{"code":"unauthenticated","detail":"Sign in first."}');
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const { status, err } = await lyceum(["notes", "list-notes", "--server", `http://127.0.0.1:${port}`]);
    other.close();
    assert.deepEqual(seen, [undefined]);
    assert.equal(status, 77);
    assert.match(err, /lyceum sign-in/);
  });

  test("profiles name several servers; signing out forgets the token", async () => {
    await ok(["use", "away", "--server", "https://school.example"]);
    assert.match(await ok(["use"]), /\* away {2}https:\/\/school\.example/);
    await ok(["use", "default"]);
    await ok(["notes", "sign-in", "--name", "eve", "--profile", "eve"]);
    await ok(["notes", "sign-out", "--profile", "eve"]);
    const { status } = await lyceum(["notes", "list-notes", "--profile", "eve"]);
    assert.equal(status, 77);
    await ok(["use", "default"]);
  });
});

test("a profile that nobody has made is a slip, except where one signs in or names a server", async () => {
  const nowhere = { environment: { LYCEUM_URL: undefined, LYCEUM_PROFILE: "yuki" } };
  const { status, err } = await lyceum(["notes", "list-notes"], nowhere);
  assert.equal(status, 64);
  assert.match(err, /no profile "yuki"[\s\S]*lyceum sign-in --profile yuki --server/);
  const named = await lyceum(["notes", "list-notes", "--server", door.url], nowhere);
  assert.equal(named.status, 77, "it is not signed in there");
  await ok(["notes", "sign-in", "--name", "yuki", "--server", door.url], nowhere);
  await ok(["notes", "list-notes"], nowhere);
  await ok(["use", "default"]);
});

describe("commands", () => {
  test("answers are cards and tables for people, and JSON for programs", async () => {
    const made = JSON.parse(await ok(["notes", "make-note", "--title", "second", "--json"])) as {
      id: string;
    };
    assert.match(await ok(["notes", "list-notes"]), new RegExp(`ID +TITLE\\n(?:.|\\n)*${made.id} {2}second`));
    const card = await ok(["notes", "make-note", "--title", "steer\u001b[2Jing"]);
    assert.match(card, /title {2}steer�\[2Jing/);
  });

  test("every kind of flag arrives as the field that it stands for", async () => {
    const words = [
      "--count",
      "3",
      "--no-yes",
      "--tags",
      "a b",
      "c",
      "--numbers",
      "1",
      "2",
      "--where",
      '{"x":1}',
      "--clear-share",
    ];
    const { json } = JSON.parse(await ok(["notes", "echo", "--json", ...words])) as { json: string };
    assert.deepEqual(JSON.parse(json), {
      count: 3,
      yes: false,
      tags: ["a b", "c"],
      numbers: [1, 2],
      where: { x: 1 },
      share: null,
    });
    const mixed = await ok(["notes", "echo", "--json", "--input", "-", "--count", "4"], {
      stdin: '{"count":3,"text":"t"}',
    });
    assert.deepEqual(JSON.parse((JSON.parse(mixed) as { json: string }).json), {
      count: 4,
      text: "t",
      numbers: [],
    });
  });

  test("what does not fit is named by its flag, before anything is sent", async () => {
    const missing = await lyceum(["notes", "make-note", "--weight", "99"]);
    assert.equal(missing.status, 65);
    assert.match(missing.err, /--title: This is required/);
    assert.match(missing.err, /--weight: This must be at most 9/);
    const choice = await lyceum(["notes", "make-note", "--title", "x", "--kind", "medium"]);
    assert.match(choice.err, /--kind is "medium", but takes one of: short, long/);
    const shape = await lyceum(["notes", "echo", "--where", "somewhere"]);
    assert.match(shape.err, /--where is "somewhere", but takes JSON: \{"x"/);
    assert.equal(choice.status, 64);
    assert.equal((await lyceum(["notes", "make-nothing"])).status, 64);
    const json = await lyceum(["notes", "make-note", "--json"]);
    assert.equal((JSON.parse(json.out) as { error: { code: string } }).error.code, "invalid_input");
  });

  test("a file that is refused is refused as any other call: with its code, and its exit status", async () => {
    const path = join(home, "notes.txt");
    await writeFile(path, "words");
    const words = ["notes", "attach-file", "--title", "n", "--file", path];
    const { status, out } = await lyceum([...words, "--json", "--profile", "stranger"]);
    assert.equal((JSON.parse(out) as { error: { code: string } }).error.code, "unauthenticated");
    assert.equal(status, 77);
  });

  test("a refusal of the server has the exit status of the one table", async () => {
    await ok(["notes", "make-note", "--title", "twice"]);
    const { status, err } = await lyceum(["notes", "make-note", "--title", "twice"]);
    assert.equal(status, 73);
    assert.match(err, /There is a note of this title already/);
  });

  test("a command whose answer was lost is sent again with the same key, and done once", async () => {
    let calls = 0;
    const keys: (string | null)[] = [];
    const lossy: typeof fetch = async (url, init) => {
      keys.push(new Headers(init?.headers).get("idempotency-key"));
      const response = await fetch(url, init);
      if (++calls === 1)
        throw new TypeError("fetch failed", { cause: new Error("the connection was reset") });
      return response;
    };
    await ok(["notes", "make-note", "--title", "lost answer"], { fetch: lossy });
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
    const down = await lyceum(["notes", "list-notes", "--server", "http://127.0.0.1:1"]);
    assert.equal(down.status, 75);
    assert.match(down.err, /cannot be reached[\s\S]*lyceum start/);
  });

  test("a node that is gone is a pause: another one is asked, with the same key", async () => {
    // One door under two addresses, the first of which is cut.
    const away = { environment: { XDG_CONFIG_HOME: join(home, "away") } };
    const sister = door.url.replace("127.0.0.1", "localhost");
    const strangers = ["https://school.example", "http://school.example", "nonsense"];
    await ok(["notes", "sign-in", "--name", "ada"], { ...away, otherNodes: [...strangers, sister] });
    const asked: string[] = [];
    const cut: typeof fetch = async (url, init) => {
      asked.push(`${new URL(String(url)).origin} ${new Headers(init?.headers).get("idempotency-key")}`);
      if (String(url).startsWith(door.url)) throw new TypeError("fetch failed");
      return fetch(url, init);
    };
    const words = ["notes", "make-note", "--title", "from elsewhere", "--idempotency-key", "k"];
    await ok(words, { ...away, fetch: cut, otherNodes: [sister] });
    assert.deepEqual(asked.slice(0, 2), [`${door.url} k`, `${sister} k`]);
    await ok(words, { ...away });
  });

  test("a node that says nothing is given up where there is another", async () => {
    const away = { environment: { XDG_CONFIG_HOME: join(home, "away") } };
    const limit = new AbortController();
    const halted: typeof fetch = (url, init) => {
      if (!String(url).startsWith(door.url)) return fetch(url, init);
      const { promise, reject } = Promise.withResolvers<Response>();
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      limit.abort(new DOMException("the time is up", "TimeoutError"));
      return promise;
    };
    await ok(["notes", "list-notes"], { ...away, fetch: halted, timeLimit: limit.signal });
  });

  test("a composed command asks first, calls, shows, and has an exit status of its own", async () => {
    const words = ["notes", "make-two", "pair", "--weight", "4"];
    const asked = await lyceum(words);
    assert.equal(asked.status, 64);
    assert.match(asked.err, /Make two notes "pair"\?[\s\S]*--yes/);
    const done = await lyceum([...words, "--yes"]);
    assert.deepEqual([done.status, done.out, done.err], [3, "made    2\nweight  4\n", "Both are made.\n"]);
    const json = await lyceum(["notes", "make-two", "json", "--yes", "--json"]);
    assert.deepEqual([JSON.parse(json.out), json.err], [{ made: 2, weight: 1 }, ""]);
    assert.equal((await lyceum([...words, "--yes"])).status, 73);
  });

  test("the help shows what is required, the choices, and examples that can be typed", async () => {
    const help = await ok(["notes", "make-note", "--help"]);
    assert.match(help, /--kind <short\|long>/);
    assert.match(help, /lyceum notes make-note --title 'Bread & <milk>'/);
    assert.match(await ok(["--help"]), /On the node itself:\n {2}serve/);
  });

  test("completion scripts know every command and flag", async () => {
    assert.match(await ok(["notes", "--help"]), /On the node itself:\n {2}notes pin/);
    for (const shell of ["bash", "zsh", "fish"]) {
      const script = await ok(["completion", shell]);
      for (const word of ["make-note", "serve", "title", "pin"])
        assert.ok(script.includes(word), `${shell} lacks ${word}`);
    }
  });

  test("a damaged list of servers is refused with what to do", async () => {
    const other = await mkdtemp(join(tmpdir(), "lyceum-cli-"));
    await ok(["use", "x", "--server", door.url], { environment: { XDG_CONFIG_HOME: other } });
    await writeFile(join(other, "lyceum", "servers.json"), "{");
    const { status, err } = await lyceum(["use"], { environment: { XDG_CONFIG_HOME: other } });
    await rm(other, { recursive: true });
    assert.equal(status, 74);
    assert.match(err, /rm .*servers\.json/);
  });
});
