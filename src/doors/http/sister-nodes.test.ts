import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before, describe } from "node:test";
import { openTestDoor, sendRaw, type TestDoor } from "./test-door.ts";

const sister = "http://127.0.0.1:8081";
const stranger = "http://evil.example";

describe("a page of another node of the school", () => {
  let door: TestDoor;
  let webRoot: string;
  before(async () => {
    webRoot = mkdtempSync(join(tmpdir(), "lyceum-sisters-"));
    writeFileSync(join(webRoot, "index.html"), "<!doctype html><title>school</title>");
    door = await openTestDoor({ webRoot, sisters: [sister, "http://127.0.0.1:8082"] });
  });
  after(async () => {
    await door.close();
    rmSync(webRoot, { recursive: true });
  });

  const preflight = (origin: string) =>
    door.send("/api/v1/notes/make-note", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "lyceum-session,idempotency-key",
      },
    });

  /** What a browser sends for a page of `origin`: it signed in at another port, cookies know no ports. */
  async function makeNote(origin: string): Promise<{ status: number }> {
    const headers = { "content-type": "application/json", "lyceum-session": "cookie" };
    const signIn = await sendRaw(`${door.url}/api/v1/notes/sign-in`, {
      method: "POST",
      headers: { ...headers, "sec-fetch-site": "same-origin" },
      body: JSON.stringify({ name: "ada" }),
    });
    const cookie = signIn.setCookie.map((each) => each.split(";")[0]).join("; ");
    return sendRaw(`${door.url}/api/v1/notes/make-note`, {
      method: "POST",
      headers: { ...headers, cookie, origin, "sec-fetch-site": "same-site" },
      body: JSON.stringify({ title: "mine" }),
    });
  }

  test("may ask, with its session", async () => {
    const allowed = await preflight(sister);
    assert.equal(allowed.status, 204);
    assert.equal(allowed.headers.get("access-control-allow-origin"), sister);
    assert.equal(allowed.headers.get("access-control-allow-credentials"), "true");
    assert.equal((await makeNote(sister)).status, 200);
  });

  test("is told apart from any other site, which may not", async () => {
    const refused = await preflight(stranger);
    assert.notEqual(refused.status, 204);
    assert.equal(refused.headers.get("access-control-allow-origin"), null);
    assert.equal((await makeNote(stranger)).status, 403);
  });

  test("is allowed by its own policy to connect to the others, and to nobody else", async () => {
    const page = await door.send("/courses", { headers: { accept: "text/html" } });
    const policy = page.headers.get("content-security-policy") ?? "";
    assert.match(policy, /connect-src 'self' http:\/\/127\.0\.0\.1:8081 http:\/\/127\.0\.0\.1:8082;/);
  });
});
