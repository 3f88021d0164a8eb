/** The demo school behind a real HTTP door, with things hidden in it that only some may see. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { sql } from "kysely";
import { openNode } from "#app/compose.ts";
import { readConfig } from "#app/config.ts";
import { type PersonKey, people } from "#app/demo/school.ts";
import { seedDemoSchool } from "#app/demo/seed.ts";
import { assert, present } from "#base/assert.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { tablesOf } from "#engines/store/port.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import type { Asked } from "./inputs.ts";

const password = "four unlikely words here";
const noLimit = 1_000_000_000;

export interface Somebody {
  readonly name: string;
  /** Null for people without an account. */
  readonly key: PersonKey | null;
  readonly login: "sign-in" | "student-login" | "faculty-login" | null;
  token: string | null;
}

export interface FuzzedSchool {
  readonly operations: readonly RegisteredOperation[];
  readonly everybody: readonly Somebody[];
  /** What the node logged as errors. */
  readonly faults: readonly string[];
  ask(
    operation: RegisteredOperation,
    somebody: Somebody,
    asked: Asked,
  ): Promise<{ status: number; type: string; text: string }>;
  /** A hash over every row that a slice owns. */
  digest(): Promise<string>;
  /** The ids that are in any row, among them those of uploads. */
  knownIds(): Promise<readonly string[]>;
  /** Texts that stand somewhere in the school and must not be shown to them. */
  hiddenFrom(somebody: Somebody): readonly string[];
  /** After a change: signs in again whoever was thrown out; gives the digest then. */
  mend(): Promise<string>;
  close(): Promise<void>;
}

