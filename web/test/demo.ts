/** The demo school on a free port with the built web app, for tests in a real browser. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openNode } from "../../src/app/compose.ts";
import { readConfig } from "../../src/app/config.ts";
import { type PersonKey, people } from "../../src/app/demo/school.ts";
import { copyDemoSchool, demoPassword } from "../../src/app/testing/demo-school.ts";
import { builtWeb } from "../../src/app/web-build.ts";

export { demoPassword } from "../../src/app/testing/demo-school.ts";

export interface Demo {
  readonly url: string;
  /** Calls an operation as one of the school's people, past the pages; gives its output. */
  call<Output>(who: PersonKey, operation: string, input: object): Promise<Output>;
  /** A fresh browser profile in which `who` is signed in; null is nobody. */
  profileOf(who: PersonKey | null, look?: Look): Promise<BrowserContext>;
  /** Such a profile with a page open on `path`. */
  openAs(who: PersonKey, path: string, look?: Look): Promise<{ page: Page; context: BrowserContext }>;
  close(): Promise<void>;
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
}

export async function openDemo(browser: Browser): Promise<Demo> {
  const webRoot = await builtWeb(() => {});
  const folder = await mkdtemp(join(tmpdir(), "lyceum-demo-"));
  const data = join(folder, "data");
  await copyDemoSchool(data);
  const flags = { data, "http-port": "0", "grpc-port": "0" };
  const { config } = readConfig({ flags, environment: {}, file: null });
  const node = await openNode({ config, log: () => {}, webRoot });
  const addresses = await node.listen();
  if (addresses === null) throw new Error("the demo's node listens");
  node.start();
  const { url } = addresses.http;
  const tokens = new Map<PersonKey, string>();

  const tokenOf = async (who: PersonKey) => {
    const known = tokens.get(who);
    if (known !== undefined) return known;
    const { token } = await post<{ token: string }>("identity.signIn", {
      email: people[who].email,
      password: demoPassword,
    });
    tokens.set(who, token);
    return token;
  };
  const post = async <Output>(operation: string, input: object, token?: string): Promise<Output> => {
    const { output } = await node.kernel.call({
      operation,
      input: JSON.parse(JSON.stringify(input)),
      token: token ?? null,
      idempotencyKey: null,
      atLeast: null,
      requestId: "browser-test",
      origin: { door: "internal", address: "127.0.0.1", agent: "browser test" },
    });
    return output as Output;
  };

  const profileOf = async (who: PersonKey | null, look: Look = {}) => {
    const context = await browser.newContext({
      viewport: { width: look.width ?? 1280, height: look.height ?? 860 },
      colorScheme: look.scheme ?? "light",
      reducedMotion: "reduce",
      timezoneId: "Europe/Berlin",
      locale: "en-GB",
      baseURL: url,
    });
    if (who === null) return context;
    const response = await context.request.post("/api/v1/identity/sign-in", {
      headers: { "lyceum-session": "cookie", origin: url },
      data: { email: people[who].email, password: demoPassword },
    });
    if (!response.ok())
      throw new Error(`signing in as ${who}: ${response.status()} ${await response.text()}`);
    return context;
  };

  return {
    url,
    call: async (who, operation, input) => post(operation, input, await tokenOf(who)),
    profileOf,
    async openAs(who, path, look) {
      const context = await profileOf(who, look);
      const page = await context.newPage();
      await page.goto(path);
      return { page, context };
    },
    async close() {
      await node.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The paths of every page of the journey, by name, with who looks at it. */
export async function pagesOf(
  demo: Demo,
): Promise<readonly { name: string; who: PersonKey | null; path: string }[]> {
  const { items: courses } = await demo.call<{ items: { courseId: string; code: string }[] }>(
    "ines",
    "courses.listCourses",
    {},
  );
  const courseId = courses.find(({ code }) => code === "SKY-101")?.courseId ?? "";
  const contents = await demo.call<{ items: { materialId: string; title: string }[] }>(
    "ines",
    "materials.getCourseContents",
    { courseId },
  );
  const assignments = await demo.call<{ items: { assignmentId: string; title: string }[] }>(
    "ines",
    "assignments.listAssignments",
    {
      courseId,
    },
  );
  const assignmentId =
    assignments.items.find(({ title }) => title === "Measure the Earth")?.assignmentId ?? "";
  const todo = assignments.items.find(({ title }) => title === "How far is the thumb?")?.assignmentId ?? "";
  const work = await demo.call<{ blobs: Record<string, { submissionId: string }> }>(
    "ines",
    "assignments.getSubmittedAssignment",
    { assignmentId },
  );
  const submissionId = Object.values(work.blobs)[0]?.submissionId ?? "";
  const queries = await demo.call<{ items: { queryId: string }[] }>("ines", "queries.getQueries", {
    courseId,
  });
  const announced = await demo.call<{ items: { announcementId: string }[] }>(
    "ines",
    "courses.listAnnouncements",
    { courseId },
  );
  const { items: found } = await demo.call<{ items: { id: string }[] }>("rowan", "identity.listPeople", {
    search: "mira",
  });
  const personId = found[0]?.id ?? "";
  const { items: others } = await demo.call<{ items: { id: string }[] }>("rowan", "identity.listPeople", {
    search: "jonas",
  });
  const otherId = others[0]?.id ?? "";
  const at = `/courses/${courseId}`;
  const materialAt = (title: string) =>
    `${at}/materials/${contents.items.find((each) => each.title === title)?.materialId}`;
  return [
    { name: "sign-in", who: null, path: "/sign-in" },
    { name: "set-up", who: null, path: "/set-up#spent" },
    { name: "invitation", who: null, path: "/invitation#spent" },
    { name: "forgot-password", who: null, path: "/forgot-password" },
    { name: "reset-password", who: null, path: "/reset-password#spent" },
    { name: "confirm-address", who: null, path: "/confirm-address#spent" },
    { name: "people-import", who: "rowan", path: "/people/imports" },
    { name: "person", who: "rowan", path: `/people/${personId}` },
    { name: "merge-choose", who: "rowan", path: `/people/${personId}/merge` },
    { name: "merge-preview", who: "rowan", path: `/people/${personId}/merge?other=${otherId}` },
    { name: "home-student", who: "mira", path: "/" },
    { name: "home-instructor", who: "ines", path: "/" },
    { name: "home-admin", who: "rowan", path: "/" },
    { name: "courses", who: "mira", path: "/courses" },
    { name: "course-settings", who: "ines", path: `${at}/settings` },
    { name: "course-copy", who: "ines", path: `${at}/copy` },
    { name: "terms", who: "rowan", path: "/terms" },
    { name: "trash", who: "ines", path: "/trash" },
    { name: "storage", who: "rowan", path: "/storage" },
    { name: "courses-admin", who: "rowan", path: "/courses" },
    { name: "contents-instructor", who: "ines", path: at },
    { name: "contents-student", who: "mira", path: at },
    { name: "reading", who: "ines", path: `${at}/reading` },
    { name: "material", who: "mira", path: `${at}/materials/${contents.items[0]?.materialId}#page=2` },
    { name: "material-locked", who: "mira", path: materialAt("Writing your report") },
    { name: "material-document", who: "ines", path: materialAt("Writing your report") },
    { name: "material-slides", who: "mira", path: materialAt("Five questions to a star") },
    { name: "material-sheet", who: "mira", path: materialAt("Shadow lengths of last year") },
    { name: "material-image", who: "mira", path: materialAt("Orion") },
    { name: "material-recording", who: "mira", path: materialAt("A shadow through the day") },
    { name: "announcements", who: "ines", path: `${at}/announcements` },
    { name: "announcements-student", who: "mira", path: `${at}/announcements` },
    { name: "announcement", who: "mira", path: `${at}/announcements/${announced.items[0]?.announcementId}` },
    { name: "assignments-instructor", who: "ines", path: `${at}/assignments` },
    { name: "assignments-student", who: "mira", path: `${at}/assignments` },
    { name: "assignment-to-do", who: "mira", path: `${at}/assignments/${todo}` },
    { name: "assignment-graded", who: "mira", path: `${at}/assignments/${assignmentId}` },
    { name: "submissions", who: "ines", path: `${at}/assignments/${assignmentId}/submissions` },
    { name: "rubric", who: "ines", path: `${at}/assignments/${assignmentId}/rubric` },
    {
      name: "grade",
      who: "ines",
      path: `${at}/assignments/${assignmentId}/grade?submission=${submissionId}`,
    },
    { name: "grades-student", who: "mira", path: `${at}/grades` },
    { name: "grades-instructor", who: "ines", path: `${at}/grades` },
    { name: "progress-student", who: "mira", path: `${at}/progress` },
    { name: "progress-instructor", who: "ines", path: `${at}/progress` },
    { name: "progress-of-student", who: "ines", path: `${at}/progress/${personId}` },
    { name: "grading-scheme", who: "ines", path: `${at}/grades/scheme` },
    { name: "queries-instructor", who: "ines", path: `${at}/queries` },
    { name: "queries-student", who: "jonas", path: `${at}/queries` },
    { name: "query", who: "ines", path: `${at}/queries/${queries.items[0]?.queryId}` },
    {
      name: "ask",
      who: "mira",
      path: `${at}/queries/new?materialId=${contents.items[0]?.materialId}&page=2`,
    },
    { name: "calendar-student", who: "mira", path: "/calendar" },
    { name: "calendar-instructor", who: "ines", path: "/calendar" },
    { name: "join", who: "jonas", path: "/join" },
    { name: "queries-all", who: "ines", path: "/queries" },
    { name: "search", who: "mira", path: "/search?q=shadow" },
    { name: "search-empty", who: "ines", path: "/search" },
    { name: "notices", who: "mira", path: "/notices" },
    { name: "notice-preferences", who: "mira", path: "/notices/preferences" },
    { name: "unsubscribe", who: null, path: "/unsubscribe#spent" },
    { name: "people-of-course", who: "ines", path: `${at}/people` },
    { name: "roster-import", who: "ines", path: `${at}/people/imports` },
    { name: "join-qr", who: "ines", path: `${at}/qr` },
    { name: "groups-instructor", who: "ines", path: `${at}/groups` },
    { name: "groups-student", who: "mira", path: `${at}/groups` },
    { name: "enrol", who: null, path: "/enrol#spent" },
    { name: "observer-home", who: "kofi", path: "/" },
    { name: "observed-student", who: "kofi", path: `/students/${personId}` },
    { name: "observed-course", who: "kofi", path: `/students/${personId}/courses/${courseId}` },
    { name: "account", who: "mira", path: "/account" },
    { name: "account-observer", who: "kofi", path: "/account" },
    { name: "people", who: "rowan", path: "/people" },
    { name: "school", who: "rowan", path: "/school" },
    { name: "jobs", who: "rowan", path: "/jobs" },
    { name: "audit", who: "rowan", path: "/audit" },
    { name: "audit-narrowed", who: "rowan", path: `/audit?about=${personId}&outcome=done` },
    { name: "access", who: "ines", path: `/access?kind=assignment&id=${assignmentId}` },
    {
      name: "access-person",
      who: "rowan",
      path: `/access?kind=material&id=${contents.items[0]?.materialId}&person=${personId}`,
    },
    { name: "access-empty", who: "rowan", path: "/access" },
    { name: "cluster", who: "rowan", path: "/cluster" },
    { name: "not-found", who: "mira", path: "/nowhere" },
  ];
}
