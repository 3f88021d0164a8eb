/** Files of an assignment's description: who gives them, who gets them, and where they go with a course. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { tablesOf } from "#engines/store/port.ts";
import type { Archive } from "#kernel/archive.ts";
import type { FileReference } from "#kernel/held-blobs.ts";
import type { Persona } from "../courses/fixtures.ts";
import type { CourseCopy, CourseStorage } from "../courses/schema.ts";
import { eachCourse } from "../courses/testing.ts";
import { pdfOf, sendFile } from "../materials/fixtures.ts";
import { materialsSlice } from "../materials/slice.ts";
import { buildAssignment, buildSubmission } from "./fixtures.ts";
import { type Assignment, type Attachment, attachmentsMax } from "./schema.ts";
import { assignmentsSlice } from "./slice.ts";
import type { AssignmentsTables } from "./tables.ts";

const dayMs = 24 * 3_600_000;

eachCourse("files of a description", [materialsSlice, assignmentsSlice], (built) => {
  const must = <Output>(as: Persona, operation: string, input: JsonObject) =>
    built().test.must<Output>(built().people[as].token, operation, input);
  const code = async (as: Persona, operation: string, input: JsonObject): Promise<string> => {
    const result = await built().test.call(built().people[as].token, `assignments.${operation}`, input);
    return "failure" in result ? result.failure.code : "done";
  };
  const send = (as: Persona, name = "sheet.md", bytes: Uint8Array | string = "# Sheet\n") =>
    sendFile(built(), built().people[as], name, Buffer.from(bytes as string));
  const add = async ({ assignmentId }: Assignment, name = "sheet.md", bytes: Uint8Array | string = "# 1\n") =>
    must<Attachment>("instructor", "assignments.addAssignmentAttachment", {
      assignmentId,
      uploadId: await send("instructor", name, bytes),
    });
  const seen = async ({ assignmentId }: Assignment, as: Persona = "student") =>
    (await must<Assignment>(as, "assignments.getAssignment", { assignmentId })).attachments.map(
      ({ file, version }) => [file.fileName, version],
    );
  const fetched = ({ attachmentId }: Attachment, as: Persona = "student", version?: number) =>
    must<FileReference>(as, "assignments.downloadAssignmentAttachment", {
      attachmentId,
      ...(version === undefined ? {} : { version }),
    });

  test("staff add, replace, remove and put back; students fetch what is there", async () => {
    const assignment = await buildAssignment(built());
    const sheet = await add(assignment);
    await add(assignment, "map.pdf", pdfOf(1));
    assert.deepEqual(await seen(assignment), [
      ["sheet.md", 1],
      ["map.pdf", 1],
    ]);
    const { attachmentId } = sheet;
    const uploadId = await send("assistant", "sheet-2.md", "# 2\n");
    const replace = { attachmentId, version: 1, uploadId };
    const newer = await must<Attachment>("assistant", "assignments.replaceAssignmentAttachment", replace);
    assert.equal(newer.version, 2);
    const stale = { ...replace, uploadId: await send("instructor") };
    assert.equal(await code("instructor", "replaceAssignmentAttachment", stale), "stale_version");
    assert.equal((await fetched(sheet)).fileName, "sheet-2.md");
    assert.equal((await fetched(sheet, "student", 1)).fileName, "sheet.md");
    assert.equal(
      await code("student", "downloadAssignmentAttachment", { attachmentId, version: 3 }),
      "not_found",
    );

    assert.equal(
      await code("instructor", "removeAssignmentAttachment", { attachmentId, version: 1 }),
      "stale_version",
    );
    await must("instructor", "assignments.removeAssignmentAttachment", { attachmentId, version: 2 });
    assert.deepEqual(await seen(assignment), [["map.pdf", 1]]);
    assert.equal(await code("student", "downloadAssignmentAttachment", { attachmentId }), "not_found");
    assert.equal((await fetched(sheet, "assistant")).fileName, "sheet-2.md");
    const again = { attachmentId, version: 2, uploadId: await send("instructor") };
    assert.equal(await code("instructor", "replaceAssignmentAttachment", again), "attachment_removed");
    await must("instructor", "assignments.removeAssignmentAttachment", {
      attachmentId,
      version: 2,
      restore: true,
    });
    assert.equal((await seen(assignment)).length, 2);
  });

  test("nobody else changes them, and outsiders do not know of them", async () => {
    const assignment = await buildAssignment(built());
    const { attachmentId } = await add(assignment);
    const outcomes = { student: "forbidden", observer: "forbidden", outsider: "not_found" } as const;
    for (const [as, outcome] of Object.entries(outcomes) as [Persona, string][]) {
      assert.equal(await code(as, "removeAssignmentAttachment", { attachmentId, version: 1 }), outcome, as);
      const uploadId = await send(as);
      const { assignmentId } = assignment;
      assert.equal(await code(as, "addAssignmentAttachment", { assignmentId, uploadId }), outcome, as);
    }
    assert.equal(await code("observer", "downloadAssignmentAttachment", { attachmentId }), "forbidden");
    for (const as of ["outsider", "otherInstructor", "former"] as const)
      assert.equal(await code(as, "downloadAssignmentAttachment", { attachmentId }), "not_found", as);
  });

  test("before it opens, and in a draft, students get neither names nor bytes", async () => {
    const { clock } = built().test;
    const assignment = await buildAssignment(built(), { dueInMs: 3 * dayMs });
    const { assignmentId, version } = assignment;
    const sheet = await add(assignment, "solution-hint.md");
    const availableFrom = clock.now() + dayMs;
    await must("instructor", "assignments.updateAssignment", { assignmentId, version, availableFrom });
    assert.deepEqual(await seen(assignment), []);
    const { attachmentId } = sheet;
    assert.equal(await code("student", "downloadAssignmentAttachment", { attachmentId }), "not_found");
    assert.deepEqual(await seen(assignment, "assistant"), [["solution-hint.md", 1]]);
    clock.advance(dayMs);
    assert.equal((await fetched(sheet)).fileName, "solution-hint.md");
    const draft = await add(await buildAssignment(built(), { published: false }));
    assert.equal(
      await code("student", "downloadAssignmentAttachment", { attachmentId: draft.attachmentId }),
      "not_found",
    );
  });

  test("a wrong file is refused with what is taken; a description has only so many", async () => {
    const assignment = await buildAssignment(built());
    const { assignmentId } = assignment;
    const odd = { assignmentId, uploadId: await send("instructor", "sheet.pdf", "no PDF") };
    assert.equal(await code("instructor", "addAssignmentAttachment", odd), "unsupported_type");
    for (let count = 0; count < attachmentsMax; count++) await add(assignment, `${count}.md`);
    const more = { assignmentId, uploadId: await send("instructor") };
    assert.equal(await code("instructor", "addAssignmentAttachment", more), "too_many_attachments");
  });

  test("a course without room takes none", async () => {
    const { courseId } = built().course;
    const assignment = await buildAssignment(built());
    await add(assignment, "counted.md", "x".repeat(1_000));
    const storage = await must<CourseStorage>("instructor", "courses.getCourseStorage", { courseId });
    assert(storage.bytes >= 1_000);
    await must("admin", "courses.setStorageLimit", { courseId, bytesMax: storage.bytes + 10 });
    const uploadId = await send("instructor", "big.md", "x".repeat(11));
    const { assignmentId } = assignment;
    assert.equal(
      await code("instructor", "addAssignmentAttachment", { assignmentId, uploadId }),
      "course_storage_full",
    );
    await must("admin", "courses.setStorageLimit", { courseId, bytesMax: null });
  });

  test("the zip of the work holds what was to be done", async () => {
    const assignment = await buildAssignment(built());
    await add(assignment, "instructions.md", "not these\n");
    await buildSubmission(built(), assignment, { fileName: "a.md" });
    const { entries } = await must<Archive>("assistant", "assignments.downloadSubmissions", {
      assignmentId: assignment.assignmentId,
    });
    assert.deepEqual(entries.map(({ path }) => path).slice(0, 3), [
      "manifest.csv",
      "assignment/instructions.md",
      "assignment/instructions (2).md",
    ]);
    assert.equal(entries[1]?.text, "At noon, with a stick.");
  });

  test("they go along with a copy of the course as they are, and with its end", async () => {
    const { test: kernel, course } = built();
    const { courseId } = course;
    const assignment = await buildAssignment(built(), { title: "Copied with files" });
    const kept = await add(assignment);
    const uploadId = await send("instructor", "newest.md", "# 2\n");
    const { attachmentId } = kept;
    await must("instructor", "assignments.replaceAssignmentAttachment", {
      attachmentId,
      version: 1,
      uploadId,
    });
    const gone = await add(assignment, "gone.md");
    await must("instructor", "assignments.removeAssignmentAttachment", {
      attachmentId: gone.attachmentId,
      version: 1,
    });
    const wish = { courseId, code: "ASTRO-101", term: "Copied with files" };
    const { copyId } = await must<CourseCopy>("instructor", "courses.copyCourse", wish);
    await kernel.kernel.settle();
    const made = await must<CourseCopy>("instructor", "courses.getCourseCopy", { copyId });
    const copiedCourseId = made.course?.courseId ?? "";
    const { items } = await must<{ items: Assignment[] }>("instructor", "assignments.listAssignments", {
      courseId: copiedCourseId,
    });
    const copied = items.find(({ title }) => title === "Copied with files");
    assert(copied !== undefined);
    assert.deepEqual(await seen(copied, "instructor"), [["newest.md", 1]]);
    const [file] = (
      await must<Assignment>("instructor", "assignments.getAssignment", { assignmentId: copied.assignmentId })
    ).attachments;
    assert(file !== undefined && file.attachmentId !== attachmentId);

    await must("instructor", "courses.trashCourse", { courseId: copiedCourseId });
    kernel.clock.advance(31 * dayMs);
    for (let round = 0; round < 3; round++) await kernel.kernel.settle();
    const left = await kernel.kernel.store.read(async (database) => {
      const db = tablesOf<AssignmentsTables>(database);
      const row = await db
        .selectFrom("assignment_attachments")
        .select("id")
        .where("course_id", "=", copiedCourseId)
        .executeTakeFirst();
      const version = await db
        .selectFrom("assignment_attachment_versions")
        .select("version")
        .where("attachment_id", "=", file.attachmentId)
        .executeTakeFirst();
      return row ?? version ?? null;
    });
    assert.equal(left.value, null);
    assert.equal((await fetched(kept)).fileName, "newest.md");
  });
});
