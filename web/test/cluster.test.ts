/** What people in a browser notice when the node that served their page dies: a pause, and a line that says so. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { ChildNode } from "../../src/app/cluster/local/child-node.ts";
import { type LocalCluster, startLocalCluster } from "../../src/app/cluster/local/local-cluster.ts";
import { schoolClient } from "../../src/app/cluster/school-client.ts";
import { people } from "../../src/app/demo/school.ts";
import { launchBrowser } from "./browser.ts";

let folder: string;
let browser: Browser;
let cluster: LocalCluster;
const children: ChildNode[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "lyceum-cluster-"));
  browser = await launchBrowser();
  cluster = await startLocalCluster({
    parent: folder,
    count: 3,
    shared: {},
    demoPassword: "seven quiet otters",
    signal: new AbortController().signal,
    say: () => {},
    onStarted: (child) => children.push(child),
  });
});
after(async () => {
  await browser?.close();
  await Promise.all(children.map((child) => child.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function openAs(who: "ines" | "rowan", url: string, path: string): Promise<[Page, BrowserContext]> {
  const context = await browser.newContext({ baseURL: url, reducedMotion: "reduce", locale: "en-GB" });
  const response = await context.request.post("/api/v1/identity/sign-in", {
    headers: { "lyceum-session": "cookie", origin: url },
    data: { email: people[who].email, password: cluster.password },
  });
  assert.equal(response.status(), 200);
  const page = await context.newPage();
  // What the page is to know before its node dies.
  const nodes = page.waitForResponse((each) => each.url().endsWith("/api/v1/cluster/get-leader"));
  await page.goto(path);
  await nodes;
  return [page, context];
}

test("work in a browser goes on at another node when its own is killed, and happens once", async () => {
  const [first, second] = cluster.nodes;
  assert.ok(first && second);
  const [teacher, context] = await openAs("ines", first.child.url, "/courses");
  const [sender] = await openAs("ines", first.child.url, "/courses");
  await sender.getByRole("main").getByRole("link", { name: "Measuring the Sky" }).click();
  await sender.getByText("Drop files here").waitFor();
  const [stayer] = await openAs("rowan", first.child.url, "/jobs");
  const [admin] = await openAs("rowan", second.child.url, "/cluster");
  await admin.getByText("All is well").waitFor();

  process.kill(first.child.pid, "SIGKILL");
  await teacher.getByRole("button", { name: "Create a course" }).click();
  const dialog = teacher.getByRole("dialog");
  await dialog.getByLabel("Title").fill("Weather");
  await dialog.getByLabel("Code").fill("WEA-1");
  await dialog.getByLabel("Term").fill("Winter 2026");
  await dialog.getByRole("button", { name: "Create a course" }).click();
  await teacher.getByRole("heading", { level: 1, name: "Weather" }).waitFor();
  // The course's page was not loaded yet; it comes from the node that has the course.
  assert.notEqual(new URL(teacher.url()).origin, first.child.url);

  // A page that needs nothing new stays, and says where to reload.
  await stayer.getByRole("button", { name: "Refresh" }).click();
  await stayer.getByText("another one goes on with your work").waitFor();
  await stayer
    .getByRole("link", { name: /go on at 127\.0\.0\.1/ })
    .first()
    .click();
  await stayer.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();

  await admin.getByText("The school works, with less to spare").waitFor();
  await admin.getByText("Cannot be reached").waitFor();

  const { token } = (await schoolClient([second.child.url], null)("identity.signIn", {
    email: people.ines.email,
    password: cluster.password,
  })) as { token: string };
  const ask = schoolClient([second.child.url], token);
  const { items } = (await ask("courses.listCourses", {})) as unknown as {
    items: readonly { code: string; courseId: string }[];
  };
  assert.equal(items.filter(({ code }) => code === "WEA-1").length, 1);

  // A file that was about to be sent is sent to the other node.
  await sender.locator('input[type="file"]').setInputFiles({
    name: "clouds.md",
    mimeType: "text/markdown",
    buffer: Buffer.from("# Clouds\n"),
  });
  await sender.getByRole("link", { name: "clouds" }).first().waitFor();
  await context.close();
});
