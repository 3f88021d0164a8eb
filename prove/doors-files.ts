/**
 * Files through every door: three schools that are alike, one behind HTTP, one behind gRPC, one behind the command
 * line. Every operation that takes a file is sent one that fits, by everybody, and then all that may be wrong with one; every
 * operation that gives files is asked for them by everybody, for what is there and what is not. The bytes have to be the same, and
 * so do the refusals.
 */
import assert from "node:assert/strict";
import { present } from "#base/assert.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import { cleaned, createNamer, isSame } from "./doors/alike.ts";
import type { Outcome, Sending, Taken } from "./doors/door.ts";
import { handsOf, makeThings, type Things, wishesOf, wrongFiles } from "./doors/files-to-send.ts";
import { type Asker, askers, openSchools, type SchoolBehindDoor } from "./doors/schools.ts";

const noSuchId = "01890a5d-ac96-7000-8000-000000000000";

interface Extent {
  readonly asking: readonly Asker[];
  /** A sample leaves out kinds of wrong files that the slices' own tests tell apart. */
  readonly isSample: boolean;
}

/** A school with what it has, what was made of it through its door, and how its ids are said. */
interface Side {
  readonly school: SchoolBehindDoor;
  readonly things: Things;
  readonly made: Map<string, JsonObject>;
  /** By the operation: the version of what it changes, once somebody has changed it. */
  readonly versions: Map<string, JsonValue>;
  readonly say: (value: JsonValue) => JsonValue;
}

/** What the doors came to, and where they did not agree. */
class Findings {
  readonly differences: string[] = [];
  readonly refusals = new Set<string>();
  calls = 0;
  files = 0;
  bytes = 0;

  compare(what: string, sides: readonly Side[], answers: readonly JsonValue[]): void {
    this.calls += answers.length;
    const [first, ...others] = answers;
    for (const [index, other] of others.entries())
      if (!isSame(first, other))
        this.differences.push(
          `${what}: HTTP ${shown(first)}, ${sides[index + 1]?.school.door} ${shown(other)}`,
        );
    const code = (first as JsonObject | undefined)?.code;
    if (typeof code === "string") this.refusals.add(code);
  }
}

export async function prove({
  count,
  print,
}: {
  count: number;
  print: (line: string) => void;
}): Promise<void> {
  const isSample = count < 100;
  const asking: readonly Asker[] = isSample ? ["outsider"] : askers;
  const schools = await openSchools();
  try {
    const sides: Side[] = [];
    for (const school of schools) {
      const things = await makeThings(school);
      sides.push({ school, things, made: new Map(), versions: new Map(), say: createNamer() });
    }
    const operations = schools[0]?.operations ?? [];
    const findings = new Findings();
    const taking = operations.filter(({ accepts }) => accepts === "blob");
    for (const operation of taking) await proveSending(findings, sides, operation, { asking, isSample });
    const giving = operations.filter(({ returns }) => returns !== null);
    for (const operation of giving) await proveTaking(findings, sides, operation, { asking, isSample });
    assert.deepEqual(findings.differences, []);
    const { calls, files, bytes, refusals } = findings;
    print(
      `doors-files: ${calls} calls of ${taking.length} operations that take a file and ${giving.length} that give some, through HTTP, gRPC and ` +
        `the command line: ${files} files (${bytes} bytes) came out alike, the others were refused alike, for ${refusals.size} reasons`,
    );
  } finally {
    for (const school of schools) await school.close();
  }
}

async function proveSending(
  findings: Findings,
  sides: readonly Side[],
  operation: RegisteredOperation,
  { asking, isSample }: Extent,
): Promise<void> {
  const { by, file } = handOf(present(sides[0], "a school"), operation);
  const send = async (what: string, asker: Asker, sendingOf: (side: Side) => Promise<Sent>) => {
    const answers: JsonValue[] = [];
    for (const side of sides) {
      const outcome = await side.school.send(operation, asker, await sendingOf(side));
      if ("output" in outcome) {
        const output = outcome.output as JsonObject;
        if (asker === by) side.made.set(operation.name, output);
        if (output.version !== undefined) side.versions.set(operation.name, output.version);
      }
      answers.push(comparable(side, outcome));
    }
    findings.compare(`${operation.name} by ${asker}, ${what}`, sides, answers);
    return codeOf(answers[0]);
  };
  const fitting = async (side: Side) => {
    const { file, input } = handOf(side, operation);
    return { input, sending: file };
  };
  // What is wrong first, while what fits may still be taken.
  for (const wrong of wrongFiles(file)) {
    if (isSample && /kind|before/.test(wrong.what)) continue;
    const code = await send(wrong.what, by, async (side) => ({
      ...(await fitting(side)),
      sending: wrong.file,
    }));
    if (wrong.code !== null) assert.equal(code, wrong.code, `${operation.name}, ${wrong.what}`);
  }
  const uploads = async (side: Side, owner: Asker) => ({
    input: handOf(side, operation).input,
    sending: { uploadId: await side.school.upload(owner, file.fileName, file.content) },
  });
  const other = by === "student" ? "classmate" : "student";
  assert.equal(await send("somebody else's upload", by, (side) => uploads(side, other)), "invalid_input");
  const unknown = async (side: Side) => ({ ...(await fitting(side)), sending: { uploadId: noSuchId } });
  assert.equal(await send("an upload that is not there", by, unknown), "invalid_input");
  if (aboutOf(operation) !== null) {
    const elsewhere = async (side: Side) => {
      const { input, sending } = await fitting(side);
      return { input: withoutThing(operation, input), sending };
    };
    assert.equal(await send("about what is not there", by, elsewhere), "not_found", operation.name);
  }
  for (const asker of asking) if (asker !== by) await send("a file that fits", asker, fitting);
  assert.equal(await send("a file that fits", by, fitting), null, `${operation.name} is done`);
}

