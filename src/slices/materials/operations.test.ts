/** Materials as people meet them: what is taken, who sees what, and what happens to a file over time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BuiltCourse, Persona } from "../courses/fixtures.ts";
import { buildBareCourse } from "../courses/fixtures.ts";
import { eachCourse, runScenarios, type Scenario, turnedAway } from "../courses/testing.ts";
import { buildMaterial, type matrixInputs, pdfOf, png, sendFile } from "./fixtures.ts";
import type { Material } from "./schema.ts";
import { materialsSlice } from "./slice.ts";

interface Given {
  readonly material: Material;
}
type Row = Scenario<keyof typeof matrixInputs, Given>;

const members: readonly Persona[] = [
  "admin",
  "instructor",
  "assistant",
  "student",
  "classmate",
  "observer",
  "teacherAsStudent",
];
const staff: readonly Persona[] = ["admin", "instructor", "assistant"];

const draft = async (built: BuiltCourse): Promise<Given> => ({ material: await buildMaterial(built) });
const published = async (built: BuiltCourse): Promise<Given> => ({
  material: await buildMaterial(built, { published: true }),
});
const removed = async (built: BuiltCourse): Promise<Given> => {
  const { material } = await published(built);
  const input = { materialId: material.materialId };
  return {
    material: await built.test.must<Material>(
      built.people.instructor.token,
      "materials.removeMaterial",
      input,
    ),
  };
};
const it = (_built: BuiltCourse, { material }: Given) => ({ materialId: material.materialId });
const fileName = (_built: BuiltCourse, { material }: Given) => [
  material.file?.fileName ?? "",
  material.title,
];

/** An upload by the instructor of a file that is named and made so. */
const sends = (name: string, bytes: Uint8Array, outcome: string, says?: RegExp): Row => ({
  operation: "materials.courseMaterialUpload",
  as: "instructor",
  about: `of ${name}`,
  input: async (built) => ({
    courseId: built.course.courseId,
    title: name,
    uploadId: await sendFile(built, built.people.instructor, name, bytes),
  }),
  outcome,
  ...(says === undefined ? {} : { says }),
  ...(outcome === "done" ? { events: ["material.added"] } : {}),
});

