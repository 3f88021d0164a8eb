/** What a browser gets for an address: the right page for each path, files kept as long as they may be, and no more. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openTestDoor, type TestDoor } from "./test-door.ts";

const asBrowser = { accept: "text/html,application/xhtml+xml" };
let root: string;
let door: TestDoor;

before(async () => {
  root = await mkdtemp(join(tmpdir(), "lyceum-web-"));
  await mkdir(join(root, "assets"));
  await writeFile(join(root, "index.html"), "<title>the app</title>");
  await writeFile(join(root, "sign-in.html"), "<title>before signing in</title>");
  await writeFile(join(root, "assets", "app-abc123.js"), "export {};");
  door = await openTestDoor({ webRoot: root });
});
after(async () => {
  await door.close();
  await rm(root, { recursive: true, force: true });
});

test("any address of the app gives its page, asked for again each time", async () => {
  for (const path of ["/", "/courses", "/courses/01a1-b2/materials/x", "/set-up", "/invitation"]) {
    const page = await door.get(path, asBrowser);
    assert.equal(page.status, 200, path);
    assert.match(page.text, /the app/);
    assert.equal(page.headers.get("cache-control"), "no-cache");
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src/);
  }
});

test("signing in has a small page of its own", async () => {
  for (const path of ["/sign-in", "/sign-in?next=%2Fcourses"])
    assert.match((await door.get(path, asBrowser)).text, /before signing in/, path);
});

test("a file that the build named by its content is kept for good", async () => {
  const file = await door.get("/assets/app-abc123.js");
  assert.equal(file.status, 200);
  assert.match(file.headers.get("cache-control") ?? "", /immutable/);
});

test("what is not there is not found: for programs, files and the interface", async () => {
  assert.equal((await door.get("/courses")).status, 404);
  assert.equal((await door.get("/assets/gone.js", asBrowser)).status, 404);
  assert.equal((await door.get("/api/v1/nothing", asBrowser)).status, 404);
  assert.equal((await door.get("/..%2f..%2fetc%2fpasswd", asBrowser)).text.includes("root:"), false);
});
