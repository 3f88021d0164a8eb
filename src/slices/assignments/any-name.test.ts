/** People and files are called what they are called, in any letters, from the receipt to the zip; only file systems are spared. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { seededRandom } from "#base/random.ts";
import type { Archive } from "#kernel/archive.ts";
import { tokenOf } from "#kernel/testing.ts";
import { eachCourse } from "../courses/testing.ts";
import { buildPerson } from "../identity/fixtures.ts";
import { buildAssignment } from "./fixtures.ts";
import type { RosterLine } from "./roster-schema.ts";
import type { SubmissionReceipt } from "./schema.ts";
import { assignmentsSlice } from "./slice.ts";

const names = [
  { name: "ليلى 🌙", file: "تقريري 🌙.md", folder: "ليلى 🌙", inZip: "تقريري 🌙.md" },
  { name: "=Zoë: «Ünal»/王", file: 'what? "now".md', folder: "=Zoë- «Ünal»-王", inZip: "what- -now-.md" },
  // Right-to-left marks would show the ending elsewhere than it is.
  { name: "CON", file: "evil\u202Edm.exe.md", folder: "_CON", inZip: "evildm.exe.md" },
] as const;

eachCourse("names in any letters", [assignmentsSlice], (built) => {
  test("receipts, the list, the zip and its manifest keep them; each receipt is genuine", async () => {
    const { test: kernel, people, course } = built();
    const { instructor, assistant } = people;
    const random = seededRandom(11);
    const assignment = await buildAssignment(built(), { title: "ظلّ الظهيرة 🌞" });
    const { assignmentId } = assignment;
    for (const [at, { name, file }] of names.entries()) {
      const email = `any.name.${at}@lindenhof.example`;
      const { id, sessionId } = await buildPerson(kernel, { name, email, roles: ["student"] }, random);
      const token = tokenOf({ kind: "person", personId: id, sessionId, roles: ["student"], scope: "full" });
      await kernel.must(instructor.token, "courses.enrolPerson", {
        ...{ courseId: course.courseId, email, role: "student" },
      });
      const uploadId = await kernel.upload(`person:${id}`, file, Buffer.from(`# ${at}\n`));
      const { receipt } = await kernel.must<SubmissionReceipt>(token, "assignments.submitAssignment", {
        ...{ assignmentId, uploadId },
      });
      assert.match(receipt, /^Assignment: ظلّ الظهيرة 🌞 \(/m);
      assert(receipt.includes(`bytes, ${file.replace("\u202E", "")}\n`), receipt);
      // As a mail program gives it back.
      const mailed = receipt.replaceAll("\n", "\r\n");
      const verified = await kernel.must<{ isGenuine: boolean }>(
        instructor.token,
        "assignments.verifyReceipt",
        { receipt: mailed },
      );
      assert.equal(verified.isGenuine, true, name);
    }

    const search = async (words: string) =>
      (
        await kernel.must<{ items: RosterLine[] }>(assistant.token, "assignments.listSubmissions", {
          ...{ assignmentId, search: words },
        })
      ).items.map(({ studentName }) => studentName);
    assert.deepEqual(await search("ليلى"), ["ليلى 🌙"]);
    assert.deepEqual(await search("🌙"), ["ليلى 🌙"]);

    const { fileName, entries } = await kernel.must<Archive>(
      assistant.token,
      "assignments.downloadSubmissions",
      { assignmentId },
    );
    assert.equal(fileName, "ظلّ الظهيرة 🌞.zip");
    const [manifest, ...files] = entries;
    assert.deepEqual(
      files.map(({ path }) => path).sort(),
      names.map(({ folder, inZip }) => `${folder}/${inZip}`).sort(),
    );
    const rows: Record<string, string>[] = parse(manifest?.text ?? "", { bom: true, columns: true });
    assert.deepEqual(
      rows.map((row) => [row.student, row.folder, row.file]).sort(),
      names
        // What a spreadsheet would take for a formula is text.
        .map(({ name, folder, inZip }) => [name, folder, inZip].map((cell) => cell.replace(/^=/, "'=")))
        .sort(),
    );
  });
});
