/** The calendar as people meet it: what each of them sees in it, who changes it, and what programs get of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import ICAL from "ical.js";
import type { JsonObject } from "#base/json.ts";
import { assignmentsSlice } from "../assignments/slice.ts";
import type { BuiltCourse, Persona } from "../courses/fixtures.ts";
import { eachCourse, runScenarios, type Scenario, turnedAway } from "../courses/testing.ts";
import { buildMaterial } from "../materials/fixtures.ts";
import { materialsSlice } from "../materials/slice.ts";
import type { CalendarEvent, CalendarItem } from "./schema.ts";
import { calendarSlice } from "./slice.ts";

type Name = `calendar.${
  | "getCalendar"
  | "createEvent"
  | "updateEvent"
  | "removeEvent"
  | "getFeed"
  | "openFeed"
  | "closeFeed"
  | "readFeed"}`;
interface Given {
  readonly eventId: string;
}
type Row = Scenario<Name, Given>;
const slices = [materialsSlice, assignmentsSlice, calendarSlice];

const at = (iso: string) => Date.parse(iso);
const [from, to] = [at("2026-10-01T00:00Z"), at("2026-11-30T00:00Z")];
/** Three Wednesdays at ten in Vienna; the clocks go back between the first two. */
const lecture = {
  title: " Lecture ",
  place: "Room 204",
  startsAt: at("2026-10-21T10:00+02:00"),
  endsAt: at("2026-10-21T11:30+02:00"),
  weeks: 3,
};
const makeEvents = (built: BuiltCourse, input: JsonObject = lecture) =>
  built.test.must<{ items: CalendarEvent[] }>(built.people.instructor.token, "calendar.createEvent", {
    courseId: built.course.courseId,
    ...input,
  });
const given = async (built: BuiltCourse): Promise<Given> => {
  const { items } = await makeEvents(built, { ...lecture, weeks: 1 });
  return { eventId: items[0]?.eventId ?? "" };
};
const ofEvent =
  (extra: JsonObject = {}) =>
  (_: BuiltCourse, { eventId }: Given): JsonObject => ({ eventId, ...extra });

const teachers: readonly Persona[] = ["admin", "instructor", "assistant"];
const members: readonly Persona[] = [...teachers, "student", "classmate", "observer", "teacherAsStudent"];
const looking = {
  operation: "calendar.getCalendar",
  input: ({ course }: BuiltCourse) => ({ from, to, courseId: course.courseId }),
} as const;
const creating = {
  operation: "calendar.createEvent",
  input: ({ course }: BuiltCourse) => ({ courseId: course.courseId, ...lecture }),
} as const;
const updating = {
  operation: "calendar.updateEvent",
  given,
  input: ofEvent({ version: 1, place: "Room 7" }),
} as const;
const removing = { operation: "calendar.removeEvent", given, input: ofEvent() } as const;
const bare = (operation: Name) => ({ operation, input: () => ({}) });

const scenarios: readonly Row[] = [
  ...turnedAway<Name, Given>(looking, members),
  ...turnedAway<Name, Given>(creating, teachers),
  ...turnedAway<Name, Given>(updating, teachers),
  ...turnedAway<Name, Given>(removing, teachers),
  { ...bare("calendar.getFeed"), as: "nobody", outcome: "unauthenticated" },
  { ...bare("calendar.openFeed"), as: "nobody", outcome: "unauthenticated" },
  { ...bare("calendar.closeFeed"), as: "nobody", outcome: "unauthenticated" },
  {
    ...bare("calendar.getFeed"),
    as: "observer",
    outcome: "done",
    output: (output) => assert.deepEqual(output, { createdAt: null }),
  },
  { ...bare("calendar.closeFeed"), as: "observer", outcome: "done" },
  { ...bare("calendar.openFeed"), as: "assistant", outcome: "done", events: ["calendar_feed.renewed"] },
  {
    operation: "calendar.readFeed",
    as: "nobody",
    input: () => ({ token: "guessed" }),
    outcome: "unknown_feed",
    says: /renewed/,
  },
  {
    operation: "calendar.getCalendar",
    as: "outsider",
    about: "over all courses, being in none",
    input: () => ({ from, to }),
    outcome: "done",
    output: ({ items, courses, timeZone }) =>
      assert.deepEqual([items, courses, timeZone], [[], [], "Europe/Vienna"]),
  },
  {
    ...looking,
    as: "student",
    about: "backwards",
    input: () => ({ from: to, to: from }),
    outcome: "invalid_input",
    says: /after the beginning/,
  },
  {
    ...looking,
    as: "student",
    about: "for a whole year",
    input: () => ({ from, to: from + 365 * 86_400_000 }),
    outcome: "invalid_input",
    says: /100 days/,
  },
  {
    ...creating,
    as: "assistant",
    about: "at the same hour across a clock change",
    outcome: "done",
    output: ({ items }) =>
      assert.deepEqual(
        (items as CalendarEvent[]).map(({ startsAt, endsAt, title }) => [
          new Date(startsAt).toISOString(),
          endsAt - startsAt,
          title,
        ]),
        ["2026-10-21T08:00", "2026-10-28T09:00", "2026-11-04T09:00"].map((start) => [
          `${start}:00.000Z`,
          90 * 60_000,
          "Lecture",
        ]),
      ),
    events: ["calendar_event.created"],
  },
  {
    ...creating,
    as: "instructor",
    about: "that ends before it begins",
    input: ({ course }) => ({ courseId: course.courseId, ...lecture, endsAt: lecture.startsAt }),
    outcome: "invalid_input",
    says: /end after it begins/,
  },
  {
    ...updating,
    as: "instructor",
    outcome: "done",
    output: ({ place, title, version }) =>
      assert.deepEqual([place, title, version], ["Room 7", "Lecture", 2]),
    events: ["calendar_event.updated"],
  },
  {
    ...updating,
    as: "assistant",
    about: "that somebody else has changed",
    given: async (built) => {
      const made = await given(built);
      await built.test.must(built.people.instructor.token, "calendar.updateEvent", {
        ...made,
        version: 1,
        place: "Hall",
      });
      return made;
    },
    outcome: "stale_version",
    says: /^Grace Hopper changed the event/,
  },
  { ...removing, as: "instructor", outcome: "done", events: ["calendar_event.removed"] },
];

