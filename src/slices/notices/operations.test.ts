/** Notices as people get them: each once, only their own, and by mail as they like it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MailRefused } from "#engines/mail/port.ts";
import { buildAssignment, buildSubmission } from "../assignments/fixtures.ts";
import type { Assignment } from "../assignments/schema.ts";
import { assignmentsSlice } from "../assignments/slice.ts";
import type { BuiltCourse, Persona } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { materialsSlice } from "../materials/slice.ts";
import { buildQuery } from "../queries/fixtures.ts";
import { queriesSlice } from "../queries/slice.ts";
import { type Notice, type NoticePreferences, noticeRetentionMs } from "./schema.ts";
import { noticesSlice } from "./slice.ts";
import { pauseMs } from "./take-up.ts";

const slices = [materialsSlice, assignmentsSlice, queriesSlice, noticesSlice];
const hourMs = 3_600_000;

const call = <Output>({ test: kernel, people }: BuiltCourse, who: Persona, name: string, input = {}) =>
  kernel.must<Output>(people[who].token, name, input);
/** Followers leave jobs, and schedules too: all is done when a round finds nothing left by the one before. */
const settle = async ({ test: { kernel } }: BuiltCourse) => {
  for (let round = 0; round < 3; round++) await kernel.settle();
};
const listed = async (built: BuiltCourse, who: Persona) => {
  await settle(built);
  return (await call<{ items: Notice[] }>(built, who, "notices.listNotices")).items;
};
const announce = (built: BuiltCourse, title: string) =>
  call<{ announcementId: string }>(built, "instructor", "courses.postAnnouncement", {
    courseId: built.course.courseId,
    title,
  });
/** Everybody has read everything, and no mail is on its way. */
const quieten = async (built: BuiltCourse) => {
  await settle(built);
  for (const who of ["instructor", "assistant", "student", "classmate", "observer"] as const)
    await call(built, who, "notices.markNoticesRead");
  built.test.clock.advance(25 * hourMs);
  await settle(built);
  built.test.mailer.sent.length = 0;
};
const mailsTo = (built: BuiltCourse, who: Persona) =>
  built.test.mailer.sent.filter(({ to }) => to === built.people[who].email);

