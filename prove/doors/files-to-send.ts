/** What is sent to each operation that takes a file: one that fits, and all that may be wrong with one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "#base/json.ts";
import { samplePdf } from "#engines/inspector/sample-pdfs.ts";
import type { SentFile } from "./door.ts";
import type { Asker, SchoolBehindDoor } from "./schools.ts";

const content = join(import.meta.dirname, "../../src/app/demo/content/sky");
const fromDemo = (name: string): SentFile => ({ fileName: name, content: readFileSync(join(content, name)) });
const text = (fileName: string, lines: readonly string[]): SentFile => ({
  fileName,
  content: new TextEncoder().encode(`${lines.join("\n")}\n`),
});

/** More than one message of gRPC holds, and not a whole number of anything. */
const pdf: SentFile = { fileName: "Chapter 1.pdf", content: samplePdf(3, 70_001) };
const recording = fromDemo("08-a-shadow-through-the-day.webm");
const office = fromDemo("05-writing-your-report.docx");

export interface Hand {
  /** Who may. */
  readonly by: Asker;
  readonly file: SentFile;
  /** On top of the input of the matrix. */
  readonly input?: JsonObject;
}

/** What each school has before the proof begins, so that there is something to add captions to, and something to fetch. */
export interface Things {
  readonly recordingId: string;
  readonly documentId: string;
  readonly exportId: string;
  readonly feedToken: string;
}

export async function makeThings(school: SchoolBehindDoor): Promise<Things> {
  const { courseId = "" } = school.inputOf("courses.getCourse") as Record<string, string>;
  const add = async ({ fileName, content: bytes }: SentFile) =>
    school.must<{ materialId: string }>("teacher", "materials.courseMaterialUpload", {
      ...{ courseId, title: fileName, published: true },
      uploadId: await school.upload("teacher", fileName, bytes),
    });
  const [{ materialId: recordingId }, { materialId: documentId }] = [await add(recording), await add(office)];
  const { exportId } = await school.must<{ exportId: string }>("student", "identity.exportPerson", {});
  const { link } = await school.must<{ link: string }>("student", "calendar.openFeed", {});
  return { recordingId, documentId, exportId, feedToken: new URL(link).searchParams.get("token") ?? "" };
}

/** By the operation; one that is not here is not proven, and the proof says so. */
export function handsOf({ recordingId }: Things): Readonly<Record<string, Hand>> {
  const people = [
    "name,email,roles",
    "Ada Byron,ada@lindenhof.example,student",
    "Nobody,not an address,student",
  ];
  return {
    "materials.courseMaterialUpload": { by: "teacher", file: pdf },
    "materials.replaceMaterialFile": { by: "teacher", file: text("Again.md", ["# Again", "", "as text"]) },
    "materials.addPageImage": { by: "teacher", file: fromDemo("04-orion.png") },
    "materials.addCaptions": {
      by: "teacher",
      file: fromDemo("08-a-shadow-through-the-day.en.vtt"),
      input: { materialId: recordingId },
    },
    "courses.addAnnouncementFile": { by: "teacher", file: fromDemo("04-orion.png") },
    "courses.uploadRoster": {
      by: "teacher",
      file: text("members.csv", ["email,role", "x@y.example,student"]),
    },
    "identity.uploadPeopleImport": { by: "admin", file: text("people – new.csv", people) },
    "grades.uploadGradeImport": { by: "teacher", file: text("marks.csv", ["email;Oral", "a@b.example;7,5"]) },
    "assignments.addAssignmentAttachment": { by: "teacher", file: office },
    "assignments.replaceAssignmentAttachment": { by: "teacher", file: { ...office, fileName: "Neu.docx" } },
    "assignments.addDraftFile": { by: "student", file: text("measure.py", ["print(1)"]) },
    "assignments.submitAssignment": { by: "student", file: { ...pdf, fileName: "Größe 🌍.pdf" } },
    "assignments.addFeedbackFile": { by: "teacher", file: pdf },
    "queries.addAttachment": { by: "student", file: fromDemo("04-orion.png") },
  };
}

/** What may be wrong with the bytes. Where a code stands, every operation refuses with it. */
export function wrongFiles({ fileName, content: bytes }: SentFile): readonly {
  readonly what: string;
  readonly file: SentFile;
  readonly code: string | null;
}[] {
  const program = Buffer.concat([Buffer.from("\x7fELF\x02\x01\x01"), Buffer.alloc(4_000, 7)]);
  const overStore = 5 * 1024 ** 3 + 1;
  return [
    { what: "empty", file: { fileName, content: new Uint8Array() }, code: null },
    { what: "of the wrong kind", file: { fileName: `${fileName}.bin`, content: program }, code: null },
    {
      what: "of another kind than its name says",
      file: { fileName: "page.pdf", content: program },
      code: null,
    },
    {
      what: "cut off in the middle",
      file: { fileName, content: bytes, arriving: Math.floor(bytes.length / 2) },
      code: "invalid_input",
    },
    {
      what: "cut off before the first byte",
      file: { fileName, content: bytes, arriving: 0 },
      code: "invalid_input",
    },
    { what: "too large", file: { fileName, content: bytes, announced: overStore }, code: "too_large" },
  ];
}

/** What each download is asked for; what is made on the way stands in `made`, by the operation. */
export function wishesOf(
  school: SchoolBehindDoor,
  things: Things,
  made: ReadonlyMap<string, JsonObject>,
): Readonly<Record<string, JsonObject>> {
  const draft = made.get("assignments.addDraftFile") as
    | { files?: { id?: string; fileId?: string }[] }
    | undefined;
  const [file] = draft?.files ?? [];
  const captionId = String(made.get("materials.addCaptions")?.captionId ?? "");
  return {
    "materials.getCaptions": { materialId: things.recordingId, captionId },
    "materials.getMaterialDocument": { materialId: things.documentId },
    "identity.getPersonExport": { exportId: things.exportId },
    "calendar.readFeed": { token: things.feedToken },
    "assignments.downloadDraftFile": {
      ...school.inputOf("assignments.downloadDraftFile"),
      fileId: String(file?.fileId ?? file?.id ?? ""),
    },
  };
}
