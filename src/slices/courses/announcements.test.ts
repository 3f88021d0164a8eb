/** Announcements: who posts and reads them, and that a removed one can come back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import type { BuiltCourse, Persona } from "./fixtures.ts";
import type { Announcement } from "./schema.ts";
import { eachCourse, runScenarios, type Scenario, turnedAway } from "./testing.ts";

type Name = `courses.${"post" | "remove"}Announcement` | "courses.listAnnouncements";
type Given = { readonly announcementId: string };
type Row = Scenario<Name, Given>;

const post = (built: BuiltCourse, title = "Tomorrow in room 204", as: Persona = "instructor") =>
  built.test.must<Announcement>(built.people[as].token, "courses.postAnnouncement", {
    courseId: built.course.courseId,
    title,
  });
const given = (built: BuiltCourse): Promise<Given> => post(built);
const posting = {
  operation: "courses.postAnnouncement",
  input: ({ course }: BuiltCourse) => ({
    courseId: course.courseId,
    title: " Bring a stick ",
    body: "One metre.",
  }),
} as const;
const removing = {
  operation: "courses.removeAnnouncement",
  given,
  input: (_: BuiltCourse, { announcementId }: Given) => ({ announcementId }),
} as const;
const listing = {
  operation: "courses.listAnnouncements",
  input: ({ course }: BuiltCourse) => ({ courseId: course.courseId }),
} as const;

const scenarios: readonly Row[] = [
  ...turnedAway<Name, Given>(posting, ["admin", "instructor", "assistant"]),
  ...turnedAway<Name, Given>(removing, ["admin", "instructor", "assistant"]),
  ...turnedAway<Name, Given>(listing, [
    "admin",
    "instructor",
    "assistant",
    "student",
    "classmate",
    "observer",
    "teacherAsStudent",
  ]),
  {
    ...posting,
    as: "assistant",
    outcome: "done",
    output(output, { people }) {
      assert.equal(output.title, "Bring a stick");
      assert.deepEqual(output.postedBy, { personId: people.assistant.id, name: people.assistant.name });
    },
    events: ["announcement.posted"],
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

eachCourse("the list of announcements", [], (built) => {
  test("has the newest first, page by page, and forgets what was removed until it is put back", async () => {
    const school = built();
    const { courseId } = school.course;
    const [first, second, third] = [
      await post(school, "1"),
      await post(school, "2"),
      await post(school, "3"),
    ];
    const page = (more: JsonObject = {}) =>
      school.test.must<{ items: Announcement[]; nextCursor: string | null }>(
        school.people.student.token,
        "courses.listAnnouncements",
        { courseId, limit: 2, ...more },
      );
    const top = await page();
    assert.deepEqual(
      top.items.map(({ title }) => title),
      ["3", "2"],
    );
    assert.deepEqual(
      (await page({ cursor: top.nextCursor ?? "" })).items[0]?.announcementId,
      first.announcementId,
    );

    const remove = (restore: boolean) =>
      school.test.must(school.people.instructor.token, "courses.removeAnnouncement", {
        announcementId: third.announcementId,
        restore,
      });
    await remove(false);
    assert.equal((await page()).items[0]?.announcementId, second.announcementId);
    await remove(true);
    assert.equal((await page()).items[0]?.announcementId, third.announcementId);
  });
});
