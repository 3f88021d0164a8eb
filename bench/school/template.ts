/**
 * One course as it could have come about, made through the operations that people use: what a large school consists of
 * many times over. Its clock is moved on by hand, so that its weeks lie in the past.
 */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { present } from "#base/assert.ts";
import { type Clock, systemClock } from "#base/clock.ts";
import type { JsonObject } from "#base/json.ts";
import type { Kernel } from "#kernel/kernel.ts";
import { setUpToken } from "#slices/identity/api.ts";

export const dayMs = 24 * 3_600_000;
export const password = "seven quiet otters";

const content = join(import.meta.dirname, "../../src/app/demo/content");
const files = readdirSync(join(content, "sky"))
  .filter((name) => /\.(md|pdf)$/.test(name))
  .map((name) => `sky/${name}`);
const handedInFile = "work/eratosthenes-jonas.pdf";
const gradedOf = (handedIn: number) => Math.floor(handedIn * 0.9);
const releasedOf = (handedIn: number) => Math.ceil(handedIn * 0.75);

/** A clock that goes as the machine's does, some days behind it. */
export class ShiftedClock implements Clock {
  daysBehind: number;

  constructor(daysBehind: number) {
    this.daysBehind = daysBehind;
  }

  now(): number {
    return systemClock.now() - this.daysBehind * dayMs;
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  after(delayMs: number, action: () => void): () => void {
    return systemClock.after(delayMs, action);
  }
}

export interface Template {
  readonly courseId: string;
  readonly teacherId: string;
  /** Whose work is multiplied. */
  readonly studentId: string;
  /** Who asks in each course; hands nothing in. */
  readonly askerId: string;
  /** The oldest first; nobody has handed in the last one. */
  readonly assignmentIds: readonly string[];
  readonly materialIds: readonly string[];
  /** The last one waits for an answer. */
  readonly queryIds: readonly string[];
}

export interface Sizes {
  /** Assignments that everybody hands in. */
  readonly assignments: number;
  readonly materials: number;
  readonly queries: number;
}

/** Makes it in an empty school; the kernel must not have begun its work in the background. */
export async function makeTemplate(kernel: Kernel, clock: ShiftedClock, sizes: Sizes): Promise<Template> {
  const days = sizes.assignments * 3 + 4;
  clock.daysBehind = days;
  const school = new Acting(kernel, clock);
  await school.open();
  const { courseId } = await school.as<{ courseId: string }>("teacher", "courses.createCourse", {
    code: "GEN-1",
    term: "Autumn 2026",
    title: "The course that the others are made from",
    summary: "Its weeks are those of every other.",
  });
  for (const who of ["student", "asker"] as const)
    await school.as("teacher", "courses.enrolPerson", { courseId, email: emailOf(who), role: "student" });
  await school.as("teacher", "grades.updateGradingScheme", {
    courseId,
    version: 1,
    method: "points",
    missing: "zero",
    letters: [],
    showsTotal: true,
    categories: [],
  });
  for (const nth of [1, 2, 3])
    await school.as("teacher", "courses.postAnnouncement", {
      courseId,
      title: `Week ${nth}`,
      body: "What we do this week, and what to read before we meet.",
    });

  const materialIds: string[] = [];
  for (let nth = 0; nth < sizes.materials; nth++) materialIds.push(await addMaterial(school, courseId, nth));
  const assignmentIds: string[] = [];
  for (let nth = 0; nth <= sizes.assignments; nth++) {
    clock.daysBehind = days - 1 - nth * 3;
    const handedIn = nth < sizes.assignments;
    assignmentIds.push(await addAssignment(school, courseId, { nth, handedIn, of: sizes.assignments }));
  }
  const queryIds: string[] = [];
  for (let nth = 0; nth < sizes.queries; nth++)
    queryIds.push(await addQuery(school, courseId, materialIds, nth < sizes.queries - 2));
  clock.daysBehind = 0;
  await kernel.settle();
  return { courseId, ...school.ids(), assignmentIds, materialIds, queryIds };
}

async function addMaterial(school: Acting, courseId: string, nth: number): Promise<string> {
  const file = present(files[nth % files.length], "the demo has texts");
  const { materialId } = await school.as<{ materialId: string }>(
    "teacher",
    "materials.courseMaterialUpload",
    {
      courseId,
      title: `Chapter ${nth + 1}`,
      published: true,
      uploadId: await school.upload("teacher", file),
    },
  );
  if (nth % 5 < 3) {
    await school.as("student", "materials.recordReading", { materialId });
    await school.as("student", "materials.markMaterialRead", { materialId });
  }
  return materialId;
}

async function addAssignment(
  school: Acting,
  courseId: string,
  { nth, handedIn, of }: { nth: number; handedIn: boolean; of: number },
): Promise<string> {
  const isText = nth % 2 === 1 || !handedIn;
  const { assignmentId } = await school.as<{ assignmentId: string }>(
    "teacher",
    "assignments.createAssignment",
    {
      courseId,
      title: `Exercise ${nth + 1}`,
      instructions: "Measure, write down how you did it, and say how far to trust the result.",
      pointsMax: 20,
      dueAt: school.now + 3 * dayMs,
      acceptsText: isText,
      published: true,
    },
  );
  if (!handedIn) return assignmentId;
  if (isText) {
    const text =
      "I measured it on three days and took the mean. The spread was larger than I expected. ".repeat(8);
    await school.as("student", "assignments.saveDraft", { assignmentId, text, version: 0 });
    await school.as("student", "assignments.submitDraft", { assignmentId, version: 1 });
  } else {
    const uploadId = await school.upload("student", handedInFile);
    await school.as("student", "assignments.submitAssignment", { assignmentId, uploadId });
  }
  if (nth >= gradedOf(of)) return assignmentId;
  const { items } = await school.as<{ items: { submissionId: string | null }[] }>(
    "teacher",
    "assignments.listSubmissions",
    { assignmentId },
  );
  const submissionId = items.map((line) => line.submissionId).find((id) => id !== null);
  await school.as("teacher", "assignments.gradeSubmission", {
    submissionId: String(submissionId),
    points: 15,
    feedback: "A clear report. Say next time how you know that the spread is not the instrument's.",
    version: 1,
  });
  if (nth < releasedOf(of)) await school.as("teacher", "assignments.releaseGrades", { assignmentId });
  return assignmentId;
}

async function addQuery(
  school: Acting,
  courseId: string,
  materialIds: readonly string[],
  isAnswered: boolean,
): Promise<string> {
  const materialId = materialIds[0];
  const { queryId } = await school.as<{ queryId: string }>("asker", "queries.createQuery", {
    courseId,
    ...(materialId === undefined ? {} : { materialId }),
    title: "Why is the shadow's edge blurred?",
    body: "The longer the shadow, the less I can say where it ends.",
    visibility: "class",
  });
  if (isAnswered)
    await school.as("teacher", "queries.answerQuery", {
      queryId,
      body: "Because the sun is not a point: its edges throw shadows of their own, half a degree apart.",
    });
  return queryId;
}

type Who = "admin" | "teacher" | "student" | "asker";

const emailOf = (who: Who) => `${who}@generated.example`;

/** The people of the template, signed in anew whenever their clock has moved on. */
class Acting {
  readonly #kernel: Kernel;
  readonly #clock: Clock;
  readonly #ids = new Map<Who, string>();
  readonly #tokens = new Map<Who, { readonly token: string; readonly since: number }>();
  #requests = 0;

