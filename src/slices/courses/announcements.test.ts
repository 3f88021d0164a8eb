/** Announcements: who posts, changes and reads them, when they are told, and that a removed one can come back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import type { Announcement } from "./announcement-schema.ts";
import type { BuiltCourse, Persona } from "./fixtures.ts";
import { eachCourse, runScenarios, type Scenario, turnedAway } from "./testing.ts";

type Name = `courses.${
  | "postAnnouncement"
  | "removeAnnouncement"
  | "listAnnouncements"
  | "getAnnouncement"
  | "updateAnnouncement"
  | "markAnnouncementsRead"
  | "countUnreadAnnouncements"
  | "listAnnouncementReaders"}`;
type Given = { readonly announcementId: string };
type Row = Scenario<Name, Given>;

const hourMs = 3_600_000;
const post = (built: BuiltCourse, title = "Tomorrow in room 204", more: JsonObject = {}) =>
  built.test.must<Announcement>(built.people.instructor.token, "courses.postAnnouncement", {
    courseId: built.course.courseId,
    title,
    ...more,
  });
const given = (built: BuiltCourse): Promise<Given> => post(built);
const later = (built: BuiltCourse): Promise<Given> =>
  post(built, "A surprise", { publishAt: built.test.clock.now() + hourMs });
const ofCourse = ({ course }: BuiltCourse) => ({ courseId: course.courseId });
const ofIt = (_: BuiltCourse, { announcementId }: Given) => ({ announcementId });
const posting = {
  operation: "courses.postAnnouncement",
  input: (built: BuiltCourse) => ({ ...ofCourse(built), title: " Bring a stick ", body: "One metre." }),
} as const;
const removing = { operation: "courses.removeAnnouncement", given, input: ofIt } as const;
const updating = {
  operation: "courses.updateAnnouncement",
  given,
  input: (built: BuiltCourse, it: Given): JsonObject => ({ ...ofIt(built, it), version: 1, title: "Room 7" }),
} as const;
const listing = { operation: "courses.listAnnouncements", input: ofCourse } as const;
const getting = { operation: "courses.getAnnouncement", given, input: ofIt } as const;
const readers = { operation: "courses.listAnnouncementReaders", given, input: ofIt } as const;
const marking = { operation: "courses.markAnnouncementsRead", input: ofCourse } as const;
const counting = { operation: "courses.countUnreadAnnouncements", input: ofCourse } as const;

const staff: readonly Persona[] = ["admin", "instructor", "assistant"];
const members: readonly Persona[] = [...staff, "student", "classmate", "observer", "teacherAsStudent"];

const scenarios: readonly Row[] = [
  ...turnedAway<Name, Given>(posting, staff),
  ...turnedAway<Name, Given>(removing, staff),
  ...turnedAway<Name, Given>(updating, staff),
  ...turnedAway<Name, Given>(readers, staff),
  ...turnedAway<Name, Given>(listing, members),
  ...turnedAway<Name, Given>(getting, members),
  ...turnedAway<Name, Given>(counting, members),
  ...turnedAway<Name, Given>(marking, members),
  ...turnedAway<Name, Given>({ ...getting, given: later }, staff, "not_found"),
  ...turnedAway<Name, Given>({ ...updating, given: later }, staff, "not_found"),
  ...turnedAway<Name, Given>({ ...removing, given: later }, staff, "not_found"),
  {
    ...listing,
    as: "student",
    about: "that are scheduled",
    input: (built) => ({ ...ofCourse(built), list: "scheduled" }),
    outcome: "forbidden",
  },
  {
    ...posting,
    as: "assistant",
    outcome: "done",
    output(output, { people }) {
      assert.equal(output.title, "Bring a stick");
      assert.deepEqual(output.postedBy, { personId: people.assistant.id, name: people.assistant.name });
      assert.deepEqual([output.state, output.isUnread, output.version], ["posted", false, 1]);
    },
    events: ["announcement.posted"],
  },
  {
    ...posting,
    as: "instructor",
    about: "for later",
    input: (built) => ({ ...ofCourse(built), title: "Later", publishAt: built.test.clock.now() + hourMs }),
    outcome: "done",
    output: ({ state }) => assert.equal(state, "scheduled"),
    events: ["announcement.scheduled"],
  },
  {
    ...posting,
    as: "instructor",
    about: "for a time that has passed",
    input: (built) => ({ ...ofCourse(built), title: "Later", publishAt: built.test.clock.now() }),
    outcome: "invalid_input",
    says: /has passed/,
  },
  {
    ...posting,
    as: "instructor",
    about: "with a file of nobody",
    input: (built) => ({ ...ofCourse(built), title: "With a file", fileIds: ["none"] }),
    outcome: "invalid_input",
    says: /not yours/,
  },
  {
    ...updating,
    as: "assistant",
    outcome: "done",
    output: ({ title, version, editedAt }) =>
      assert.deepEqual([title, version, editedAt !== null], ["Room 7", 2, true]),
    events: ["announcement.updated"],
  },
  {
    ...updating,
    as: "assistant",
    about: "that somebody else has changed",
    given: async (built) => {
      const made = await given(built);
      await built.test.must(built.people.instructor.token, "courses.updateAnnouncement", {
        announcementId: made.announcementId,
        version: 1,
        body: "Bring a torch.",
      });
      return made;
    },
    outcome: "stale_version",
    says: /^Grace Hopper changed the announcement/,
  },
  {
    ...updating,
    as: "instructor",
    about: "whose time it was",
    input: (built, it) => ({ ...ofIt(built, it), version: 1, publishAt: built.test.clock.now() + hourMs }),
    outcome: "already_posted",
  },
  { ...removing, as: "instructor", outcome: "done", events: ["announcement.removed"] },
  {
    operation: "courses.removeAnnouncement",
    as: "instructor",
    about: "that never was",
    input: (): JsonObject => ({ announcementId: "01a1fc9d-feda-7000-ab33-c7ffadd4fa47" }),
    outcome: "not_found",
  },
];

runScenarios("announcements", [], scenarios);

eachCourse("announcements over time", [], (built) => {
  const must = <Output>(persona: Persona, operation: string, input: JsonObject) =>
    built().test.must<Output>(built().people[persona].token, operation, input);
  const list = (persona: Persona, more: JsonObject = {}) =>
    must<{ items: Announcement[]; nextCursor: string | null }>(persona, "courses.listAnnouncements", {
      ...ofCourse(built()),
      ...more,
    });
  const titles = async (persona: Persona, more: JsonObject = {}) =>
    (await list(persona, more)).items.map(({ title }) => title);
  const remove = (announcementId: string, restore = false) =>
    must("instructor", "courses.removeAnnouncement", { announcementId, restore });
  const eventsSince = async (position: number) =>
    (await built().test.events(position)).map(({ type }) => type);
  const lastPosition = async () => (await built().test.events()).at(-1)?.position ?? 0;

  test("the list has pinned ones first, then the newest, page by page, and forgets what was removed", async () => {
    const [first, second, third] = [
      await post(built(), "1"),
      await post(built(), "2"),
      await post(built(), "3"),
    ];
    const top = await list("student", { limit: 2 });
    assert.deepEqual(
      top.items.map(({ title }) => title),
      ["3", "2"],
    );
    assert.deepEqual(await titles("student", { limit: 2, cursor: top.nextCursor ?? "" }), ["1"]);
    await must("instructor", "courses.updateAnnouncement", {
      announcementId: first.announcementId,
      version: 1,
      pinned: true,
    });
    const pinned = await list("student", { limit: 1 });
    assert.deepEqual([pinned.items[0]?.title, pinned.items[0]?.editedAt], ["1", null], "pinning is no edit");
    assert.deepEqual(await titles("student", { cursor: pinned.nextCursor ?? "" }), ["3", "2"]);

    await remove(third.announcementId);
    assert.deepEqual(await titles("student"), ["1", "2"]);
    assert.deepEqual(await titles("instructor", { list: "removed" }), ["3"]);
    await remove(third.announcementId, true);
    assert.deepEqual(await titles("student"), ["1", "3", "2"]);
    for (const { announcementId } of [first, second, third]) await remove(announcementId);
  });

  test("up to five are pinned", async () => {
    const made: Announcement[] = [];
    for (let count = 0; count < 5; count++) made.push(await post(built(), "Pinned", { pinned: true }));
    const one = await post(built(), "One too many");
    const result = await built().test.call(built().people.instructor.token, "courses.updateAnnouncement", {
      announcementId: one.announcementId,
      version: 1,
      pinned: true,
    });
    assert("failure" in result && result.failure.code === "too_many_pinned", JSON.stringify(result));
    for (const { announcementId } of [...made, one]) await remove(announcementId);
  });

  test("what is scheduled is told at its time and not earlier; put off, it waits; called back, it never comes", async () => {
    const { test: kernel } = built();
    const now = kernel.clock.now();
    const soon = await post(built(), "Soon", { publishAt: now + hourMs });
    const never = await post(built(), "Never", { publishAt: now + hourMs });
    const putOff = await post(built(), "Put off", { publishAt: now + hourMs });
    await must("assistant", "courses.updateAnnouncement", {
      announcementId: putOff.announcementId,
      version: 1,
      publishAt: now + 3 * hourMs,
    });
    await remove(never.announcementId);
    assert.deepEqual(await titles("student"), []);
    assert.deepEqual(await titles("assistant", { list: "scheduled" }), ["Put off", "Soon"]);
    const position = await lastPosition();
    kernel.clock.advance(hourMs - 1_000);
    await kernel.kernel.settle();
    assert.deepEqual(await eventsSince(position), []);
    kernel.clock.advance(20_000);
    await kernel.kernel.settle();
    assert.deepEqual(await eventsSince(position), ["announcement.posted"]);
    const { items } = await list("student");
    assert.deepEqual(
      items.map(({ title, postedAt, isUnread }) => [title, postedAt >= now + hourMs, isUnread]),
      [["Soon", true, true]],
    );
    const posted = await must<Announcement>("instructor", "courses.updateAnnouncement", {
      announcementId: putOff.announcementId,
      version: 2,
      publishAt: null,
    });
    assert.deepEqual([posted.state, posted.editedAt], ["posted", null]);
    assert.deepEqual(await titles("student"), ["Put off", "Soon"]);
    for (const { announcementId } of [soon, putOff]) await remove(announcementId);
  });

  test("in a draft it waits until the course is published, then everybody hears of it", async () => {
    const { test: kernel } = built();
    await must("instructor", "courses.unpublishCourse", ofCourse(built()));
    const position = await lastPosition();
    const waiting = await post(built(), "Welcome");
    assert.equal(waiting.state, "scheduled");
    kernel.clock.advance(hourMs);
    await kernel.kernel.settle();
    assert.deepEqual(await eventsSince(position), ["announcement.scheduled"]);
    await must("instructor", "courses.publishCourse", ofCourse(built()));
    kernel.clock.advance(20_000);
    await kernel.kernel.settle();
    assert.deepEqual(await titles("student"), ["Welcome"]);
    await remove(waiting.announcementId);
  });

  test("who has read it is kept of each, counted for those who teach, and told to nobody else", async () => {
    const one = await post(built(), "Read me");
    const two = await post(built(), "Me too");
    const unread = async (persona: Persona) =>
      (
        await must<{ items: { unread: number }[] }>(persona, "courses.countUnreadAnnouncements", {})
      ).items.map((each) => each.unread);
    assert.deepEqual([await unread("student"), await unread("instructor")], [[2], []]);
    const mark = (persona: Persona, announcementIds?: string[]) =>
      must<{ marked: number }>(persona, "courses.markAnnouncementsRead", {
        ...ofCourse(built()),
        ...(announcementIds === undefined ? {} : { announcementIds }),
      });
    assert.equal((await mark("student", [one.announcementId, "none"])).marked, 1);
    assert.equal((await mark("student", [one.announcementId])).marked, 0, "once is once");
    assert.equal((await mark("observer")).marked, 2);
    assert.deepEqual(await unread("student"), [1]);
    const toStaff = await list("assistant");
    assert.deepEqual(
      toStaff.items.map(({ readers }) => readers),
      [
        { read: 0, students: 2 },
        { read: 1, students: 2 },
      ],
      "an observer is no student",
    );
    assert.deepEqual(
      (await list("student")).items.map(({ isUnread, readers }) => [isUnread, readers]),
      [
        [true, null],
        [false, null],
      ],
    );
    const { items } = await must<{ items: { person: { name: string }; readAt: number | null }[] }>(
      "instructor",
      "courses.listAnnouncementReaders",
      { announcementId: one.announcementId },
    );
    const { student, classmate } = built().people;
    assert.deepEqual(
      items.map(({ person, readAt }) => [person.name, readAt !== null]),
      [
        [student.name, true],
        [classmate.name, false],
      ],
    );
    for (const { announcementId } of [one, two]) await remove(announcementId);
  });

  test("files go with their announcement: seen by whoever sees it, counted as the course's, gone when left out", async () => {
    const { test: kernel, people } = built();
    const add = async (persona: Persona) => {
      const bytes = new TextEncoder().encode(`Bring these, says ${persona}.`);
      const uploadId = await kernel.upload(`person:${people[persona].id}`, "list.txt", bytes);
      return must<{ fileId: string }>(persona, "courses.addAnnouncementFile", {
        ...ofCourse(built()),
        uploadId,
      });
    };
    const [mine, theirs] = [await add("instructor"), await add("assistant")];
    const get = async (persona: Persona, fileId: string) => {
      const result = await kernel.call(people[persona].token, "courses.getAnnouncementFile", { fileId });
      return "failure" in result ? result.failure.code : "done";
    };
    assert.deepEqual(
      [await get("instructor", mine.fileId), await get("student", mine.fileId)],
      ["done", "not_found"],
    );
    const made = await post(built(), "A list", { fileIds: [mine.fileId] });
    assert.equal(made.files[0]?.file.fileName, "list.txt");
    for (const persona of members) assert.equal(await get(persona, mine.fileId), "done", persona);
    for (const persona of ["former", "outsider", "otherInstructor"] as const)
      assert.equal(await get(persona, mine.fileId), "not_found", persona);
    const storage = await must<{ bytes: number }>(
      "instructor",
      "courses.getCourseStorage",
      ofCourse(built()),
    );
    assert(storage.bytes > 20, "what is added counts, in an announcement or not");
    const stolen = await kernel.call(people.instructor.token, "courses.updateAnnouncement", {
      announcementId: made.announcementId,
      version: 1,
      fileIds: [mine.fileId, theirs.fileId],
    });
    assert("failure" in stolen && stolen.failure.code === "invalid_input");
    await must("instructor", "courses.updateAnnouncement", {
      announcementId: made.announcementId,
      version: 1,
      fileIds: [],
    });
    assert.equal(await get("student", mine.fileId), "not_found");
    kernel.clock.advance(26 * hourMs);
    await kernel.kernel.settle();
    assert.equal(await get("assistant", theirs.fileId), "not_found", "never posted, it went after a day");
  });
});