runScenarios("calendar", slices, scenarios);

eachCourse("a calendar over time", slices, (built) => {
  const look = async (persona: Persona, input: JsonObject = {}) =>
    (
      await built().test.must<{ items: CalendarItem[] }>(
        built().people[persona].token,
        "calendar.getCalendar",
        {
          from,
          to,
          ...input,
        },
      )
    ).items;
  const shown = (items: readonly CalendarItem[]) => items.map(({ kind, title }) => `${kind} ${title}`);
  const events = async (persona: Persona) =>
    (await look(persona))
      .filter(({ kind }) => kind === "event")
      .map(({ startsAt }) => new Date(startsAt).getUTCDate());

  test("a series goes from one week on and comes back, and what went before stays away", async () => {
    const { test: kernel, people } = built();
    const { items } = await makeEvents(built());
    const [first, second, third] = items.map(({ eventId }) => eventId);
    const remove = (eventId = "", more: JsonObject = {}) =>
      kernel.must(people.instructor.token, "calendar.removeEvent", { eventId, ...more });
    await remove(third);
    kernel.clock.advance(1_000);
    await remove(first, { following: true });
    assert.deepEqual(await events("student"), []);
    await remove(first, { following: true, restore: true });
    assert.deepEqual(await events("student"), [21, 28]);
    await remove(second, { following: true });
    assert.deepEqual(await events("student"), [21]);
    await remove(first);
  });

  test("students see what is published and due for them, those who teach drafts too, observers no work", async () => {
    const { test: kernel, people, course } = built();
    const assign = (title: string, more: JsonObject) =>
      kernel.must(people.instructor.token, "assignments.createAssignment", {
        courseId: course.courseId,
        title,
        pointsMax: 10,
        ...more,
      });
    const dueAt = at("2026-11-10T12:00Z");
    await assign("Essay", { dueAt, untilAt: dueAt + 86_400_000, published: true });
    await assign("Secret", { dueAt: dueAt + 1, published: false });
    await assign("Some day", { dueAt: null, published: true });
    assert.deepEqual(shown(await look("student")), ["due Essay", "until Essay"]);
    assert.deepEqual(shown(await look("instructor")), ["due Essay", "due Secret", "until Essay"]);
    assert.deepEqual(shown(await look("admin", { courseId: course.courseId })), [
      "due Essay",
      "due Secret",
      "until Essay",
    ]);
    assert.deepEqual(await look("observer"), []);
    assert.deepEqual(await look("admin"), [], "an admin who is in no course has nothing to do");
    assert.deepEqual(await look("former"), []);
    assert.deepEqual(shown(await look("student", { from: dueAt, to: dueAt + 1 })), ["due Essay"]);
    assert.deepEqual(shown(await look("student", { from: dueAt + 1, to: dueAt + 2 })), []);
  });
});

