/** Two-step sign-in as people meet it: set up on the account page, asked for at the gate, in a real browser. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Secret, TOTP } from "otpauth";
import type { Browser } from "playwright-core";
import { people } from "../../src/app/demo/school.ts";
import { launchBrowser } from "./browser.ts";
import { type Demo, demoPassword, openDemo } from "./demo.ts";

let browser: Browser;
let demo: Demo;
before(async () => {
  browser = await launchBrowser();
  demo = await openDemo(browser);
});
after(async () => {
  await demo?.close();
  await browser?.close();
});

/** Where pictures go for whoever wants to look; nowhere otherwise. */
const pictures = process.env.PICTURES ?? "";

test("a student sets up an app, and signs in with its code", async () => {
  const { page, context } = await demo.openAs("mira", "/account", { width: 390, height: 844 });
  await page.getByRole("button", { name: "Set up an app" }).click();
  await page.getByRole("dialog").getByLabel("Password").fill(demoPassword);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("img", { name: "QR code for the app" }).waitFor();
  const secret = await page.getByLabel("Or type this into the app").inputValue();
  if (pictures !== "") await page.screenshot({ path: join(pictures, "set-up.png") });
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  await page.getByLabel("The code that the app shows now").fill(app.generate());
  await page.getByRole("button", { name: "Turn it on" }).click();
  const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await codes.first().waitFor();
  assert.equal(await codes.count(), 10);
  const recoveryCode = (await codes.first().innerText()).trim();
  if (pictures !== "") await page.screenshot({ path: join(pictures, "codes.png") });
  await context.close();

  const fresh = await browser.newContext({ baseURL: demo.url, colorScheme: "dark" });
  const gate = await fresh.newPage();
  await gate.goto("/sign-in");
  await gate.getByLabel("E-mail address").fill(people.mira.email);
  await gate.getByLabel("Password", { exact: true }).fill(demoPassword);
  await gate.getByRole("button", { name: "Sign in", exact: true }).click();
  await gate.getByRole("heading", { name: "One more step" }).waitFor();
  await gate.getByLabel("Code").fill("000000");
  await gate.getByRole("button", { name: "Sign in", exact: true }).click();
  await gate.getByText("This code is not right.").first().waitFor();
  if (pictures !== "") await gate.screenshot({ path: join(pictures, "gate.png") });
  await gate.getByLabel("Code").fill(recoveryCode);
  await gate.getByRole("button", { name: "Sign in", exact: true }).click();
  await gate.getByRole("heading", { level: 1, name: /Mira/ }).waitFor();
  await fresh.close();
});

test("an admin who looks as a student is told so on every page, and ends it", async () => {
  const { items } = await demo.call<{ items: { id: string; name: string }[] }>(
    "rowan",
    "identity.listPeople",
    {
      search: people.jonas.email,
    },
  );
  const { page, context } = await demo.openAs("rowan", "/account");
  const headers = { "lyceum-session": "cookie", origin: demo.url };
  const data = { personId: items[0]?.id };
  const begun = await context.request.post("/api/v1/identity/view-as", { headers, data });
  assert.equal(begun.status(), 200, await begun.text());
  await page.goto("/");
  await page.getByRole("region", { name: "You look as somebody else" }).waitFor();
  if (pictures !== "") await page.screenshot({ path: join(pictures, "view.png") });
  await page.getByRole("button", { name: "Be yourself again" }).click();
  await page.getByRole("heading", { level: 1, name: /Rowan/ }).waitFor();
  await context.close();
});
