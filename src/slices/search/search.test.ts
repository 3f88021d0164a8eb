/** Searching as people meet it: what each finds, what nobody learns of, and that it opens at the place. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildAssignment } from "../assignments/fixtures.ts";
import { assignmentsSlice } from "../assignments/slice.ts";
import { type BuiltCourse, buildBareCourse, type Persona } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { buildMaterial } from "../materials/fixtures.ts";
import { materialsSlice } from "../materials/slice.ts";
import { buildQuery } from "../queries/fixtures.ts";
import { queriesSlice } from "../queries/slice.ts";
import type { SearchResult } from "./schema.ts";
import { searchSlice } from "./slice.ts";

interface Answer {
  readonly items: readonly SearchResult[];
  readonly nextCursor: string | null;
  readonly match: string;
  readonly suggestion: string | null;
  readonly index: { readonly isCurrent: boolean; readonly isReading: boolean };
}

const slices = [materialsSlice, assignmentsSlice, queriesSlice, searchSlice];
const everyone: readonly Persona[] = ["admin", "instructor", "assistant", "student", "classmate", "observer"];
const outside: readonly Persona[] = ["former", "otherInstructor", "outsider"];

const ask = ({ test: kernel, people }: BuiltCourse, as: Persona, text: string, more: object = {}) =>
  kernel.must<Answer>(people[as].token, "search.search", { text, ...more });
const found = async (built: BuiltCourse, as: Persona, text: string, more: object = {}) =>
  (await ask(built, as, text, more)).items.map(({ kind, title }) => `${kind}: ${title}`);
const settle = ({ test: kernel }: BuiltCourse) => kernel.kernel.settle();

/** A material with this file; its bytes decide what it is. */
async function addFile(built: BuiltCourse, fileName: string, bytes: Uint8Array, input: object = {}) {
  const { test: kernel, people, course } = built;
  const uploadId = await kernel.upload(`person:${people.instructor.id}`, fileName, bytes);
  return kernel.must<{ materialId: string; version: number }>(
    people.instructor.token,
    "materials.courseMaterialUpload",
    { courseId: course.courseId, title: fileName, published: true, uploadId, ...input },
  );
}