interface Sent {
  readonly input: JsonObject;
  readonly sending: Sending;
}

async function proveTaking(
  findings: Findings,
  sides: readonly Side[],
  operation: RegisteredOperation,
  { asking, isSample }: Extent,
): Promise<void> {
  const wishOf = ({ school, things, made }: Side) =>
    wishesOf(school, things, made)[operation.name] ?? school.inputOf(operation.name);
  const take = async (what: string, asker: Asker, inputOf: (side: Side) => JsonObject) => {
    const answers: Taken[] = [];
    for (const side of sides) answers.push(await side.school.take(operation, asker, inputOf(side)));
    findings.compare(
      `${operation.name} by ${asker}, ${what}`,
      sides,
      sides.map((side, index) => takenOf(side, operation, present(answers[index], "an answer"))),
    );
    const [first] = answers;
    if (first === undefined || "code" in first) return null;
    findings.files += first.files.length * sides.length;
    for (const { bytes } of first.files) findings.bytes += bytes * sides.length;
    return first.files;
  };
  let given = 0;
  for (const asker of new Set<Asker>([...asking, "teacher", "student", "admin"])) {
    const files = await take("what is there", asker, wishOf);
    given += files?.length ?? 0;
    const [file] = files ?? [];
    if (operation.returns !== "blob" || file === undefined || (isSample && asker !== "teacher")) continue;
    const offset = Math.floor(file.bytes / 3);
    const rests = [];
    for (const side of sides) {
      const { bytes, sha256 } = await side.school.goOn(operation, asker, { input: wishOf(side), offset });
      rests.push({ bytes, sha256 });
    }
    findings.compare(`${operation.name} by ${asker}, gone on with at ${offset}`, sides, rests);
    assert.equal(rests[0]?.bytes, file.bytes - offset);
  }
  assert.ok(given > 0, `somebody gets a file of ${operation.name}`);
  if (aboutOf(operation) !== null)
    await take("what is not there", "teacher", (side) => withoutThing(operation, wishOf(side)));
}

function handOf({ school, things, versions }: Side, { name }: RegisteredOperation) {
  const hand = present(handsOf(things)[name], `a file for ${name} in files-to-send.ts`);
  const { uploadId: _, ...input } = { ...school.inputOf(name), ...hand.input };
  const version = versions.get(name);
  return { ...hand, input: "version" in input && version !== undefined ? { ...input, version } : input };
}

/** The field that names what an operation is about; null where it is about nothing in particular. */
function aboutOf(operation: RegisteredOperation): string | null {
  return Object.keys(operation.input.shape).find((name) => /Id$/.test(name) && name !== "uploadId") ?? null;
}

function withoutThing(operation: RegisteredOperation, input: JsonObject): JsonObject {
  return { ...input, [present(aboutOf(operation) ?? undefined, "what it is about")]: noSuchId };
}

function comparable({ say }: Side, outcome: Outcome): JsonValue {
  return "code" in outcome ? { code: outcome.code } : say(cleaned(outcome.output));
}

/** What tells of calls themselves, with their doors and programs: that it is given is compared, not what it says. */
const aboutCalls = ["identity.getPersonExport", "system.exportAuditEntries"];

function takenOf({ say }: Side, { name }: RegisteredOperation, taken: Taken): JsonValue {
  if ("code" in taken) return { code: taken.code };
  if (aboutCalls.includes(name)) return taken.files.map(({ fileName }) => fileName);
  return taken.files.map(
    ({ fileName, bytes, sha256, text }): JsonValue =>
      text === undefined ? { fileName, bytes, sha256 } : say(text),
  );
}

function codeOf(answer: JsonValue | undefined): string | null {
  const code = (answer as JsonObject | undefined)?.code;
  return typeof code === "string" ? code : null;
}

function shown(value: JsonValue | undefined): string | undefined {
  return JSON.stringify(value)?.slice(0, 400);
}
