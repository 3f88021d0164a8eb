/** The whole journey from the command line: the real program with the real server, and a PDF of more than 20 MB. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { samplePdf } from "#engines/inspector/sample-pdfs.ts";
import { adminEmail, openTestNode, password, type TestNode } from "./testing/test-node.ts";

const launcher = join(import.meta.dirname, "../../bin/lyceum.js");
const pdf = samplePdf(12, 1_800_000);

let opened: TestNode;
let home: string;

before(async () => {
  opened = await openTestNode();
  home = await mkdtemp(join(tmpdir(), "lyceum-journey-"));
  await writeFile(join(home, "chapter.pdf"), pdf);
});

after(async () => {
  await opened.close();
  await rm(home, { recursive: true, force: true });
});

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `lyceum` as somebody: each has a profile of their own, and types their password when asked. */
function lyceum(who: string, words: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const environment = {
      PATH: process.env.PATH,
      HOME: home,
      XDG_CONFIG_HOME: join(home, who),
      LYCEUM_URL: opened.addresses.http.url,
    };
    const child = execFile(
      process.execPath,
      [launcher, ...words],
      { cwd: home, env: environment },
      (error, out, err) => {
        const status = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ status, out, err });
      },
    );
    child.stdin?.end(`${password}\n`);
  });
}

async function json<T>(who: string, words: readonly string[]): Promise<T> {
  const { status, out, err } = await lyceum(who, [...words, "--json"]);
  assert.equal(status, 0, `lyceum ${words.join(" ")}: ${out}${err}`);
  return JSON.parse(out) as T;
}

test("from the school's set-up to the grade that the student sees", { timeout: 180_000 }, async () => {
  const setUp = [
    "identity",
    "set-up-school",
    "--set-up-token",
    await opened.setUpToken(),
    "--school-name",
    "A school",
  ];
  await json("admin", [...setUp, "--name", "Rowan", "--email", adminEmail]);
  for (const [name, role] of [
    ["ines", "instructor"],
    ["mira", "student"],
  ] as const) {
    const { invitationLink } = await json<{ invitationLink: string }>("admin", [
      ...["identity", "add-person", "--name", name, "--email", `${name}@school.test`, "--roles", role],
    ]);
    await json(name, ["identity", "accept-invitation", "--invitation-token", invitationLink]);
    await json(name, ["sign-in", "--email", `${name}@school.test`]);
  }
  const course = await json<{ courseId: string; joinCode: string }>("ines", [
    ...["courses", "create-course", "--code", "SKY-101", "--term", "Autumn 2026", "--title", "The Sky"],
  ]);
  const material = await json<{ materialId: string; pages: number }>("ines", [
    ...["materials", "course-material-upload", "--course-id", course.courseId, "--title", "Chapter one"],
    ...["--published", "--file", "chapter.pdf"],
  ]);
  assert.equal(material.pages, 12);
  await json("mira", ["courses", "join-course", "--join-code", course.joinCode]);
  const shown = await lyceum("mira", [
    "materials",
    "get-course-contents",
    "--code",
    "SKY-101",
    "--term",
    "Autumn 2026",
  ]);
  assert.match(shown.out, /Chapter one/);

  const download = [
    "materials",
    "get-course-material",
    "--material-id",
    material.materialId,
    "--output",
    "read.pdf",
  ];
  await json("mira", download);
  assert.ok((await readFile(join(home, "read.pdf"))).equals(pdf));
  const again = await lyceum("mira", download);
  assert.equal(again.status, 74);
  assert.match(again.err, /--force/);
  // A download that broke off goes on: the draft holds the first part.
  const sha256 = createHash("sha256").update(pdf).digest("hex");
  await writeFile(join(home, `read.pdf.${sha256.slice(0, 16)}.part`), pdf.subarray(0, 5_000_000));
  await json("mira", [...download, "--force"]);
  assert.ok((await readFile(join(home, "read.pdf"))).equals(pdf));

  const { assignmentId } = await json<{ assignmentId: string }>("ines", [
    ...[
      "assignments",
      "create-assignment",
      "--course-id",
      course.courseId,
      "--title",
      "Measure",
      "--points-max",
      "10",
    ],
    ...["--due-at", "2030-01-01T12:00Z", "--published"],
  ]);
  const receipt = await json<{ sha256: string }>("mira", [
    "assignments",
    "submit-assignment",
    "--assignment-id",
    assignmentId,
    "--file",
    "chapter.pdf",
  ]);
  assert.equal(receipt.sha256, sha256);
  const query = await json<{ queryId: string }>("mira", [
    "queries",
    "create-query",
    "--course-id",
    course.courseId,
    "--title",
    "Why?",
    "--body",
    "Why is it dark?",
  ]);
  await json("ines", [
    "queries",
    "answer-query",
    "--query-id",
    query.queryId,
    "--body",
    "Because it is finite.",
  ]);

  const submitted = await json<{ blobs: Record<string, { submissionId: string; version: number }> }>("ines", [
    ...["assignments", "get-submitted-assignment", "--assignment-id", assignmentId, "--output", "handed-in"],
  ]);
  const [studentId, work] = Object.entries(submitted.blobs)[0] ?? [];
  assert.ok((await readFile(join(home, "handed-in", String(studentId), "chapter.pdf"))).equals(pdf));
  await json("ines", [
    ...[
      "assignments",
      "grade-submission",
      "--submission-id",
      String(work?.submissionId),
      "--version",
      String(work?.version),
    ],
    ...["--points", "8.5", "--feedback", "Well measured."],
  ]);
  await json("ines", ["assignments", "release-grades", "--assignment-id", assignmentId]);
  const grades = await lyceum("mira", ["assignments", "get-grades", "--course-id", course.courseId]);
  assert.match(grades.out, /Measure/);
  const mine = await lyceum("mira", ["assignments", "get-my-submission", "--assignment-id", assignmentId]);
  assert.match(mine.out, /Well measured\./);

  assert.equal((await stat(join(home, "mira", "lyceum", "servers.json"))).mode & 0o777, 0o600);
  await json("mira", ["sign-out"]);
  assert.equal((await lyceum("mira", ["who-am-i"])).status, 77);
});

test("the launcher passes the exit status on and says what there is", async () => {
  assert.equal((await lyceum("nobody", ["nonsense"])).status, 64);
  assert.match((await lyceum("nobody", ["--help"])).out, /backup[\s\S]*doctor/);
  assert.match(
    (await lyceum("nobody", ["restore", "--help"])).out,
    /restore <file>[\s\S]*--to[\s\S]*--log-archive/,
  );
});