  constructor(kernel: Kernel, clock: Clock) {
    this.#kernel = kernel;
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock.now();
  }

  ids() {
    const idOf = (who: Who) => this.#ids.get(who) ?? "";
    return { teacherId: idOf("teacher"), studentId: idOf("student"), askerId: idOf("asker") };
  }

  async open(): Promise<void> {
    await this.#call(null, "identity.setUpSchool", {
      setUpToken: await setUpToken(this.#kernel.services.tokens, this.now),
      schoolName: "The generated school",
      name: "Ada Admin",
      email: emailOf("admin"),
      password,
    });
    for (const [who, role] of [
      ["teacher", "instructor"],
      ["student", "student"],
      ["asker", "student"],
    ] as const) {
      const person = { name: `The ${who}`, email: emailOf(who), roles: [role] };
      const added = await this.as<{ person: { id: string }; invitationLink: string }>(
        "admin",
        "identity.addPerson",
        person,
      );
      this.#ids.set(who, added.person.id);
      const invitationToken = added.invitationLink;
      await this.#call(null, "identity.acceptInvitation", { invitationToken, password });
    }
  }

  async as<Output = unknown>(who: Who, operation: string, input: JsonObject): Promise<Output> {
    return this.#call<Output>(await this.#tokenOf(who), operation, input);
  }

  async upload(who: Who, file: string): Promise<string> {
    const bytes = await readFile(join(content, file));
    const { blobs } = this.#kernel.services;
    const owner = `person:${this.#ids.get(who)}`;
    const upload = await blobs.beginUpload({ owner, fileName: basename(file), bytesExpected: bytes.length });
    await blobs.appendToUpload(upload.id, 0, Readable.from([bytes]));
    return upload.id;
  }

  async #tokenOf(who: Who): Promise<string> {
    const known = this.#tokens.get(who);
    if (known !== undefined && Math.abs(this.now - known.since) < 3_600_000) return known.token;
    const { token } = await this.#call<{ token: string }>(null, "identity.signIn", {
      email: emailOf(who),
      password,
    });
    this.#tokens.set(who, { token, since: this.now });
    return token;
  }

  async #call<Output>(token: string | null, operation: string, input: JsonObject): Promise<Output> {
    const { output } = await this.#kernel.call({
      operation,
      input,
      token,
      idempotencyKey: null,
      atLeast: null,
      requestId: `template-${++this.#requests}`,
      origin: { door: "internal", address: null, agent: "generated school" },
    });
    return output as Output;
  }
}