const scenarios: readonly Row[] = [
  ...turnedAway<Row["operation"], Given>(
    {
      operation: "materials.courseMaterialUpload",
      input: ({ course }) => ({ courseId: course.courseId, title: "Mine", uploadId: "none" }),
    },
    staff,
  ),
  {
    operation: "materials.courseMaterialUpload",
    as: "assistant",
    input: async (built) => ({
      courseId: built.course.courseId,
      title: " Light as a messenger ",
      published: true,
      uploadId: await sendFile(built, built.people.assistant, "light.pdf", pdfOf(2)),
    }),
    outcome: "done",
    output({ title, state, pages, file }) {
      assert.deepEqual([title, state, pages], ["Light as a messenger", "published", 2]);
      const { sha256, ...rest } = file as NonNullable<Material["file"]>;
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.deepEqual(rest, {
        fileName: "light.pdf",
        mediaType: "application/pdf",
        bytes: pdfOf(2).length,
      });
    },
    events: ["material.added", "material.published", "material.released"],
  },
  {
    operation: "materials.courseMaterialUpload",
    as: "instructor",
    about: "of somebody else's upload",
    input: async (built) => ({
      courseId: built.course.courseId,
      title: "Not mine",
      uploadId: await sendFile(built, built.people.assistant, "a.pdf", pdfOf(1)),
    }),
    outcome: "invalid_input",
    says: /no upload of yours/,
  },
  sends("notes.md", Buffer.from("# Notes\n\nSome notes.\n"), "done"),
  sends("program.py", Buffer.from("print('hello')\n"), "done"),
  sends("picture.png", png, "done"),
  sends("earth.pdf", png, "unsupported_type", /named like a PDF, but its bytes are a PNG image/),
  sends("picture.png", pdfOf(1), "unsupported_type", /named like a PNG image, but its bytes are a PDF/),
  sends(
    "page.html",
    Buffer.from("<!doctype html><script>alert(1)</script>"),
    "unsupported_type",
    /text\/html/,
  ),
  sends("drawing.svg", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), "unsupported_type"),
  sends(
    "program.exe",
    Buffer.from("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff", "latin1"),
    "unsupported_type",
  ),
  sends("half.pdf", pdfOf(3).subarray(0, 200), "file_broken"),

  ...turnedAway<Row["operation"], Given>(
    { operation: "materials.getCourseContents", input: ({ course: { code, term } }) => ({ code, term }) },
    members,
  ),
  {
    operation: "materials.getCourseContents",
    as: "student",
    about: "without its drafts and removed materials",
    given: async (built) => {
      await buildMaterial(built, { title: "A secret draft" });
      const { materialId } = await buildMaterial(built, { title: "Removed by now", published: true });
      await built.test.must(built.people.instructor.token, "materials.removeMaterial", { materialId });
      return { material: await buildMaterial(built, { title: "Published", published: true }) };
    },
    input: () => ({ code: "astro-101", term: "autumn 2026", limit: 100 }),
    outcome: "done",
    output({ course, items }, built, { material }) {
      const { courseId, code, term, title } = built.course;
      assert.deepEqual(course, { courseId, code, term, title });
      assert.deepEqual((items as unknown as Material[]).at(-1), { ...material, release: null });
    },
    hides: () => ["A secret draft", "Removed by now", "draft"],
  },
  {
    operation: "materials.getCourseContents",
    as: "observer",
    about: "that were removed",
    input: ({ course: { courseId } }) => ({ courseId, removed: true }),
    outcome: "forbidden",
  },
  {
    operation: "materials.getCourseContents",
    as: "student",
    about: "named twice",
    input: ({ course: { courseId, code, term } }) => ({ courseId, code, term }),
    outcome: "invalid_input",
    says: /by courseId, or by code and term/,
  },
  {
    operation: "materials.getCourseContents",
    as: "student",
    about: "of a term that never was",
    input: () => ({ code: "ASTRO-101", term: "Spring 1900" }),
    outcome: "not_found",
    says: /ASTRO-101 in Spring 1900/,
  },

  ...turnedAway<Row["operation"], Given>(
    { operation: "materials.getMaterial", given: published, input: it },
    members,
  ),
  ...turnedAway<Row["operation"], Given>(
    { operation: "materials.getMaterial", given: draft, input: it },
    staff,
    "not_found",
  ).map((row): Row => ({ ...row, about: "that is a draft", hides: fileName })),
  {
    operation: "materials.getMaterial",
    as: "observer",
    given: published,
    input: it,
    outcome: "done",
    output: (output, _built, { material }) => assert.deepEqual(output, { ...material, release: null }),
  },
  {
    operation: "materials.getMaterial",
    as: "student",
    about: "that was removed",
    given: removed,
    input: it,
    outcome: "not_found",
  },

  ...turnedAway<Row["operation"], Given>(
    { operation: "materials.getCourseMaterial", given: published, input: it },
    members,
  ),
  {
    operation: "materials.getCourseMaterial",
    as: "student",
    given: published,
    input: it,
    outcome: "done",
    output: (output, _built, { material }) => assert.deepEqual(output, material.file),
  },
  {
    operation: "materials.getCourseMaterial",
    as: "student",
    about: "that is a draft",
    given: draft,
    input: it,
    outcome: "not_found",
    hides: fileName,
  },
  {
    operation: "materials.getCourseMaterial",
    as: "instructor",
    about: "that was removed",
    given: removed,
    input: it,
    outcome: "not_found",
  },

  ...turnedAway<Row["operation"], Given>(
    {
      operation: "materials.updateMaterial",
      given: published,
      input: (_built, { material }) => ({ materialId: material.materialId, version: 1, title: "Mine" }),
    },
    staff,
  ),
  {
    operation: "materials.updateMaterial",
    as: "assistant",
    about: "to publish it",
    given: draft,
    input: (_built, { material }) => ({ materialId: material.materialId, version: 1, published: true }),
    outcome: "done",
    output: ({ state, version }) => assert.deepEqual([state, version], ["published", 2]),
    events: ["material.updated", "material.published", "material.released"],
  },
  {
    operation: "materials.updateMaterial",
    as: "assistant",
    about: "after the instructor did",
    given: async (built) => {
      const given = await draft(built);
      const input = { materialId: given.material.materialId, version: 1, title: "First" };
      await built.test.must(built.people.instructor.token, "materials.updateMaterial", input);
      return given;
    },
    input: (_built, { material }) => ({ materialId: material.materialId, version: 1, title: "Second" }),
    outcome: "stale_version",
    says: /^Grace Hopper changed the material/,
  },
  {
    operation: "materials.updateMaterial",
    as: "instructor",
    about: "that was removed",
    given: removed,
    input: (_built, { material }) => ({ materialId: material.materialId, version: 2, title: "Gone" }),
    outcome: "material_removed",
  },

  ...turnedAway<Row["operation"], Given>(
    { operation: "materials.removeMaterial", given: published, input: it },
    staff,
  ),
  {
    operation: "materials.removeMaterial",
    as: "instructor",
    given: published,
    input: it,
    outcome: "done",
    output: ({ removedAt }, { test: kernel }) => assert.equal(removedAt, kernel.clock.now()),
    events: ["material.removed"],
  },
  {
    operation: "materials.removeMaterial",
    as: "instructor",
    about: "a second time",
    given: removed,
    input: it,
    outcome: "done",
  },

  ...turnedAway<Row["operation"], Given>(
    { operation: "materials.restoreMaterial", given: removed, input: it },
    staff,
    "not_found",
  ),
  {
    operation: "materials.restoreMaterial",
    as: "instructor",
    given: removed,
    input: it,
    outcome: "done",
    output: ({ removedAt, state }) => assert.deepEqual([removedAt, state], [null, "published"]),
    events: ["material.restored"],
  },
  {
    operation: "materials.restoreMaterial",
    as: "instructor",
    about: "whose file has been deleted meanwhile",
    given: async (built) => {
      // A file of its own content: the other materials' must stay.
      const material = await buildMaterial(built, { bytes: Buffer.from("Short-lived.\n") });
      const input = { materialId: material.materialId };
      await built.test.must(built.people.instructor.token, "materials.removeMaterial", input);
      await built.test.kernel.services.blobs.remove(material.file?.sha256 ?? "");
      return { material };
    },
    input: it,
    outcome: "file_gone",
    says: /Add it anew/,
  },
];

