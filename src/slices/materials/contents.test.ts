/** Contents as people meet them: links, pages, places, rules, revisions, captions and readings, on both engines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { buildBareCourse, type Persona } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { buildMaterial, pdfOf, sendFile } from "./fixtures.ts";
import type { Material } from "./schema.ts";
import { materialsSlice } from "./slice.ts";

const hour = 3_600_000;

eachCourse("the contents of a course", [materialsSlice], (built) => {
  const as = (who: Persona) => ({
    must: <Output>(operation: string, input: JsonObject) =>
      built().test.must<Output>(built().people[who].token, `materials.${operation}`, input),
    refused: async (operation: string, input: JsonObject) => {
      const result = await built().test.call(built().people[who].token, `materials.${operation}`, input);
      return "failure" in result ? result.failure.code : "done";
    },
  });
  const instructor = as("instructor");
  const student = as("student");
  const courseId = () => built().course.courseId;
  const page = (title: string, more: JsonObject = {}) =>
    instructor.must<Material>("createPage", {
      courseId: courseId(),
      title,
      text: "One.\n",
      published: true,
      ...more,
    });
  const seenBy = async (who: Persona, { materialId }: Material) =>
    as(who).must<Material>("getMaterial", { materialId });

  test("a link leads to https only, and nowhere else", async () => {
    const add = (url: string) => instructor.refused("addLink", { courseId: courseId(), title: "Sky", url });
    assert.equal(await add("https://sky.example/a?b=c"), "done");
    for (const url of [
      "javascript:alert(1)",
      "http://sky.example",
      "data:text/html,x",
      "sky",
      "https://a:b@c.d",
    ])
      assert.equal(await add(url), "invalid_input", url);
  });

  test("a page keeps drafts to oneself, and a second writer is told, with nothing lost", async () => {
    const { materialId } = await page("Week 1");
    const mine = { materialId, baseRevision: 1, text: "Mine.\n" };
    await instructor.must("savePageDraft", mine);
    assert.deepEqual(
      (await as("assistant").must<{ draft: unknown }>("getPageDraft", { materialId })).draft,
      null,
    );
    await as("assistant").must("savePage", { materialId, baseRevision: 1, text: "Theirs.\n" });
    assert.equal(await instructor.refused("savePage", mine), "stale_revision");
    const { draft } = await instructor.must<{ draft: { text: string } }>("getPageDraft", { materialId });
    assert.equal(draft.text, "Mine.\n");
    const text = async (revision?: number) =>
      (await student.must<{ text: string }>("getPage", { materialId, ...(revision ? { revision } : {}) }))
        .text;
    assert.deepEqual([await text(), await text(1)], ["Theirs.\n", "One.\n"]);
    const saved = await instructor.must<Material>("savePage", { ...mine, baseRevision: 2 });
    assert.equal(saved.revision, 3);
    assert.equal(
      await instructor.refused("savePage", { ...mine, text: "x".repeat(1_000_000) }),
      "invalid_input",
    );
  });

  test("a file is replaced, and what cited the one before still opens it", async () => {
    const before = await buildMaterial(built(), { published: true, fileName: "a.pdf", bytes: pdfOf(2) });
    const { materialId, version } = before;
    const uploadId = await sendFile(built(), built().people.instructor, "b.pdf", pdfOf(3));
    const after = await instructor.must<Material>("replaceMaterialFile", { materialId, version, uploadId });
    assert.deepEqual([after.revision, after.pages], [2, 3]);
    const file = (revision: number) =>
      student.must<{ fileName: string }>("getCourseMaterial", { materialId, revision });
    assert.deepEqual([(await file(1)).fileName, (await file(2)).fileName], ["a.pdf", "b.pdf"]);
    assert.equal(await student.refused("getCourseMaterial", { materialId, revision: 9 }), "not_found");
    const restored = await instructor.must<Material>("restoreMaterialRevision", {
      materialId,
      version: after.version,
      revision: 1,
    });
    assert.deepEqual([restored.revision, restored.pages, restored.file?.fileName], [3, 2, "a.pdf"]);
  });

  test("what comes after another opens when that is read; bytes and text heed it", async () => {
    const first = await page("First");
    const second = await page("Second");
    const { materialId, version } = second;
    const after = [{ kind: "material", id: first.materialId }];
    const ruled = await instructor.must<Material>("setMaterialRelease", { materialId, version, after });
    const locked = await seenBy("student", second);
    assert.deepEqual(
      locked.locks.map(({ kind, materialTitle }) => [kind, materialTitle]),
      [["after_material", "First"]],
    );
    assert.equal(await student.refused("getPage", { materialId }), "forbidden");
    const circle = {
      materialId: first.materialId,
      version: first.version,
      after: [{ kind: "material", id: materialId }],
    };
    assert.equal(await instructor.refused("setMaterialRelease", circle), "invalid_input");
    const studentId = built().people.student.id;
    const preview = { materialId, asPersonId: studentId };
    assert.equal((await instructor.must<Material>("getMaterial", preview)).locks.length, 1);
    assert.equal(await student.refused("getMaterial", preview), "forbidden");

    await student.must("markMaterialRead", { materialId: first.materialId });
    assert.deepEqual((await seenBy("student", second)).locks, []);
    assert.equal((await seenBy("classmate", second)).locks.length, 1);
    assert.equal(await student.refused("getPage", { materialId }), "done");
    assert.equal(ruled.release?.after.length, 1);
  });

  test("dates open and close by themselves, and the feed is told once", async () => {
    const { clock, events, kernel } = built().test;
    const draft = await page("Scheduled", { published: false });
    const { materialId, version } = draft;
    const now = clock.now();
    const contradiction = { materialId, version, availableFrom: now + 2 * hour, availableUntil: now + hour };
    assert.equal(await instructor.refused("setMaterialRelease", contradiction), "invalid_input");
    await instructor.must("setMaterialRelease", { materialId, version, publishAt: now + hour });
    assert.equal(await student.refused("getMaterial", { materialId }), "not_found");
    clock.advance(hour);
    assert.equal((await seenBy("student", draft)).state, "published");
    const before = (await events()).at(-1)?.position ?? 0;
    const told = async () =>
      (await events(before)).flatMap(({ type, data }) => (data.materialId === materialId ? [type] : []));
    await kernel.settle();
    const expected = ["material.updated", "material.published", "material.released"];
    assert.deepEqual(await told(), expected);
    await kernel.settle();
    assert.deepEqual(await told(), expected);
  });

  test("an item moves among materials of its own course only", async () => {
    const { courseId: otherId } = await buildBareCourse(built().test, built().people.instructor, {
      code: "OTHER-1",
    });
    const module = await built().test.must<{ moduleId: string }>(
      built().people.instructor.token,
      "courses.createModule",
      {
        courseId: otherId,
        title: "Elsewhere",
      },
    );
    const [one, two] = [await page("Move 1"), await page("Move 2")];
    const wrong = { materialId: one.materialId, moduleId: module.moduleId };
    assert.equal(await instructor.refused("moveMaterial", wrong), "invalid_input");
    const moved = await instructor.must<Material>("moveMaterial", {
      materialId: two.materialId,
      moduleId: null,
      beforeId: one.materialId,
    });
    assert(moved.order < (await seenBy("instructor", one)).order);
  });

  test("captions are WebVTT or refused with the line", async () => {
    const material = await buildMaterial(built());
    const uploadId = await sendFile(
      built(),
      built().people.instructor,
      "a.vtt",
      Buffer.from("1\n00:01 --> 00:02\n"),
    );
    const input = { materialId: material.materialId, language: "en", label: "English", uploadId };
    assert.equal(await instructor.refused("addCaptions", input), "not_webvtt");
  });

  test("who teaches sees who has read; students see their own", async () => {
    const { materialId } = await page("Read me");
    await student.must("recordReading", { materialId, place: 1, finished: true });
    const readers = await instructor.must<{ readCount: number; studentCount: number }>("listReaders", {
      materialId,
    });
    assert.deepEqual([readers.readCount, readers.studentCount], [1, 2]);
    assert.equal(await student.refused("listReaders", { materialId }), "forbidden");
    assert.equal((await seenBy("classmate", { materialId } as Material)).myReading, null);
  });

  test("all that one may open comes as one archive", async () => {
    const names = async (who: Persona) =>
      (
        await as(who).must<{ entries: { path: string }[] }>("downloadMaterials", { courseId: courseId() })
      ).entries.map(({ path }) => path);
    const hidden = await page("Only a draft", { published: false });
    assert((await names("instructor")).includes(`${hidden.title}.md`));
    assert(!(await names("student")).includes(`${hidden.title}.md`));
  });
});