eachCourse("search", slices, (built) => {
  test("a course is found by those who belong to it, and by nobody else", async () => {
    await settle(built());
    for (const persona of everyone)
      assert.deepEqual(
        await found(built(), persona, "how far stars"),
        ["course: Measuring the sky"],
        persona,
      );
    for (const persona of outside)
      assert.deepEqual(await found(built(), persona, "how far stars"), [], persona);
  });

  test("a draft is found by staff alone, and leaves no trace in what others are told", async () => {
    const { test: kernel, people, course } = built();
    const draft = await buildMaterial(built(), { title: "Zwickmuehle exam" });
    await buildAssignment(built(), { title: "Zwickmuehle homework", published: false });
    await settle(built());
    for (const persona of ["admin", "instructor", "assistant"] as const)
      assert.equal((await found(built(), persona, "zwickmuehle")).length, 2, persona);
    const nothing = await ask(built(), "student", "quetzalcoatlus");
    for (const persona of ["student", "classmate", "observer", "teacherAsStudent", ...outside] as const) {
      const answer = await ask(built(), persona, "zwickmuehle");
      assert.deepEqual(answer, { ...nothing, index: answer.index }, persona);
      // A misspelt word is not put right with one that only a draft has.
      assert.equal((await ask(built(), persona, "zwickmuele")).suggestion, null, persona);
    }
    assert.equal((await ask(built(), "instructor", "zwickmuele")).suggestion, "zwickmuehle");
    await kernel.must(people.instructor.token, "materials.updateMaterial", {
      materialId: draft.materialId,
      version: draft.version,
      published: true,
    });
    assert.deepEqual(await found(built(), "student", "zwickmuehle"), ["material: Zwickmuehle exam"]);
    await kernel.must(people.instructor.token, "materials.removeMaterial", { materialId: draft.materialId });
    // Removed a moment ago, the index still knows it; nobody is told of it.
    assert.deepEqual(await found(built(), "instructor", "zwickmuehle", { kinds: ["material"] }), []);
    await settle(built());
    assert.deepEqual(await found(built(), "admin", "zwickmuehle", { kinds: ["material"] }), []);
    assert.equal(course.courseId, draft.courseId);
  });

  test("a query is found by who asked it and by staff, its answers too", async () => {
    const { test: kernel, people } = built();
    const query = await buildQuery(built(), { title: "Why Syene?", body: "Nobody lives in Aswanabad." });
    await kernel.must(people.instructor.token, "queries.answerQuery", {
      queryId: query.queryId,
      body: "It lies on the tropicofcancer line.",
    });
    await settle(built());
    for (const persona of ["student", "admin", "instructor", "assistant"] as const) {
      const { items } = await ask(built(), persona, "tropicofcancer");
      assert.equal(items[0]?.title, "Why Syene?", persona);
      assert.equal(typeof items[0]?.places[0]?.answerId, "string");
    }
    for (const persona of ["classmate", "observer", "teacherAsStudent", ...outside] as const)
      for (const word of ["tropicofcancer", "aswanabad", "syene"])
        assert.deepEqual(await found(built(), persona, word), [], `${persona} ${word}`);
  });

  test("whoever leaves a course finds nothing of it from that moment on", async () => {
    const { test: kernel, people, course } = built();
    const { courseId } = await buildBareCourse(kernel, people.otherInstructor, { code: "BOT-1" });
    const { enrolmentId } = await kernel.must<{ enrolmentId: string }>(
      people.otherInstructor.token,
      "courses.enrolPerson",
      { courseId, email: people.outsider.email, role: "student" },
    );
    await settle(built());
    assert.equal((await found(built(), "outsider", "sky")).length, 1);
    await kernel.must(people.otherInstructor.token, "courses.endEnrolment", { enrolmentId });
    assert.deepEqual(await found(built(), "outsider", "sky"), []);
    const { token } = people.outsider;
    const refused = await kernel.call(token, "search.search", { text: "sky", courseId: course.courseId });
    assert.equal("failure" in refused ? refused.failure.code : "", "not_found");
  });

  test("the pages of a PDF and the sections of a text are found, and open there", async () => {
    const pdf = fileURLToPath(import.meta.resolve("../../app/demo/content/sky/01-the-size-of-the-earth.pdf"));
    await addFile(built(), "earth.pdf", await readFile(pdf), { title: "The stick" });
    const markdown =
      "Preamble about gnomons.\n\n# One\n\nNothing.\n\n```\n# no heading\n```\n\n## Two **sticks**\n\nA *camel* [walks](http://x.example).";
    await addFile(built(), "camels.md", new TextEncoder().encode(markdown), { title: "Camels" });
    await addFile(built(), "locked.txt", new TextEncoder().encode("地球の大きさは影で測る。"), {
      title: "地",
    });
    await settle(built());
    const { items, index } = await ask(built(), "student", "Eratosthenes", { kinds: ["material"] });
    assert.equal(items[0]?.title, "The stick");
    assert((items[0]?.places[0]?.page ?? 0) >= 1);
    assert(items[0]?.places[0]?.excerpt.some(({ isHit, text }) => isHit && /eratosthenes/i.test(text)));
    assert.deepEqual(index, { isCurrent: true, isReading: false });
    const [camel] = (await ask(built(), "student", "camel")).items.filter(({ title }) => title === "Camels");
    const place = camel?.places.find(({ headingNumber }) => headingNumber === 2);
    assert.equal(place?.heading, "Two sticks");
    assert.equal(place?.excerpt.map(({ text }) => text).join(""), "A camel walks.");
    assert.deepEqual(await found(built(), "student", "影で測る"), ["material: 地"]);
  });

  test("a search can wait for the index, and says where it is behind", async () => {
    const { test: kernel, people, course } = built();
    await settle(built());
    await kernel.must(people.instructor.token, "courses.postAnnouncement", {
      courseId: course.courseId,
      title: "Perihelion party",
    });
    const behind = await ask(built(), "student", "perihelion");
    assert.deepEqual([behind.items.length, behind.index.isCurrent], [0, false]);
    const waiting = ask(built(), "student", "perihelion", { wait: true });
    await settle(built());
    const { items, index } = await waiting;
    assert.deepEqual([items[0]?.title, index.isCurrent], ["Perihelion party", true]);
  });

  test("results come page by page, each once, and no cursor tells of what is hidden", async () => {
    for (let number = 1; number <= 7; number++)
      await buildMaterial(built(), { title: `Heliograph ${number}`, published: number % 2 === 1 });
    await settle(built());
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Answer = await ask(built(), "student", "heliograph", {
        limit: 2,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(
      seen.sort(),
      [1, 3, 5, 7].map((number) => `Heliograph ${number}`),
    );
  });

  test("what resembles a draft of a query is shown to those who may see it", async () => {
    const { test: kernel, people, course } = built();
    await buildQuery(built(), { title: "How do I cite a sundial?", body: "In the report." });
    await settle(built());
    const input = { courseId: course.courseId, text: "citing the sundial in my report, how?" };
    const similar = async (as: Persona) =>
      (
        await kernel.must<Answer>(people[as].token, "search.findSimilar", { ...input, kinds: ["query"] })
      ).items.map(({ title }) => title);
    assert.equal((await similar("instructor"))[0], "How do I cite a sundial?");
    assert.equal((await similar("student"))[0], "How do I cite a sundial?");
    assert(!(await similar("classmate")).includes("How do I cite a sundial?"));
  });

  test("an index that is thrown away is built again from the store", async () => {
    const { test: kernel } = built();
    const { textIndex } = kernel.kernel.services;
    await settle(built());
    const before = await textIndex.status();
    await textIndex.startOver(0);
    await settle(built());
    assert.equal((await textIndex.status()).entries, before.entries);
    assert.deepEqual(await found(built(), "student", "how far stars"), ["course: Measuring the sky"]);
  });

  test("an admin has it built anew, and nobody else", async () => {
    const { test: kernel, people } = built();
    const { textIndex } = kernel.kernel.services;
    await settle(built());
    const before = await textIndex.status();
    const stray = { kind: "course", sourceId: "nobody-knows", part: "about" } as const;
    const entries = [{ place: "", title: "Straydog", heading: "", body: "" }];
    await textIndex.apply([{ change: "replace", ...stray, audiences: ["all"], entries }], null);
    const refused = await kernel.call(people.instructor.token, "search.rebuildIndex", {});
    assert("failure" in refused && refused.failure.code === "forbidden");
    const elsewhere = await kernel.call(people.admin.token, "search.rebuildIndex", { nodeId: "nowhere" });
    assert("failure" in elsewhere && elsewhere.failure.code === "invalid_input");
    await settle(built());
    assert.equal((await textIndex.status()).entries, before.entries + 1);
    assert.deepEqual(await kernel.must(people.admin.token, "search.rebuildIndex", {}), { nodes: 1 });
    await settle(built());
    assert.equal((await textIndex.status()).entries, before.entries);
    assert.deepEqual(await found(built(), "student", "how far stars"), ["course: Measuring the sky"]);
  });
});