runScenarios("materials", [materialsSlice], scenarios);

eachCourse("a course's contents", [materialsSlice], (built) => {
  test("stand in the order in which they came, page after page, for everybody", async () => {
    const { test: kernel, people } = built();
    const { courseId } = await buildBareCourse(kernel, people.instructor, { code: "ORDER-1" });
    const titles = ["one", "two", "three", "four", "five"];
    for (const title of titles) await buildMaterial(built(), { courseId, title, published: title !== "two" });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Material[]; nextCursor: string | null } = await kernel.must(
        people.instructor.token,
        "materials.getCourseContents",
        { courseId, limit: 2, ...(cursor === null ? {} : { cursor }) },
      );
      seen.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(seen, titles);
  });

  test("a refused file leaves nothing behind", async () => {
    const { test: kernel, people, course } = built();
    const count = async () => {
      const page = await kernel.must<{ items: Material[] }>(
        people.instructor.token,
        "materials.getCourseContents",
        { courseId: course.courseId, limit: 100 },
      );
      return page.items.length;
    };
    const before = await count();
    const uploadId = await sendFile(built(), people.instructor, "broken.pdf", pdfOf(3).subarray(0, 150));
    const input = { courseId: course.courseId, title: "Broken", uploadId };
    const result = await kernel.call(people.instructor.token, "materials.courseMaterialUpload", input);
    assert("failure" in result);
    assert.equal(await count(), before);
  });
});
