/** Queries that the class sees: who is told what, whose answers count, and what merging shares and what it does not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assignmentsSlice } from "../assignments/slice.ts";
import type { BuiltCourse, Persona } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { materialsSlice } from "../materials/slice.ts";
import { buildQuery } from "./fixtures.ts";
import type { Attachment, Query, QueryThread } from "./schema.ts";
import { queriesSlice } from "./slice.ts";

const slices = [materialsSlice, assignmentsSlice, queriesSlice];

const run = <Output = QueryThread>(built: BuiltCourse, as: Persona, name: string, input: object) =>
  built.test.must<Output>(built.people[as].token, `queries.${name}`, { ...input });
const refusal = async (built: BuiltCourse, as: Persona, name: string, input: object) => {
  const result = await built.test.call(built.people[as].token, `queries.${name}`, { ...input });
  return "failure" in result ? result.failure.code : "done";
};
const eventsOf = async (built: BuiltCourse, work: () => Promise<unknown>) => {
  const before = (await built.test.events()).at(-1)?.position ?? 0;
  await work();
  return (await built.test.events(before)).map(({ type, data }) => ({ type, ...data }));
};

eachCourse("queries of the class", slices, (built) => {
  test("an anonymous asker is known to staff, and in nothing that a classmate is given", async () => {
    const { test: kernel, people } = built();
    const about = { visibility: "class", anonymous: true };
    const { queryId } = await buildQuery(built(), { title: "A shy one", about });
    await run(built(), "student", "followUpQuery", { queryId, body: "And this?" });
    await run(built(), "instructor", "answerQuery", { queryId, body: "So." });
    await run(built(), "classmate", "askSameQuery", { queryId });
    const told = [
      await run(built(), "classmate", "getQuery", { queryId }),
      await run(built(), "classmate", "getQueries", {}),
      await run(built(), "classmate", "answerQuery", { queryId, body: "Like so." }),
      await run(built(), "classmate", "listRevisions", { queryId }),
      await kernel.call(people.classmate.token, "queries.followUpQuery", { queryId, body: "x" }),
      await kernel.call(people.classmate.token, "queries.editQuery", { queryId, version: 9, body: "x" }),
      await kernel.call(people.classmate.token, "queries.answerQuery", {
        queryId,
        body: "x",
        answersSeen: 0,
      }),
    ];
    for (const answer of told) {
      const said = JSON.stringify(answer);
      assert(!said.includes(people.student.id) && !said.includes(people.student.name), said);
    }
    const thread = told[0] as QueryThread;
    assert.deepEqual([thread.query.asker, thread.query.isOwn], [null, false]);
    assert.equal(thread.answers.find(({ kind }) => kind === "follow_up")?.author, null);
    const toStaff = await run(built(), "assistant", "getQuery", { queryId });
    assert.equal(toStaff.query.asker?.personId, people.student.id);
    assert.equal((await run(built(), "student", "getQuery", { queryId })).query.isOwn, true);
    for (const persona of ["observer", "former", "outsider", "otherInstructor", "teacherAsStudent"] as const)
      assert.equal(await refusal(built(), persona, "getQuery", { queryId }), "not_found", persona);
  });

  test("a classmate's answer counts when staff endorses it, and not before; an edit takes that back", async () => {
    const { queryId } = await buildQuery(built(), { about: { visibility: "class" } });
    const given = await run(built(), "classmate", "answerQuery", { queryId, body: "I think so." });
    const [answer] = given.answers;
    const answerId = answer?.answerId ?? "";
    assert.deepEqual([given.query.state, answer?.authorRole], ["open", "classmate"]);
    assert.equal(await refusal(built(), "student", "endorseAnswer", { answerId }), "forbidden");
    const endorsed = await run(built(), "assistant", "endorseAnswer", { answerId });
    assert.deepEqual(
      [endorsed.query.state, endorsed.answers[0]?.endorsedBy?.name],
      ["answered", built().people.assistant.name],
    );
    assert.equal(
      await refusal(built(), "instructor", "editAnswer", { answerId, version: 1, body: "x" }),
      "forbidden",
    );
    const edited = await run(built(), "classmate", "editAnswer", {
      answerId,
      version: 1,
      body: "I know so.",
    });
    assert.deepEqual([edited.answers[0]?.body, edited.answers[0]?.endorsedBy], ["I know so.", null]);
    const history = await run<{ items: { body: string }[] }>(built(), "instructor", "listRevisions", {
      queryId,
    });
    assert.deepEqual(
      history.items.map(({ body }) => body),
      ["I think so."],
    );
    const others = await run<{ items: object[] }>(built(), "student", "listRevisions", { queryId });
    assert.deepEqual(others.items, []);
  });

  test("what was answered is not rewritten; and so many edits, no more", async () => {
    const { queryId } = await buildQuery(built());
    for (let version = 1; version <= 20; version++)
      await run(built(), "student", "editQuery", { queryId, version, body: `Text ${version}` });
    const edit = { queryId, version: 21, body: "Once more" };
    assert.equal(await refusal(built(), "student", "editQuery", edit), "too_many_edits");
    const other = await buildQuery(built());
    await run(built(), "instructor", "answerQuery", { queryId: other.queryId, body: "So." });
    const late = { queryId: other.queryId, version: 1, body: "Something else" };
    assert.equal(await refusal(built(), "student", "editQuery", late), "answered_already");
  });

  test("one answer reaches everybody who asked, and shares nothing else of anybody's query", async () => {
    const { people } = built();
    const first = await buildQuery(built(), { title: "Where is room B?", body: "I am ashamed to ask." });
    built().test.clock.advance(1_000);
    const second = await buildQuery(built(), {
      as: "classmate",
      title: "Room B where?",
      body: "Secret too.",
    });
    const merge = { queryId: second.queryId, duplicateIds: [first.queryId] };
    const merged = await eventsOf(built(), () => run(built(), "instructor", "mergeQueries", merge));
    assert.deepEqual(
      merged.map(({ type }) => type),
      ["query.merged"],
    );
    const staff = await run(built(), "assistant", "getQuery", { queryId: second.queryId });
    assert.deepEqual(
      staff.merged.map(({ title, asker }) => [title, asker.name]),
      [["Where is room B?", people.student.name]],
    );
    assert.equal(
      staff.query.waitingSince,
      first.waitingSince,
      "it waits from when the first of them began to",
    );
    const list = await run<{ items: Query[] }>(built(), "instructor", "getQueries", { state: "open" });
    assert(
      !list.items.some(({ queryId }) => queryId === first.queryId),
      "staff see what was merged only once",
    );

    const answered = await eventsOf(built(), () =>
      run(built(), "instructor", "answerQuery", { queryId: second.queryId, body: "Behind the stairs." }),
    );
    assert.deepEqual(
      answered.map((event) => ("askerId" in event ? event.askerId : "")).sort(),
      [people.student.id, people.classmate.id].sort(),
    );
    const toFirst = await run(built(), "student", "getQuery", { queryId: first.queryId });
    assert.deepEqual(
      [toFirst.query.state, toFirst.query.mergedInto, toFirst.answers[0]?.body, toFirst.answers[0]?.isShared],
      ["answered", null, "Behind the stairs.", true],
    );
    for (const word of [
      "Room B where?",
      "Secret too.",
      people.classmate.name,
      people.classmate.id,
      second.queryId,
    ])
      assert(!JSON.stringify(toFirst).includes(word), word);
    const toSecond = JSON.stringify(await run(built(), "classmate", "getQuery", { queryId: second.queryId }));
    for (const word of ["ashamed", people.student.name, first.queryId])
      assert(!toSecond.includes(word), word);

    const asked = await run(built(), "student", "followUpQuery", {
      queryId: first.queryId,
      body: "Which stairs?",
    });
    assert.deepEqual(
      [asked.query.state, asked.query.isMerged, asked.answers.map(({ body }) => body)],
      ["open", false, ["Behind the stairs.", "Which stairs?"]],
    );
    built().test.clock.advance(1_000);
    await run(built(), "instructor", "answerQuery", { queryId: second.queryId, body: "A later word." });
    const later = await run(built(), "student", "getQuery", { queryId: first.queryId });
    assert(!JSON.stringify(later).includes("A later word."), "it goes its own way since the follow-up");
  });

  test("a merge that was a mistake is undone, and the query is as it was before", async () => {
    const first = await buildQuery(built());
    built().test.clock.advance(1_000);
    const second = await buildQuery(built(), { as: "classmate" });
    await run(built(), "instructor", "answerQuery", {
      queryId: second.queryId,
      body: "About something else.",
    });
    const merge = { queryId: second.queryId, duplicateIds: [first.queryId] };
    await run(built(), "instructor", "mergeQueries", merge);
    assert.equal(await refusal(built(), "instructor", "mergeQueries", merge), "already_merged");
    assert.equal(
      await refusal(built(), "instructor", "answerQuery", { queryId: first.queryId, body: "x" }),
      "query_merged",
    );
    await run(built(), "assistant", "unmergeQuery", { queryId: first.queryId });
    const { query, answers } = await run(built(), "student", "getQuery", { queryId: first.queryId });
    assert.deepEqual([query.state, query.waitingSince, query.isMerged], ["open", first.waitingSince, false]);
    assert.deepEqual(answers, []);
  });

  test("two of the staff see each other answering, and the second is told before answering twice", async () => {
    const { people, test: kernel } = built();
    const { queryId } = await buildQuery(built());
    await run(built(), "instructor", "announceAnswering", { queryId });
    const seen = await run(built(), "assistant", "getQuery", { queryId });
    assert.deepEqual(
      seen.answering.map(({ name }) => name),
      [people.instructor.name],
    );
    assert.deepEqual((await run(built(), "student", "getQuery", { queryId })).answering, []);
    await run(built(), "instructor", "answerQuery", { queryId, body: "So.", answersSeen: 0 });
    const answer = { queryId, body: "So too.", answersSeen: 0 };
    assert.equal(await refusal(built(), "assistant", "answerQuery", answer), "answered_meanwhile");
    await run(built(), "assistant", "announceAnswering", { queryId });
    kernel.clock.advance(4 * 60_000);
    assert.deepEqual((await run(built(), "instructor", "getQuery", { queryId })).answering, []);
  });

  test("who asks the same is counted once and told of the answer", async () => {
    const { people } = built();
    const { queryId } = await buildQuery(built(), { about: { visibility: "class" } });
    for (let again = 0; again < 2; again++) await run(built(), "classmate", "askSameQuery", { queryId });
    const { query } = await run(built(), "classmate", "getQuery", { queryId });
    assert.deepEqual([query.sameCount, query.isSameAsMine], [1, true]);
    const events = await eventsOf(built(), () =>
      run(built(), "instructor", "answerQuery", { queryId, body: "So." }),
    );
    assert.deepEqual(
      events.map((event) => ("askerId" in event ? event.askerId : "")).sort(),
      [people.student.id, people.classmate.id].sort(),
    );
    await run(built(), "classmate", "askSameQuery", { queryId, same: false });
    assert.equal((await run(built(), "student", "getQuery", { queryId })).query.sameCount, 0);
  });

  test("files go along with a query and are there for whoever sees it", async () => {
    const { test: kernel, people, course } = built();
    const { courseId } = course;
    const bytes = new TextEncoder().encode("My shadow table.");
    const uploadId = await kernel.upload(`person:${people.student.id}`, "table.txt", bytes);
    const { attachmentId } = await run<Attachment>(built(), "student", "addAttachment", {
      courseId,
      uploadId,
    });
    assert.equal(await refusal(built(), "instructor", "getAttachment", { attachmentId }), "not_found");
    const theirs = { courseId, title: "T", body: "B", attachmentIds: [attachmentId] };
    assert.equal(await refusal(built(), "classmate", "createQuery", theirs), "invalid_input");
    const { queryId } = await buildQuery(built(), { about: { attachmentIds: [attachmentId] } });
    const { attachments } = await run(built(), "instructor", "getQuery", { queryId });
    assert.deepEqual(
      attachments.map(({ file }) => file.fileName),
      ["table.txt"],
    );
    assert.equal(await refusal(built(), "instructor", "getAttachment", { attachmentId }), "done");
    assert.equal(await refusal(built(), "classmate", "getAttachment", { attachmentId }), "not_found");
    assert.equal(await refusal(built(), "student", "createQuery", theirs), "invalid_input", "sent already");
  });

  test("what is taken from the class is gone for it at once", async () => {
    const { queryId } = await buildQuery(built(), { about: { visibility: "class" } });
    assert.equal(await refusal(built(), "classmate", "getQuery", { queryId }), "done");
    await run(built(), "instructor", "setQueryVisibility", { queryId, visibility: "staff" });
    assert.equal(await refusal(built(), "classmate", "getQuery", { queryId }), "not_found");
    assert.equal(await refusal(built(), "classmate", "askSameQuery", { queryId }), "not_found");
  });
});
