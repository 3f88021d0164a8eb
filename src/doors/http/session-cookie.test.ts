import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";
import { openTestDoor, sendRaw, type TestDoor } from "./test-door.ts";

describe("a browser's session", () => {
  let door: TestDoor;
  before(async () => {
    door = await openTestDoor();
  });
  after(() => door.close());

  const json = { "content-type": "application/json" };
  const page = { ...json, "lyceum-session": "cookie", "sec-fetch-site": "same-origin" };

  /** Signs in as a page does; gives the Cookie header that the browser would send from then on. */
  async function signIn(
    name: string,
  ): Promise<{ cookie: string; setCookie: readonly string[]; text: string }> {
    const url = `${door.url}/api/v1/notes/sign-in`;
    const answer = await sendRaw(url, { method: "POST", headers: page, body: JSON.stringify({ name }) });
    assert.equal(answer.status, 200, answer.text);
    return { ...answer, cookie: answer.setCookie.map((each) => each.split(";")[0]).join("; ") };
  }

  const makeNote = (headers: Record<string, string>, title: string) =>
    sendRaw(`${door.url}/api/v1/notes/make-note`, {
      method: "POST",
      headers,
      body: JSON.stringify({ title }),
    });

  test("lies in a cookie that scripts cannot read, and not in the answer", async () => {
    const { setCookie, text } = await signIn("ada");
    assert.deepEqual(JSON.parse(text), { personId: "ada" });
    const session = setCookie.find((each) => each.startsWith("lyceum-session="));
    assert.match(session ?? "", /; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
  });

  test("is not made for programs, which get the token in the answer", async () => {
    const answer = await sendRaw(`${door.url}/api/v1/notes/sign-in`, {
      method: "POST",
      headers: json,
      body: '{"name":"ada"}',
    });
    assert.equal(typeof JSON.parse(answer.text).token, "string");
    assert.deepEqual(answer.setCookie, []);
  });

  test("works for reads and for commands that a page of ours sends", async () => {
    const { cookie } = await signIn("ada");
    assert.equal((await makeNote({ ...page, cookie }, "mine")).status, 200);
    const list = await sendRaw(`${door.url}/api/v1/notes/list-notes`, { method: "GET", headers: { cookie } });
    assert.equal(JSON.parse(list.text).items.length, 1);
  });

  test("cannot be used by another site", async () => {
    const { cookie } = await signIn("eve");
    const attempts: readonly Record<string, string>[] = [
      { ...json, cookie },
      { ...json, cookie, "sec-fetch-site": "same-origin" },
      { ...page, cookie, "sec-fetch-site": "cross-site" },
      { ...page, cookie, "sec-fetch-site": "same-site" },
      { ...json, cookie, "lyceum-session": "cookie", origin: "https://evil.example" },
      { ...json, cookie, "lyceum-session": "cookie", origin: "null" },
    ];
    for (const headers of attempts) {
      const answer = await makeNote(headers, "forged");
      assert.equal(answer.status, 403, JSON.stringify(headers));
    }
    const own = { ...json, cookie, "lyceum-session": "cookie", origin: door.url };
    assert.equal((await makeNote(own, "an old browser without Sec-Fetch-Site")).status, 200);
    const elsewhere = { ...page, "sec-fetch-site": "cross-site" };
    const planted = await sendRaw(`${door.url}/api/v1/notes/sign-in`, {
      method: "POST",
      headers: elsewhere,
      body: '{"name":"eve"}',
    });
    assert.equal(planted.status, 403, "another site cannot sign the browser in either");
  });

  test("ends with the sign-out, and a cookie that opens nothing is taken away", async () => {
    const { cookie } = await signIn("ada");
    const out = await sendRaw(`${door.url}/api/v1/notes/sign-out`, {
      method: "POST",
      headers: { ...page, cookie },
    });
    assert.ok(out.setCookie.some((each) => /^lyceum-session=; .*Max-Age=0$/.test(each)));
    const stale = { cookie: "lyceum-session=stale; lyceum-position=999999999.stale" };
    const refused = await sendRaw(`${door.url}/api/v1/notes/list-notes`, { method: "GET", headers: stale });
    assert.equal(refused.status, 401);
    assert.ok(refused.setCookie.some((each) => /^lyceum-session=; .*Max-Age=0$/.test(each)));
    const again = await sendRaw(`${door.url}/api/v1/notes/sign-in`, {
      method: "POST",
      headers: { ...page, ...stale },
      body: '{"name":"ada"}',
    });
    assert.equal(again.status, 200, "an old cookie does not stand in the way of signing in");
  });

  test("outlives a sign-in as somebody else that failed", async () => {
    const { cookie } = await signIn("ada");
    const failed = await sendRaw(`${door.url}/api/v1/notes/sign-in`, {
      method: "POST",
      headers: { ...page, cookie },
      body: '{"name":"stranger"}',
    });
    assert.equal(failed.status, 401);
    assert.deepEqual(failed.setCookie, [], "the session that was open stays open");
  });

  test("sees its own writes through the position cookie, which no other session heeds", async () => {
    const { cookie, setCookie } = await signIn("pos");
    assert.ok(setCookie.some((each) => /^lyceum-position=\d+\.[\w-]{8}; /.test(each)));
    const foreign = cookie.replace(/lyceum-position=\d+\.[\w-]+/, "lyceum-position=99999999.AAAAAAAA");
    const read = await sendRaw(`${door.url}/api/v1/notes/list-notes`, {
      method: "GET",
      headers: { cookie: foreign },
    });
    assert.equal(read.status, 200);
  });
});

test("under TLS the cookie is bound to the host and to TLS, and browsers are told to stay on it", async (t) => {
  const door = await openTestDoor({
    settings: { publicUrl: "https://school.example", trustedProxies: ["127.0.0.1"] },
  });
  t.after(() => door.close());
  const headers = {
    "content-type": "application/json",
    "lyceum-session": "cookie",
    origin: "https://school.example",
    "x-forwarded-proto": "https",
  };
  const answer = await sendRaw(`${door.url}/api/v1/notes/sign-in`, {
    method: "POST",
    headers,
    body: '{"name":"ada"}',
  });
  assert.equal(answer.status, 200, answer.text);
  assert.ok(
    answer.setCookie.some((each) =>
      /^__Host-lyceum-session=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure;/.test(each),
    ),
  );
  const { headers: shown } = await door.get("/docs");
  assert.match(shown.get("strict-transport-security") ?? "", /max-age=31536000/);
  assert.match(shown.get("content-security-policy") ?? "", /upgrade-insecure-requests/);
});