export async function openFuzzedSchool(folder: string): Promise<FuzzedSchool> {
  const faults: string[] = [];
  const { config } = readConfig({
    flags: { data: join(folder, "data"), "http-port": "0", "grpc-port": "0" },
    environment: {},
    file: null,
  });
  const node = await openNode({
    config,
    log: (level, message, facts) => {
      if (level === "error") faults.push(`${message} ${JSON.stringify(facts)}`);
    },
    webRoot: null,
    limits: { sessionPerMinuteMax: noLimit, anonymousPerMinuteMax: noLimit, addressPerMinuteMax: noLimit },
  });
  const { kernel } = node;
  await seedDemoSchool(kernel, { password, now: Date.now(), progress: () => {} });
  const url = present(await node.listen(), "a node with all roles listens").http.url;
  node.start();
  const tables = kernel.registry.slices.flatMap((slice) => Object.keys(slice.tables));
  assert(tables.length > 10, "the slices own tables");

  const post = (path: string, body: JsonValue, token: string | null) =>
    fetch(`${url}/api/v1/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...bearer(token) },
      body: JSON.stringify(body),
    });
  const must = async (path: string, body: JsonValue, token: string | null): Promise<JsonObject> => {
    const response = await post(path, body, token);
    const text = await response.text();
    assert(response.ok, `${path} was answered ${response.status}: ${text}`);
    return JSON.parse(text) as JsonObject;
  };
  const signIn = async (somebody: Somebody) => {
    if (somebody.key === null || somebody.login === null) return;
    const { email } = people[somebody.key];
    somebody.token = String((await must(`identity/${somebody.login}`, { email, password }, null)).token);
  };
  const everybody: Somebody[] = [
    { name: "nobody", key: null, login: null, token: null },
    { name: "a forger", key: null, login: null, token: "eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA" },
    { name: "an admin", key: "rowan", login: "sign-in", token: null },
    { name: "an instructor", key: "ines", login: "sign-in", token: null },
    { name: "another instructor", key: "tomas", login: "faculty-login", token: null },
    { name: "a student", key: "mira", login: "sign-in", token: null },
    { name: "another student", key: "jonas", login: "student-login", token: null },
  ];
  for (const somebody of everybody) await signIn(somebody);

  const rows = async () => {
    const { value } = await kernel.store.read(async (database) => {
      const all: unknown[] = [];
      for (const table of tables)
        all.push((await sql`select * from ${sql.table(table)}`.execute(tablesOf(database))).rows);
      return all;
    });
    return JSON.stringify(value);
  };
  const digest = async () =>
    createHash("sha256")
      .update(await rows())
      .digest("hex");
  const uploads = await Promise.all(
    everybody.filter(({ key }) => key !== null).map((each) => sendText(url, present(each.token, each.name))),
  );
  const hidden = await hide(must, everybody);

  return {
    operations: kernel.registry.operations,
    everybody,
    faults,
    async ask(operation, somebody, asked) {
      const isRead = "query" in asked;
      const search = isRead
        ? `?${new URLSearchParams([...asked.query].map(([name, value]): [string, string] => [name, value]))}`
        : "";
      const response = await fetch(url + operation.path + search, {
        method: operation.method,
        redirect: "manual",
        headers: {
          ...bearer(somebody.token),
          ...(isRead ? {} : { "content-type": "application/json" }),
          ...(isRead || asked.key === null ? {} : { "idempotency-key": asked.key }),
        },
        ...(isRead ? {} : { body: asked.body }),
      });
      const type = response.headers.get("content-type") ?? "";
      return { status: response.status, type, text: await response.text() };
    },
    digest,
    async knownIds() {
      const found = (await rows()).match(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g);
      return [...new Set(found), ...uploads, "00000000-0000-7000-8000-000000000000"];
    },
    hiddenFrom: (somebody) => hidden.filter(({ from }) => from(somebody)).map(({ text }) => text),
    async mend() {
      const admin = present(
        everybody.find(({ key }) => key === "rowan"),
        "the admin",
      );
      for (const somebody of [admin, ...everybody]) {
        if (somebody.key === null) continue;
        const response = await fetch(`${url}/api/v1/identity/who-am-i`, { headers: bearer(somebody.token) });
        await response.body?.cancel();
        if (response.status === 401) await mendOne(somebody);
      }
      return digest();

      async function mendOne(somebody: Somebody): Promise<void> {
        if (somebody !== admin) {
          const { email } = people[present(somebody.key, "only accounts are mended")];
          const found = await fetch(`${url}/api/v1/identity/list-people?active=false`, {
            headers: bearer(admin.token),
          });
          const { items } = (await found.json()) as { items: { id: string; email: string }[] };
          const shut = items.find((person) => person.email === email);
          if (shut !== undefined)
            await must("identity/set-person-active", { personId: shut.id, active: true }, admin.token);
        }
        await signIn(somebody);
      }
    },
    close: () => node.close(),
  };
}

/** Puts marks where only some may look: a draft, an answer to somebody, a mark that is not released. */
async function hide(
  must: (path: string, body: JsonValue, token: string | null) => Promise<JsonObject>,
  everybody: readonly Somebody[],
): Promise<readonly { readonly text: string; readonly from: (somebody: Somebody) => boolean }[]> {
  const tokenOf = (key: PersonKey) =>
    present(everybody.find((each) => each.key === key)?.token, `a token of ${key}`);
  const course = await must(
    "courses/create-course",
    { code: "HIDE-1", term: "Autumn 2026", title: "HIDDEN-course" },
    tokenOf("ines"),
  );
  const joined = { joinCode: String(course.joinCode) };
  await must("courses/join-course", joined, tokenOf("mira"));
  const { courseId } = course;
  await must(
    "assignments/create-assignment",
    { courseId: String(courseId), title: "HIDDEN-draft", pointsMax: 10 },
    tokenOf("ines"),
  );
  await must(
    "queries/create-query",
    { courseId: String(courseId), title: "HIDDEN-query", body: "Between us." },
    tokenOf("mira"),
  );
  const staff: readonly (PersonKey | null)[] = ["rowan", "ines"];
  const isOf = (keys: readonly (PersonKey | null)[]) => (somebody: Somebody) => !keys.includes(somebody.key);
  return [
    { text: "HIDDEN-course", from: isOf([...staff, "mira"]) },
    { text: "HIDDEN-draft", from: isOf(staff) },
    { text: "HIDDEN-query", from: isOf([...staff, "mira"]) },
    { text: joined.joinCode, from: isOf(staff) },
    { text: people.lena.email, from: isOf([...staff, "tomas"]) },
  ];
}

/** Sends a small text as an upload; gives its id. */
async function sendText(url: string, token: string): Promise<string> {
  const body = `A text of ${token.slice(-8)}.\n`;
  const response = await fetch(`${url}/api/v1/uploads`, {
    method: "POST",
    headers: {
      ...bearer(token),
      "tus-resumable": "1.0.0",
      "upload-length": String(Buffer.byteLength(body)),
      "upload-metadata": `filename ${Buffer.from("a.txt").toString("base64")}`,
      "content-type": "application/offset+octet-stream",
    },
    body,
  });
  return present(response.headers.get("location")?.split("/").at(-1), "the address of the upload");
}

function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
