/** A large class whose people are called in many ways, some of them alike, and of whom each hands in a file of their own. */
import { Readable } from "node:stream";
import { systemClock } from "#base/clock.ts";
import type { JsonObject } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import type { Kernel } from "#kernel/kernel.ts";
import { buildPerson, buildSchool } from "#slices/identity/fixtures.ts";

export interface HandedInBy {
  readonly id: string;
  readonly name: string;
  readonly fileName: string;
  /** What they handed in, made again. */
  readonly bytes: () => Buffer;
}

export interface HandedIn {
  /** Of the instructor. */
  readonly token: string;
  readonly assignmentId: string;
  readonly students: readonly HandedInBy[];
}

/** Names with what a folder of them is called where every file system has to take it. */
const names = [
  ["ليلى 🌙", "ليلى 🌙"],
  ["Zoë Müller", "Zoë Müller"],
  ["王小明", "王小明"],
  ["=1+1", "=1+1"],
  ["a/b: c?", "a-b- c-"],
  ["CON.x", "_CON.x"],
  ["Ada Lovelace", "Ada Lovelace"],
] as const;
const fileName = "تقرير 🌙.md";
const atOnce = 48;

/** The folder of somebody of that name; several of one name have numbers behind it. */
export function folderOf(name: string): string {
  const [plain, safe] = names.find(([each]) => name.startsWith(each)) ?? ["", ""];
  return safe + name.slice(plain.length);
}

export async function handInAll(
  kernel: Kernel,
  {
    students: count,
    bytesEach,
    seed,
  }: { readonly students: number; readonly bytesEach: number; readonly seed: number },
): Promise<HandedIn> {
  const { blobs, tokens } = kernel.services;
  const ground = { kernel, clock: systemClock, tokens };
  const random = seededRandom(seed);
  const { instructor } = await buildSchool(ground, random);
  let calls = 0;
  const call = async <Output>(token: string, operation: string, input: JsonObject): Promise<Output> => {
    const { output } = await kernel.call({
      ...{ operation, input, token, idempotencyKey: null, atLeast: null, requestId: `archive-${++calls}` },
      origin: { door: "internal", address: null, agent: "archive proof" },
    });
    return output as Output;
  };
  const { courseId } = await call<{ courseId: string }>(instructor.token, "courses.createCourse", {
    ...{ code: "ALL-1", term: "Autumn 2026", title: "Everybody" },
  });
  const { assignmentId } = await call<{ assignmentId: string }>(
    instructor.token,
    "assignments.createAssignment",
    { courseId, title: "Shadow", pointsMax: 10, published: true },
  );
  const students: HandedInBy[] = [];
  await inTurns(count, async (nth) => {
    const [first] = names[nth % names.length] ?? names[0];
    // Every name is there twice, when there are enough people.
    const name = `${first} ${Math.floor(nth / names.length) % Math.ceil(count / names.length / 2)}`;
    const email = `student-${nth}@archive.example`;
    const person = await buildPerson(ground, { name, email, roles: ["student"] }, random);
    const { enrolmentId } = await call<{ enrolmentId: string }>(instructor.token, "courses.enrolPerson", {
      ...{ courseId, email, role: "student" },
    });
    const bytes = () => contentOf(person.id, bytesEach);
    const owner = `person:${person.id}`;
    const upload = await blobs.beginUpload({ owner, fileName, bytesExpected: bytesEach });
    await blobs.appendToUpload(upload.id, 0, Readable.from([bytes()]));
    await call(person.token, "assignments.submitAssignment", { assignmentId, uploadId: upload.id });
    students.push({ id: person.id, name, fileName, bytes });
    // The instructor takes one of the places that a course has. Whoever leaves makes room, and their work stays.
    if (nth === 0) await call(instructor.token, "courses.endEnrolment", { enrolmentId });
  });
  return { token: instructor.token, assignmentId, students };
}

/** A text that is nobody else's from the first line to the last. */
function contentOf(id: string, length: number): Buffer {
  return Buffer.alloc(length, `# ${id}\n\nMeasured at noon, with a stick, by ${id}.\n\n`);
}

/** Runs it for 0 to `count` - 1, a good many at once. */
async function inTurns(count: number, run: (nth: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let nth = next++; nth < count; nth = next++) await run(nth);
    }),
  );
}