eachCourse("notices", slices, (built) => {
  test("an announcement reaches everybody in the course but who made it, and nobody else", async () => {
    await quieten(built());
    await announce(built(), "Bring a stick");
    for (const who of ["assistant", "student", "classmate", "observer"] as const) {
      const [notice] = await listed(built(), who);
      assert.deepEqual(
        [notice?.kind, notice?.title, notice?.readAt, notice?.course.code],
        ["announcement_posted", "Bring a stick", null, "ASTRO-101"],
      );
    }
    for (const who of ["instructor", "former", "otherInstructor", "outsider"] as const)
      assert(!(await listed(built(), who)).some(({ title }) => title === "Bring a stick"), who);
  });

  test("a query reaches those who teach, its answer who asked; classmates hear of neither", async () => {
    await quieten(built());
    const { queryId } = await buildQuery(built(), { title: "Why two wells?" });
    assert.equal((await listed(built(), "instructor"))[0]?.title, "Why two wells?");
    await call(built(), "assistant", "queries.answerQuery", { queryId, body: "One shadow has no angle." });
    const [answered] = await listed(built(), "student");
    assert.deepEqual(
      [answered?.kind, answered?.title, answered?.subject.queryId],
      ["query_answered", "Why two wells?", queryId],
    );
    assert(!JSON.stringify(await listed(built(), "classmate")).includes("Why two wells?"));
  });

  test("a follow-up reaches those who teach; whoever's query was merged hears of it", async () => {
    await quieten(built());
    const first = await buildQuery(built(), { title: "Which noon?" });
    const second = await buildQuery(built(), { as: "classmate", title: "Noon by whose clock?" });
    await call(built(), "instructor", "queries.answerQuery", { queryId: first.queryId, body: "The sun's." });
    await call(built(), "student", "queries.followUpQuery", { queryId: first.queryId, body: "And in May?" });
    const kinds = async (who: Persona) => (await listed(built(), who)).map(({ kind }) => kind);
    assert.equal((await kinds("assistant")).filter((kind) => kind === "query_followed_up").length, 1);
    assert(!(await kinds("student")).includes("query_followed_up"));
    await call(built(), "instructor", "queries.mergeQueries", {
      queryId: first.queryId,
      duplicateIds: [second.queryId],
    });
    const merged = (await listed(built(), "classmate")).filter(({ kind }) => kind === "query_merged");
    assert.deepEqual(
      merged.map(({ title, subject }) => [title, subject.queryId]),
      [["Noon by whose clock?", second.queryId]],
    );
    assert(!(await kinds("student")).includes("query_merged"));
  });

  test("handing in, extensions, grades and appeals: each is told once, to whom it concerns", async () => {
    await quieten(built());
    const { people } = built();
    const assignment = await buildAssignment(built(), { title: "Three shadows", dueInMs: null });
    const { assignmentId } = assignment;
    const ofIt = async (who: Persona) =>
      (await listed(built(), who)).filter(({ title }) => title === "Three shadows").map(({ kind }) => kind);
    const submission = await buildSubmission(built(), assignment);
    const { submissionId } = submission;
    const extension = { assignmentId, studentId: people.student.id, extraAttempts: 1 };
    await call(built(), "assistant", "assignments.grantExtension", extension);
    assert.deepEqual(await ofIt("student"), [
      "extension_granted",
      "submission_received",
      "assignment_published",
    ]);
    const grade = (points: number, version: number) =>
      call(built(), "assistant", "assignments.gradeSubmission", { submissionId, points, version });
    await grade(5, 1);
    await grade(6, 2);
    assert.equal((await ofIt("student")).length, 3);
    await call(built(), "instructor", "assignments.releaseGrades", { assignmentId });
    await grade(7, 3);
    const reason = "Look at page 2.";
    const appeal = await call<{ appealId: string }>(built(), "student", "assignments.openAppeal", {
      submissionId,
      reason,
    });
    for (const who of ["instructor", "assistant"] as const) {
      const [told] = await listed(built(), who);
      assert.deepEqual(
        [told?.kind, told?.title, told?.subject.submissionId, told?.subject.assignmentId],
        ["appeal_opened", "Three shadows", submissionId, assignmentId],
      );
    }
    const answer = { appealId: appeal.appealId, version: 1, outcome: "unchanged", answer: "It stays." };
    await call(built(), "instructor", "assignments.answerAppeal", answer);
    assert.deepEqual((await ofIt("student")).slice(0, 3), [
      "appeal_answered",
      "grade_changed",
      "grade_released",
    ]);
    assert.deepEqual(await ofIt("classmate"), ["assignment_published"]);
    assert.deepEqual(await ofIt("observer"), []);
  });

  test("what a group handed in, and what it was given, reaches its members and nobody else", async () => {
    await quieten(built());
    const { people, course } = built();
    const { courseId } = course;
    const { groupSetId } = await call<{ groupSetId: string }>(
      built(),
      "instructor",
      "courses.createGroupSet",
      {
        courseId,
        name: "Told together",
        groupCount: 1,
      },
    );
    const groups = await call<{ items: { groupId: string }[] }>(built(), "instructor", "courses.listGroups", {
      groupSetId,
    });
    const groupId = groups.items[0]?.groupId ?? "";
    for (const who of ["student", "classmate"] as const)
      await call(built(), "instructor", "courses.setGroupOfPerson", {
        groupSetId,
        personId: people[who].id,
        groupId,
      });
    const assignment = await call<Assignment>(built(), "instructor", "assignments.createAssignment", {
      courseId,
      title: "Together",
      pointsMax: 5,
      groupSetId,
      published: true,
    });
    await buildSubmission(built(), assignment);
    const { assignmentId } = assignment;
    await call(built(), "assistant", "assignments.grantExtension", {
      assignmentId,
      groupId,
      extraAttempts: 1,
    });
    for (const who of ["student", "classmate"] as const) {
      const kinds = (await listed(built(), who)).map(({ kind }) => kind);
      assert.deepEqual(kinds.slice(0, 2), ["extension_granted", "submission_received"], who);
    }
    assert(!(await listed(built(), "observer")).some(({ title }) => title === "Together"));
  });

  test("what is published anew is no second notice; what is taken back has no title any more", async () => {
    await quieten(built());
    const { assignmentId } = await buildAssignment(built(), { title: "Measure the Moon", dueInMs: null });
    const ofMoon = async () =>
      (await listed(built(), "student")).filter(({ subject }) => subject.assignmentId === assignmentId);
    assert.deepEqual(
      (await ofMoon()).map(({ title }) => title),
      ["Measure the Moon"],
    );
    const set = async (published: boolean) => {
      const { version } = await call<{ version: number }>(
        built(),
        "instructor",
        "assignments.getAssignment",
        {
          assignmentId,
        },
      );
      await call(built(), "instructor", "assignments.updateAssignment", { assignmentId, version, published });
    };
    await set(false);
    assert.deepEqual(
      (await ofMoon()).map(({ title }) => title),
      [null],
    );
    await set(true);
    assert.deepEqual(
      (await ofMoon()).map(({ title }) => title),
      ["Measure the Moon"],
    );
  });

  test("a day before it is due, those are reminded who have not handed in: once, and again for a new date", async () => {
    await quieten(built());
    const { clock } = built().test;
    const assignment = await buildAssignment(built(), { title: "Two sticks", dueInMs: 60 * hourMs });
    const { assignmentId } = assignment;
    const reminders = async (who: Persona) =>
      (await listed(built(), who)).filter(
        ({ kind, subject }) => kind === "assignment_due_soon" && subject.assignmentId === assignmentId,
      ).length;
    assert.deepEqual([await reminders("student"), await reminders("classmate")], [0, 0]);
    await buildSubmission(built(), assignment, { as: "classmate" });
    clock.advance(37 * hourMs);
    assert.deepEqual([await reminders("student"), await reminders("classmate")], [1, 0]);
    clock.advance(2 * hourMs);
    assert.equal(await reminders("student"), 1);
    const { version } = await call<{ version: number }>(built(), "instructor", "assignments.getAssignment", {
      assignmentId,
    });
    await call(built(), "instructor", "assignments.updateAssignment", {
      assignmentId,
      version,
      dueAt: clock.now() + 23 * hourMs,
    });
    clock.advance(hourMs);
    assert.deepEqual([await reminders("student"), await reminders("observer")], [2, 0]);
  });

  test("who leaves the course sees no title of it any more, and gets no mail of it", async () => {
    await quieten(built());
    const { test: kernel, people, course } = built();
    const enrolment = await call<{ enrolmentId: string }>(built(), "instructor", "courses.enrolPerson", {
      courseId: course.courseId,
      email: people.outsider.email,
      role: "student",
    });
    await announce(built(), "Only for members");
    await call(built(), "instructor", "courses.endEnrolment", { enrolmentId: enrolment.enrolmentId });
    assert(!JSON.stringify(await listed(built(), "outsider")).includes("Only for members"));
    kernel.clock.advance(24 * hourMs);
    await settle(built());
    assert.deepEqual(mailsTo(built(), "outsider"), []);
  });

  test("reading is one's own: others' ids change nothing, all are marked in one go", async () => {
    await quieten(built());
    await announce(built(), "One");
    await announce(built(), "Two");
    const [mine] = await listed(built(), "student");
    const noticeIds = [mine?.noticeId ?? ""];
    const mark = (who: Persona, input: object) => call(built(), who, "notices.markNoticesRead", input);
    assert.deepEqual(await mark("classmate", { noticeIds }), { marked: 0, remaining: false });
    assert.deepEqual(await mark("student", { noticeIds }), { marked: 1, remaining: false });
    assert.deepEqual(await mark("student", { noticeIds }), { marked: 0, remaining: false });
    assert.deepEqual(await call(built(), "student", "notices.countNotices"), { unread: 1 });
    assert.deepEqual(await mark("student", {}), { marked: 1, remaining: false });
    assert.deepEqual(await call(built(), "student", "notices.countNotices"), { unread: 0 });
    assert.deepEqual(await call(built(), "classmate", "notices.countNotices"), { unread: 2 });
    const { items } = await call<{ items: Notice[] }>(built(), "student", "notices.listNotices", {
      unread: true,
    });
    assert.deepEqual(items, []);
  });

  test("a burst is two mails: the first at once, the rest after a pause, none of it twice", async () => {
    await quieten(built());
    const { clock } = built().test;
    const day = await atNoon(built());
    await announce(built(), "First");
    await settle(built());
    assert.equal(clock.now(), day);
    await announce(built(), "Second");
    await announce(built(), "Third");
    await settle(built());
    assert.deepEqual(
      mailsTo(built(), "student").map(({ subject }) => subject),
      ["ASTRO-101: Announcement: First"],
    );
    clock.advance(pauseMs);
    await settle(built());
    const [, second] = mailsTo(built(), "student");
    assert.equal(mailsTo(built(), "student").length, 2);
    for (const title of ["Second", "Third"])
      assert.match(second?.text ?? "", RegExp(`Announcement: ${title}`));
    assert.match(second?.text ?? "", /because you belong to the course/);
    assert.match(second?.headers?.["List-Unsubscribe"] ?? "", /^<http:\/\/school\.test\/unsubscribe#/);
  });

  test("what was read before the mail left is not mailed", async () => {
    await quieten(built());
    await atNoon(built());
    await announce(built(), "Read at once");
    await settle(built());
    built().test.mailer.sent.length = 0;
    await announce(built(), "Seen in the app");
    await settle(built());
    await call(built(), "student", "notices.markNoticesRead");
    built().test.clock.advance(pauseMs);
    await settle(built());
    assert.deepEqual(mailsTo(built(), "student"), []);
    assert.equal(mailsTo(built(), "classmate").length, 1);
  });

  test("beyond the day's number of mails, the rest waits for the digest", async () => {
    await quieten(built());
    const { clock } = built().test;
    await atNoon(built());
    await call(built(), "student", "notices.updateNoticePreferences", {
      version: (await preferences(built(), "student")).version,
      digestMinute: 20 * 60,
    });
    for (let number = 1; number <= 9; number++) {
      await announce(built(), `Number ${number}`);
      await settle(built());
      clock.advance(pauseMs);
      await settle(built());
    }
    assert.equal(mailsTo(built(), "student").length, 6);
    clock.advance(8 * hourMs);
    await settle(built());
    const digest = mailsTo(built(), "student")[6];
    assert.equal(digest?.subject, "Lindenhof School: your day, 3 notices");
    for (const number of [7, 8, 9]) assert.match(digest?.text ?? "", RegExp(`Number ${number}`));
  });

  test("wishes: what is off is not mailed, a stale page changes nothing, half of a time is refused", async () => {
    await quieten(built());
    await atNoon(built());
    const { version } = await preferences(built(), "classmate");
    const kinds = [{ kind: "announcement_posted", mail: "off" }];
    await call(built(), "classmate", "notices.updateNoticePreferences", { version, kinds });
    await announce(built(), "Not by mail");
    await settle(built());
    assert.deepEqual(mailsTo(built(), "classmate"), []);
    assert.equal((await listed(built(), "classmate"))[0]?.title, "Not by mail");
    const refused = (input: object) =>
      built().test.call(built().people.classmate.token, "notices.updateNoticePreferences", {
        version: version + 1,
        ...input,
      });
    for (const [input, code] of [
      [{ version, kinds: [] }, "stale_version"],
      [{ quietFrom: 60, quietTo: null }, "invalid_input"],
      [{ digestMinute: 1440 }, "invalid_input"],
      [{ kinds: [...kinds, ...kinds] }, "invalid_input"],
    ] as const) {
      const result = await refused(input);
      assert.equal("failure" in result && result.failure.code, code, JSON.stringify(result));
    }
    const after = await preferences(built(), "classmate");
    assert.deepEqual([after.version, after.quietFrom, after.quietTo], [version + 1, 21 * 60, 7 * 60]);
  });

  test("the link at a mail's foot ends its like, and nothing else; a forged one ends nothing", async () => {
    await quieten(built());
    await atNoon(built());
    await announce(built(), "With a foot");
    await settle(built());
    const [mail] = mailsTo(built(), "assistant");
    const token = /unsubscribe#(\S+)>/.exec(mail?.headers?.["List-Unsubscribe"] ?? "")?.[1] ?? "";
    const end = (with_: object) => built().test.call(null, "notices.unsubscribe", { token, ...with_ });
    const forged = await end({ token: `${token.slice(0, -3)}AAA` });
    assert.equal("failure" in forged && forged.failure.code, "link_invalid");
    for (const _time of [1, 2]) {
      const done = await end({});
      assert.deepEqual("output" in done && done.output, { kinds: ["announcement_posted"] });
    }
    const modes = new Map(
      (await preferences(built(), "assistant")).kinds.map((each) => [each.kind, each.mail]),
    );
    assert.deepEqual([modes.get("announcement_posted"), modes.get("query_asked")], ["off", "digest"]);
  });

  test("an address that refuses for good costs one mail, and the notice stays", async () => {
    await quieten(built());
    await atNoon(built());
    const { mailer } = built().test;
    mailer.failures.push(new MailRefused("550 no such mailbox"));
    await buildQuery(built(), { as: "classmate" });
    await settle(built());
    built().test.clock.advance(24 * hourMs);
    await settle(built());
    assert.equal((await listed(built(), "instructor"))[0]?.kind, "query_asked");
    const staffMails = [...mailsTo(built(), "instructor"), ...mailsTo(built(), "assistant")];
    assert.equal(staffMails.length, 1);
  });

  test("notices go after their time", async () => {
    await announce(built(), "Long ago");
    await settle(built());
    built().test.clock.advance(noticeRetentionMs + hourMs);
    await settle(built());
    assert.deepEqual(await listed(built(), "student"), []);
  });
});

const preferences = (built: BuiltCourse, who: Persona) =>
  call<NoticePreferences>(built, who, "notices.getNoticePreferences");

/** Lets the clock go on to the next noon in the school's time zone, which is outside everybody's quiet hours. */
async function atNoon(built: BuiltCourse): Promise<number> {
  const { timeZone } = await preferences(built, "student");
  const hour = new Intl.DateTimeFormat("en", { timeZone, hour: "numeric", hourCycle: "h23" });
  const { clock } = built.test;
  while (hour.format(clock.now()) !== "12") clock.advance(hourMs / 2);
  await settle(built);
  built.test.mailer.sent.length = 0;
  return clock.now();
}
