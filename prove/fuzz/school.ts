/** The demo school behind a real HTTP door, with things hidden in it that only some may see. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { sql } from "kysely";
import { openNode } from "#app/compose.ts";
import { readConfig } from "#app/config.ts";
import { type PersonKey, people } from "#app/demo/school.ts";
import { copyDemoSchool, demoPassword as password } from "#app/testing/demo-school.ts";
import { assert, present } from "#base/assert.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { tablesOf } from "#engines/store/port.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import type { Asked } from "./inputs.ts";

const noLimit = 1_000_000_000;
const anId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Row = Record<string, unknown>;

export interface Somebody {
  readonly name: string;
  /** Null for people without an account. */
  readonly key: PersonKey | null;
  readonly login: "sign-in" | "student-login" | "faculty-login" | null;
  token: string | null;
}

/** Ids by the names that tables have for them: `course`, `groupSet`. */
export type KnownIds = ReadonlyMap<string, readonly string[]>;

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
  /** A hash of each table of the slices; nothing changes them but a call, since nothing runs in the background. */
  digest(): Promise<Readonly<Record<string, string>>>;
  /** The ids that are in any row, among them those of uploads. */
  knownIds(): Promise<KnownIds>;
  /** Texts that stand somewhere in the school and must not be shown to them. */
  hiddenFrom(somebody: Somebody): readonly string[];
  /** After a change: does what follows from it, signs in again whoever was thrown out; false where that is not possible. */
  mend(): Promise<boolean>;
  close(): Promise<void>;
}

export async function openFuzzedSchool(folder: string): Promise<FuzzedSchool> {
  const faults: string[] = [];
  const data = join(folder, "data");
  await copyDemoSchool(data);
  const flags = { data, "http-port": "0", "grpc-port": "0" };
  const { config } = readConfig({ flags, environment: {}, file: null });
  const node = await openNode({
    config,
    log: (level, message, facts) => {
      if (level === "error") faults.push(`${message} ${JSON.stringify(facts)}`);
    },
    webRoot: null,
    limits: { sessionPerMinuteMax: noLimit, anonymousPerMinuteMax: noLimit, addressPerMinuteMax: noLimit },
  });
  const { kernel } = node;
  const url = present(await node.listen(), "a node with all roles listens").http.url;
  await kernel.settle();
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
    { name: "an observer", key: "kofi", login: "sign-in", token: null },
  ];
  for (const somebody of everybody) await signIn(somebody);

  const rows = async () => {
    const { value } = await kernel.store.read(async (database) => {
      const all: [string, Row[]][] = [];
      for (const table of tables)
        all.push([
          table,
          (await sql<Row>`select * from ${sql.table(table)}`.execute(tablesOf(database))).rows,
        ]);
      return all;
    });
    return value;
  };
  // Most calls commit nothing, and then nothing has to be read to know it.
  let known: { position: number; digest: Readonly<Record<string, string>> } = { position: -1, digest: {} };
  const digest = async () => {
    const { position } = kernel.store.status();
    if (position !== known.position)
      known = { position, digest: Object.fromEntries((await rows()).map(hashed)) };
    return known.digest;
  };
  const uploads = await Promise.all(
    everybody
      .filter(({ key }) => key !== null)
      .map((each) => sendText(url, present(each.token, each.name), "A text.\n")),
  );
  const hidden = await hide(must, everybody, (token, text) => sendText(url, token, text));

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
      const ids = new Map<string, Set<string>>([
        ["upload", new Set(uploads)],
        ["nothing", new Set(["00000000-0000-7000-8000-000000000000"])],
      ]);
      for (const [table, found] of await rows())
        for (const row of found)
          for (const [column, value] of Object.entries(row)) {
            if (typeof value !== "string" || !anId.test(value)) continue;
            const name = nameOf(column === "id" ? singular(table) : column.replace(/_id$/, ""));
            ids.set(name, (ids.get(name) ?? new Set()).add(value));
          }
      return new Map([...ids].map(([name, values]) => [name, [...values]]));
    },
    hiddenFrom: (somebody) => hidden.filter(({ from }) => from(somebody)).map(({ text }) => text),
    async mend() {
      const isIn = async (somebody: Somebody) => {
        const response = await fetch(`${url}/api/v1/identity/who-am-i`, { headers: bearer(somebody.token) });
        await response.body?.cancel();
        return response.ok;
      };
      for (const somebody of everybody)
        if (somebody.key !== null && !(await isIn(somebody))) {
          await signIn(somebody).catch(() => {});
          if (!(await isIn(somebody))) return false;
        }
      await kernel.settle();
      return true;
    },
    close: () => node.close(),
  };
}

/** Puts marks where only some may look: a draft, an answer to somebody, a mark that is not released. */
async function hide(
  must: (path: string, body: JsonValue, token: string | null) => Promise<JsonObject>,
  everybody: readonly Somebody[],
  upload: (token: string, text: string) => Promise<string>,
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
  const { assignmentId } = await must(
    "assignments/create-assignment",
    { courseId: String(courseId), title: "An essay", pointsMax: 10, published: true },
    tokenOf("ines"),
  );
  const { submissionId } = await must(
    "assignments/submit-assignment",
    {
      assignmentId: String(assignmentId),
      uploadId: await upload(present(tokenOf("mira"), "mira"), "HIDDEN-essay\n"),
    },
    tokenOf("mira"),
  );
  await must(
    "assignments/grade-submission",
    { submissionId: String(submissionId), points: 7, feedback: "HIDDEN-feedback", version: 1 },
    tokenOf("ines"),
  );
  const staff: readonly (PersonKey | null)[] = ["rowan", "ines"];
  const isOf = (keys: readonly (PersonKey | null)[]) => (somebody: Somebody) => !keys.includes(somebody.key);
  return [
    // Kofi observes Mira: where she is and what is released to her, he sees.
    { text: "HIDDEN-course", from: isOf([...staff, "mira", "kofi"]) },
    { text: "HIDDEN-draft", from: isOf(staff) },
    { text: "HIDDEN-essay", from: isOf([...staff, "mira"]) },
    // A grade that may be released by a call of the fuzz itself is hers to see from then on; nobody else's ever.
    { text: "HIDDEN-feedback", from: isOf([...staff, "mira", "kofi"]) },
    { text: "HIDDEN-query", from: isOf([...staff, "mira"]) },
    { text: joined.joinCode, from: isOf(staff) },
    { text: people.lena.email, from: isOf([...staff, "tomas"]) },
  ];
}

/** Sends a small text as an upload; gives its id. */
async function sendText(url: string, token: string, body: string): Promise<string> {
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

function hashed([table, rows]: readonly [string, readonly Row[]]): [string, string] {
  return [table, createHash("sha256").update(JSON.stringify(rows)).digest("base64url")];
}

/** `course_groups` as `course_group`; the names of tables are regular but for one. */
function singular(table: string): string {
  if (table === "people") return "person";
  return table.replace(/ies$/, "y").replace(/s$/, "");
}

function nameOf(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