eachCourse("materials and announcements in the calendar", slices, (built) => {
  const look = async (persona: Persona) =>
    (
      await built().test.must<{ items: CalendarItem[] }>(
        built().people[persona].token,
        "calendar.getCalendar",
        { from, to },
      )
    ).items.map(({ kind, title, isDraft }) => `${kind} ${title}${isDraft ? " (draft)" : ""}`);

  test("a material's dates are there for whoever sees it, an announcement's for those who teach before it is posted", async () => {
    const { test: kernel, people, course } = built();
    kernel.clock.advance(at("2026-10-10T12:00Z") - kernel.clock.now());
    const dated = async (title: string, published: boolean) => {
      const { materialId, version } = await buildMaterial(built(), { title, published });
      await kernel.must(people.instructor.token, "materials.setMaterialRelease", {
        ...{ materialId, version },
        availableFrom: at("2026-10-20T08:00Z"),
        availableUntil: at("2026-11-20T08:00Z"),
      });
    };
    await dated("Chapter", true);
    await dated("Notes", false);
    await kernel.must(people.instructor.token, "courses.postAnnouncement", {
      courseId: course.courseId,
      title: "A guest",
      publishAt: at("2026-10-30T08:00Z"),
    });
    assert.deepEqual(await look("student"), ["material_available Chapter", "material_until Chapter"]);
    assert.deepEqual(await look("assistant"), [
      "material_available Chapter",
      "material_available Notes (draft)",
      "announcement A guest (draft)",
      "material_until Chapter",
      "material_until Notes (draft)",
    ]);
    assert.deepEqual(await look("former"), []);
  });

  test("the calendar of an archived course can be looked at, and says that it cannot be changed", async () => {
    const { test: kernel, people, course } = built();
    await kernel.must(people.instructor.token, "courses.archiveCourse", { courseId: course.courseId });
    const { courses } = await kernel.must<{ courses: { mayTeach: boolean }[] }>(
      people.instructor.token,
      "calendar.getCalendar",
      { from, to },
    );
    assert.deepEqual(
      courses.map(({ mayTeach }) => mayTeach),
      [false],
    );
  });
});

eachCourse("a subscribed calendar", slices, (built) => {
  const open = async (persona: Persona, renew = false) => {
    const { token } = built().people[persona];
    const { link } = await built().test.must<{ link: string }>(token, "calendar.openFeed", { renew });
    return new URL(link).searchParams.get("token") ?? "";
  };
  const read = async (token: string) => {
    const result = await built().test.call(null, "calendar.readFeed", { token });
    return "failure" in result ? result.failure.code : String((result.output as JsonObject).text);
  };
  const parsed = (text: string) =>
    new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((each) => new ICAL.Event(each));

  test("holds every event at its true instant, and is gone when its address is", async () => {
    const { test: kernel, people, course } = built();
    kernel.clock.advance(at("2026-10-10T12:00Z") - kernel.clock.now());
    await makeEvents(built(), { ...lecture, title: "Größe; Maß, 天 🔭", note: "Bring\na stick" });
    await kernel.must(people.instructor.token, "assignments.createAssignment", {
      courseId: course.courseId,
      title: "Essay",
      pointsMax: 10,
      dueAt: at("2026-11-10T12:00Z"),
      published: true,
    });
    const token = await open("student");
    assert.equal(await open("student"), token, "asked again, it is the same address");
    const text = await read(token);
    const entries = parsed(text);
    assert.deepEqual(
      entries.map(({ summary, startDate, location }) => [
        summary,
        startDate.toJSDate().toISOString(),
        location,
      ]),
      [
        ["ASTRO-101 Größe; Maß, 天 🔭", "2026-10-21T08:00:00.000Z", "Room 204"],
        ["ASTRO-101 Größe; Maß, 天 🔭", "2026-10-28T09:00:00.000Z", "Room 204"],
        ["ASTRO-101 Größe; Maß, 天 🔭", "2026-11-04T09:00:00.000Z", "Room 204"],
        ["ASTRO-101 Due: Essay", "2026-11-10T12:00:00.000Z", null],
      ],
    );
    assert.equal(entries[0]?.description, "Bring\na stick");
    assert.equal(new Set(entries.map(({ uid }) => uid)).size, 4);
    kernel.clock.advance(3_600_000);
    assert.equal(await read(token), text, "nothing changed, so neither did the text");

    const renewed = await open("student", true);
    assert.equal(await read(token), "unknown_feed");
    assert.equal(parsed(await read(renewed)).length, 4);
    await kernel.must(people.student.token, "calendar.closeFeed", {});
    assert.equal(await read(renewed), "unknown_feed");
  });

  test("shows no more than its owner may see at the moment", async () => {
    const { test: kernel, people, studentEnrolment } = built();
    const token = await open("student");
    assert.notEqual(parsed(await read(token)).length, 0);
    await kernel.must(people.instructor.token, "courses.endEnrolment", {
      enrolmentId: studentEnrolment.enrolmentId,
    });
    assert.equal(parsed(await read(token)).length, 0);
    await kernel.must(people.admin.token, "identity.setPersonActive", {
      personId: people.student.id,
      active: false,
    });
    assert.equal(await read(token), "unknown_feed");
  });
});
