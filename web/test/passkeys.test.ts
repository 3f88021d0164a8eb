/** Passkeys and views as people meet them, in a real browser with an authenticator that it pretends to have. */
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { people } from "../../src/app/demo/school.ts";
import { launchBrowser } from "./browser.ts";
import { type Demo, demoPassword, openDemo } from "./demo.ts";

let browser: Browser;
let demo: Demo;
/** Passkeys of one's own machine belong to this name, not to an address in figures. */
let home: string;
before(async () => {
  browser = await launchBrowser();
  demo = await openDemo(browser);
  home = demo.url.replace("127.0.0.1", "localhost");
});
after(async () => {
  await demo?.close();
  await browser?.close();
});

/** Where pictures go for whoever wants to look; nowhere otherwise. */
const pictures = process.env.PICTURES ?? "";
const picture = async (page: Page, name: string) => {
  if (pictures !== "") await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
};

async function withAuthenticator(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const turnDown = (isTurnedDown: boolean) =>
    devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: !isTurnedDown });
  return { turnDown };
}

async function signIn(page: Page) {
  await page.goto(`${home}/sign-in`);
  await page.getByLabel("E-mail address").fill(people.mira.email);
  await page.getByLabel("Password", { exact: true }).fill(demoPassword);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("a passkey is added, signs in alone and beside the password, and is removed", async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const { turnDown } = await withAuthenticator(page);
  await signIn(page);
  await page.getByRole("heading", { level: 1, name: /Mira/ }).waitFor();
  await page.goto(`${home}/account`);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What to call it").fill("The blue phone");
  await dialog.getByLabel("Password").fill("wrong, wrong");
  await dialog.getByRole("button", { name: "Continue on the device" }).click();
  await dialog
    .getByText(/password is (not right|wrong)/i)
    .first()
    .waitFor();
  await picture(page, "passkey-add");
  await dialog.getByLabel("Password").fill(demoPassword);
  await dialog.getByRole("button", { name: "Continue on the device" }).click();
  await page.getByRole("list", { name: "Recovery codes" }).waitFor();
  await page.getByLabel("I have put them somewhere safe").check({ force: true });
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("The blue phone").waitFor();
  await picture(page, "passkeys");

  // Once more on the same device: it knows.
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await dialog.getByLabel("Password").fill(demoPassword);
  await dialog.getByRole("button", { name: "Continue on the device" }).click();
  await dialog.getByText("This device has a passkey for your account already.").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await context.clearCookies();
  await page.evaluate(() => localStorage.removeItem("lyceum-passkey"));
  await turnDown(true);
  await page.goto(`${home}/sign-in`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText(/Nothing was confirmed on the device/).waitFor();
  await picture(page, "passkey-cancelled");
  await turnDown(false);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("heading", { level: 1, name: /Mira/ }).waitFor();

  // Beside the password it is the second step.
  await context.clearCookies();
  await page.evaluate(() => localStorage.removeItem("lyceum-passkey"));
  await signIn(page);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByRole("heading", { level: 1, name: /Mira/ }).waitFor();

  await page.goto(`${home}/account`);
  await page.getByRole("button", { name: "Remove passkey: The blue phone" }).click();
  await dialog.getByLabel("Password").fill(demoPassword);
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByText("You have no passkey yet.").waitFor();
  await context.close();
});

test("at an address in figures the page says where passkeys are", async () => {
  const { page, context } = await demo.openAs("jonas", "/account");
  await withAuthenticator(page);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password").fill(demoPassword);
  await dialog.getByRole("button", { name: "Continue on the device" }).click();
  await dialog.getByText(/Open the school by its proper address/).waitFor();
  await context.close();
});

test("an admin looks as a student from the person's page, a teacher from the course's people", async () => {
  const { items } = await demo.call<{ items: { id: string }[] }>("rowan", "identity.listPeople", {
    search: people.jonas.email,
  });
  const admin = await demo.openAs("rowan", `/people/${items[0]?.id}`);
  await admin.page.getByRole("button", { name: "View as this person" }).click();
  await picture(admin.page, "view-as");
  await admin.page.getByRole("alertdialog").getByRole("button", { name: "View as this person" }).click();
  await admin.page.getByRole("region", { name: "You look as somebody else" }).waitFor();
  await admin.page.getByRole("button", { name: "Be yourself again" }).click();
  await admin.page.getByRole("heading", { level: 1, name: /Rowan/ }).waitFor();
  await admin.context.close();

  const { items: courses } = await demo.call<{ items: { courseId: string; code: string }[] }>(
    "ines",
    "courses.listCourses",
    {},
  );
  const courseId = courses.find(({ code }) => code === "SKY-101")?.courseId;
  const teacher = await demo.openAs("ines", `/courses/${courseId}/people`, { width: 390, height: 844 });
  await teacher.page.getByRole("button", { name: /^Actions for Mira/ }).click();
  await teacher.page.getByRole("menuitem", { name: /^Look at the course as Mira/ }).click();
  await teacher.page.getByRole("alertdialog").getByRole("button", { name: "View as this person" }).click();
  // The page goes to the course's first; whatever is opened before that would be left again.
  await teacher.page.waitForURL(`**/courses/${courseId}`);
  await teacher.page.getByRole("region", { name: "You look as somebody else" }).waitFor();
  await picture(teacher.page, "view-as-student");
  await teacher.page.goto("/account");
  await teacher.page.getByRole("region", { name: "You look as somebody else" }).waitFor();
  await teacher.page
    .getByText(/stays closed while you look as somebody else/)
    .first()
    .waitFor();
  await teacher.page.getByRole("button", { name: "Be yourself again" }).click();
  await teacher.page.getByRole("heading", { level: 1, name: /Inês/ }).waitFor();
  await teacher.context.close();
});
