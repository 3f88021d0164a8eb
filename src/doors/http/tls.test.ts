import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { connect as connectSecurely } from "node:tls";
import { openTestDoor } from "./test-door.ts";

const read = (name: string) => readFileSync(join(import.meta.dirname, "..", "grpc", "testdata", name));
const cert = read("localhost.crt");

test("with a certificate of its own the door speaks TLS and nothing else", async (t) => {
  const door = await openTestDoor({ settings: { tls: { cert, key: read("localhost.key") } } });
  t.after(() => door.close());
  assert.match(door.url, /^https:/);
  const { status, headers } = await new Promise<{ status: number; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const asking = request(
        `${door.url}/api/v1/notes/sign-in`,
        {
          method: "POST",
          ca: cert,
          servername: "localhost",
          agent: false,
          headers: { "content-type": "application/json", "lyceum-session": "cookie", origin: door.url },
        },
        (response) => {
          response.resume();
          response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
        },
      );
      asking.on("error", reject);
      asking.end('{"name":"ada"}');
    },
  );
  assert.equal(status, 200);
  assert.match(String(headers["strict-transport-security"]), /max-age=31536000/);
  assert.match(String(headers["set-cookie"]), /__Host-lyceum-session=.*; Secure/);
  await assert.rejects(fetch(door.url.replace("https:", "http:")), "clear text is not answered");
});

test("neither a handshake that never begins nor one without a request keeps the node", {
  timeout: 10_000,
}, async () => {
  const door = await openTestDoor({ settings: { tls: { cert, key: read("localhost.key") } } });
  const { hostname, port } = new URL(door.url);
  const bare = connect(Number(port), hostname);
  const bareEnded = once(bare, "close");
  await once(bare, "connect");
  const secure = connectSecurely({ host: hostname, port: Number(port), ca: cert, servername: "localhost" });
  const secureEnded = once(secure, "close");
  await once(secure, "secureConnect");
  await door.close();
  await Promise.all([bareEnded, secureEnded]);
});
