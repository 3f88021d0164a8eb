import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import test, { after, before, describe } from "node:test";
import { systemClock } from "#base/clock.ts";
import { fileUrl } from "./files.ts";
import { openTestDoor, type TestDoor } from "./test-door.ts";

describe("the HTTP door", () => {
  let door: TestDoor;
  before(async () => {
    door = await openTestDoor();
  });
  after(() => door.close());

  const problemOf = (answer: { status: number; headers: Headers; body: Record<string, unknown> }) => {
    assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
    assert.equal(answer.body.status, answer.status);
    assert.equal(answer.body.requestId, answer.headers.get("x-request-id"));
    assert.equal(answer.body.type, `/docs#problem-${String(answer.body.code)}`);
    return answer.body;
  };

  test("query parameters become numbers, booleans, lists and objects as the schema has them", async () => {
    const { body } = await door.get(
      "/api/v1/notes/echo?count=-3&share=null&yes=true&tags=a&numbers=1&numbers=2&where=%7B%22x%22:1%7D&text=12",
    );
    assert.deepEqual(JSON.parse(String(body.json)), {
      count: -3,
      share: null,
      yes: true,
      tags: ["a"],
      numbers: [1, 2],
      where: { x: 1 },
      text: "12",
    });
  });

  test("input that does not fit is answered field by field", async () => {
    const query = problemOf(await door.get("/api/v1/notes/echo?count=three&yes=maybe&colour=red"));
    assert.deepEqual((query.problems as { field: string }[]).map(({ field }) => field).sort(), [
      "colour",
      "count",
      "yes",
    ]);
    const twice = problemOf(await door.get("/api/v1/notes/echo?count=1&count=2"));
    assert.deepEqual(twice.problems, [
      { field: "count", message: "Give this once: it takes a single value." },
    ]);
    const body = problemOf(
      await door.post("/api/v1/notes/make-note", { weight: 10, extra: 1 }, await door.as("ada")),
    );
    assert.equal(body.code, "invalid_input");
    assert.deepEqual((body.problems as { field: string }[]).map(({ field }) => field).sort(), [
      "extra",
      "title",
      "weight",
    ]);
  });

  test("every way of asking wrongly gets its own problem", async () => {
    const ada = await door.as("ada");
    const make = "/api/v1/notes/make-note";
    const cases: readonly (readonly [number, string, Promise<Awaited<ReturnType<TestDoor["get"]>>>])[] = [
      [404, "not_found", door.get("/api/v1/notes/no-such-thing")],
      [404, "not_found", door.get("/nowhere")],
      [404, "not_found", door.post("/api/v1/notes/sweep", {}, ada)],
      [405, "method_not_allowed", door.get(make)],
      [405, "method_not_allowed", door.post("/api/v1/notes/echo", {})],
      [400, "invalid_input", door.get("/%zz")],
      [400, "invalid_input", door.post(make, '{"title": ', ada)],
      [400, "invalid_input", door.post(make, '{"__proto__": {"title": "x"}}', ada)],
      [400, "invalid_input", door.post(make, "null", ada)],
      [400, "invalid_input", door.post(make, "[]", ada)],
      [
        415,
        "unsupported_type",
        door.post(make, "title=x", { ...ada, "content-type": "application/x-www-form-urlencoded" }),
      ],
      [415, "unsupported_type", door.post(make, "x", { ...ada, "content-type": "text/plain" })],
      [413, "too_large", door.post(make, { title: "x".repeat(10_000_000) }, ada)],
      [401, "unauthenticated", door.post(make, { title: "x" })],
      [401, "unauthenticated", door.post(make, { title: "x" }, { authorization: "Bearer nonsense" })],
      [401, "unauthenticated", door.post(make, { title: "x" }, { authorization: "Basic eDp5" })],
      [400, "invalid_input", door.post(make, { title: "x" }, { ...ada, "idempotency-key": "a b" })],
      [400, "invalid_input", door.post(make, { title: "x" }, { ...ada, "idempotency-key": "k".repeat(500) })],
      [400, "invalid_input", door.get("/api/v1/notes/echo", { "lyceum-position": "soon" })],
      [400, "invalid_input", door.get("/api/v1/notes/list-notes", { ...ada, "lyceum-consistency": "weak" })],
    ];
    for (const [status, code, answer] of cases) {
      const body = problemOf(await answer);
      assert.deepEqual([body.status, body.code], [status, code], JSON.stringify(body));
      assert.match(String(body.detail), /^[A-Z/_a-z].*\.$/s);
    }
    assert.equal((await door.get(make)).headers.get("allow"), "POST");
    const list = await door.get("/api/v1/notes/list-notes", ada);
    assert.deepEqual(list.body.items, [], "none of these changed anything");
  });

  test("a fault of ours shows a request id and no reason; the log has the reason", async () => {
    const body = problemOf(await door.get("/api/v1/notes/break-down"));
    assert.equal(body.status, 500);
    assert.doesNotMatch(JSON.stringify(body), /secret reason/);
    const line = door.logged.find(({ facts }) => facts.requestId === body.requestId);
    assert.match(String(line?.facts.error), /the secret reason/);
  });

  test("a fault in serving a file does not put its signed address into the log", async () => {
    const { services } = door.kernel.kernel;
    const content = Buffer.from("soon gone");
    const upload = await services.blobs.upload(await door.kernel.upload("person:ada", "a.txt", content));
    const { finished } = upload ?? {};
    assert.ok(finished);
    const address = await fileUrl(services, { ...finished, fileName: "a.txt" }, systemClock.now());
    assert.equal((await door.get(address)).text, "soon gone");
    // Something else in the file's place: the disk answers with an error that no code expects.
    const place = await services.blobs.localPath(finished.sha256);
    await rm(place);
    await mkdir(place);
    const { requestId } = problemOf(await door.get(address));
    const line = door.logged.find(({ facts }) => facts.requestId === requestId);
    assert.equal(line?.facts.path, "/files/:token");
    await rm(place, { recursive: true });
  });

  test("a command without input may come without a body", async () => {
    const ada = await door.as("ada");
    assert.equal((await door.send("/api/v1/notes/sign-out", { method: "POST", headers: ada })).status, 200);
    assert.equal((await door.post("/api/v1/notes/sign-out", "", ada)).status, 200);
  });

  test("a retry with the same key gets the first answer; another body with it is a conflict", async () => {
    const headers = { ...(await door.as("grace")), "idempotency-key": "key-1" };
    const first = await door.post("/api/v1/notes/make-note", { title: "once" }, headers);
    const again = await door.post("/api/v1/notes/make-note", { title: "once" }, headers);
    assert.equal(first.headers.get("lyceum-replayed"), null);
    assert.equal(again.headers.get("lyceum-replayed"), "true");
    assert.deepEqual(again.body, first.body);
    const other = problemOf(await door.post("/api/v1/notes/make-note", { title: "another" }, headers));
    assert.equal(other.status, 409);
    const refused = { ...headers, "idempotency-key": "key-2" };
    const no = problemOf(await door.post("/api/v1/notes/make-note", { title: "once" }, refused));
    const noAgain = problemOf(await door.post("/api/v1/notes/make-note", { title: "once" }, refused));
    assert.deepEqual([no.code, noAgain.code], ["note_exists", "note_exists"]);
  });

  test("a read that has not changed is answered with 304 and no body", async () => {
    const ada = await door.as("etag");
    const first = await door.get("/api/v1/notes/list-notes", ada);
    const tag = first.headers.get("etag") ?? "";
    assert.match(tag, /^W\/"/);
    const same = await door.get("/api/v1/notes/list-notes", { ...ada, "if-none-match": `"other", ${tag}` });
    assert.deepEqual([same.status, same.text], [304, ""]);
    await door.post("/api/v1/notes/make-note", { title: "new" }, ada);
    assert.equal((await door.get("/api/v1/notes/list-notes", { ...ada, "if-none-match": tag })).status, 200);
  });

  test("answers carry the position, and one that is sent back is honoured", async () => {
    const ada = await door.as("position");
    const made = await door.post("/api/v1/notes/make-note", { title: "at" }, ada);
    const position = made.headers.get("lyceum-position") ?? "";
    assert.match(position, /^\d+$/);
    const read = await door.get("/api/v1/notes/list-notes", { ...ada, "lyceum-position": position });
    assert.ok(Number(read.headers.get("lyceum-position")) >= Number(position));
    const strong = await door.get("/api/v1/notes/list-notes", { ...ada, "lyceum-consistency": "strong" });
    assert.ok(Number(strong.headers.get("lyceum-position")) >= Number(position));
    assert.equal((read.body.items as unknown[]).length, 1);
  });

  test("long answers are compressed for those who take it", async () => {
    const url = `/api/v1/notes/echo?text=${"a".repeat(3_000)}`;
    assert.equal(
      (await door.get(url, { "accept-encoding": "gzip" })).headers.get("content-encoding"),
      "gzip",
    );
    assert.equal(
      (await door.get(url, { "accept-encoding": "br, gzip" })).headers.get("content-encoding"),
      "br",
    );
    assert.equal(
      (await door.get(url, { "accept-encoding": "identity" })).headers.get("content-encoding"),
      null,
    );
  });

  test("plain HTTP gets strict headers without those that need TLS", async () => {
    const { headers } = await door.get("/healthz");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.match(headers.get("content-security-policy") ?? "", /^default-src 'none'/);
    assert.equal(headers.get("strict-transport-security"), null);
    const page = (await door.get("/docs")).headers.get("content-security-policy") ?? "";
    assert.match(page, /script-src 'self'/);
    assert.doesNotMatch(page, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|upgrade-insecure-requests/);
  });

  test("health, readiness and figures are at their well-known places", async () => {
    assert.equal((await door.get("/healthz")).status, 200);
    assert.equal((await door.get("/readyz")).body.status, "ready");
    await door.get("/api/v1/notes/echo");
    const { headers, text } = await door.get("/metrics");
    assert.match(headers.get("content-type") ?? "", /^application\/openmetrics-text/);
    assert.match(text, /lyceum_http_requests_total\{operation="notes.echo",status="200"\} \d+/);
    assert.match(
      text,
      /lyceum_http_request_duration_seconds_bucket\{operation="notes.echo",le="\+Inf"\} \d+/,
    );
    assert.match(text, /# EOF\n$/);
  });

  test("the figures are not for whom a proxy lets through that nobody has named", async () => {
    const relayed = await door.get("/metrics", { "x-forwarded-for": "203.0.113.9" });
    assert.equal(relayed.status, 403);
    assert.match(String(relayed.body.detail), /trusted-proxies/);
  });

  test("what is not HTTP at all closes the connection and nothing else", async () => {
    const { hostname, port } = new URL(door.url);
    const socket = connect(Number(port), hostname);
    socket.write("\x16\x03\x01 hello\r\n\r\n");
    let text = "";
    socket.on("data", (chunk) => {
      text += String(chunk);
    });
    await once(socket, "close");
    assert.match(text, /^HTTP\/1.1 400 /);
    assert.equal((await door.get("/healthz")).status, 200);
  });

  test("made-up input of every shape is refused, never a fault of ours", async () => {
    const ada = await door.as("fuzz");
    const values = [
      null,
      true,
      0,
      -1,
      1e308,
      "",
      "\u0000",
      "\ud800",
      "x".repeat(5_000),
      [],
      {},
      [[]],
      { a: { b: [] } },
      "__proto__",
      "constructor",
      "' or 1=1 --",
      "../../etc/passwd",
      "\u202e",
      "NaN",
    ];
    const fields = [
      "title",
      "weight",
      "kind",
      "uploadId",
      "id",
      "name",
      "limit",
      "cursor",
      "constructor",
      "__proto__",
      "",
    ];
    const before = door.logged.length;
    for (const { method, path } of door.kernel.kernel.registry.operations) {
      if (path.endsWith("/break-down")) continue;
      for (const [index, value] of values.entries()) {
        const field = fields[index % fields.length] ?? "";
        const text = typeof value === "string" ? value : JSON.stringify(value);
        const answer =
          method === "GET"
            ? await door.get(
                `${path}?${encodeURIComponent(field)}=${encodeURIComponent(text.toWellFormed())}`,
                ada,
              )
            : await door.post(path, `{${JSON.stringify(field)}:${JSON.stringify(value)}}`, ada);
        assert.ok(
          answer.status < 500,
          `${method} ${path} with ${field}=${text.slice(0, 40)}: ${answer.text}`,
        );
      }
    }
    assert.equal(door.logged.length, before);
  });
});

test("whoever asks too often is told when to come back", async (t) => {
  const limits = { sessionPerMinuteMax: 3, anonymousPerMinuteMax: 5, addressPerMinuteMax: 9 };
  const door = await openTestDoor({ settings: { limits } });
  t.after(() => door.close());
  const ada = await door.as("ada");
  const statuses: number[] = [];
  for (let index = 0; index < 4; index++)
    statuses.push((await door.get("/api/v1/notes/list-notes", ada)).status);
  assert.deepEqual(statuses, [200, 200, 200, 429]);
  const refused = await door.get("/api/v1/notes/list-notes", ada);
  assert.equal(refused.body.code, "rate_limited");
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.equal(refused.headers.get("ratelimit-limit"), "3");
  assert.equal(refused.headers.get("ratelimit-remaining"), "0");
  // Another session is not made to wait for the first, until the address has had enough of everyone.
  assert.equal((await door.get("/api/v1/notes/echo", { authorization: "Bearer aaaa" })).status, 401);
  for (let index = 0; index < 3; index++)
    await door.get("/api/v1/notes/echo", { authorization: `Bearer made-up-${index}` });
  assert.equal((await door.get("/api/v1/notes/echo", { authorization: "Bearer made-up-9" })).status, 429);
  assert.equal((await door.get("/healthz")).status, 200, "a probe is never limited");
});

test("a connection that was answered while the node stopped does not keep it", {
  timeout: 10_000,
}, async () => {
  const door = await openTestDoor();
  const { hostname, port } = new URL(door.url);
  const socket = connect(Number(port), hostname);
  const body = JSON.stringify({ name: "ada" });
  const head = ["POST /api/v1/notes/sign-in HTTP/1.1", "Host: a", "Content-Type: application/json"];
  socket.write([...head, `Content-Length: ${body.length}`, "Expect: 100-continue", "", ""].join("\r\n"));
  // The server has the request, and waits for the rest of it.
  assert.match(String((await once(socket, "data"))[0]), /^HTTP\/1.1 100 /);
  const closing = door.close();
  socket.write(body);
  assert.match(String((await once(socket, "data"))[0]), /^HTTP\/1.1 200 /);
  await closing;
  socket.destroy();
});

test("a connection on which nobody asked anything does not keep the node", { timeout: 10_000 }, async () => {
  const door = await openTestDoor();
  const { hostname, port } = new URL(door.url);
  const socket = connect(Number(port), hostname);
  const ended = once(socket, "close");
  await once(socket, "connect");
  // Connections are taken in turn: once a later one is answered, the server has this one.
  await door.get("/healthz");
  await door.close();
  await ended;
});
