/** Groups as people meet them: who forms them, who chooses one, who sees whom, and what happens to those who leave. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { groupIn, groupsOfPerson, membersBySet, membersOfGroup } from "./api.ts";
import type { BuiltCourse, Persona } from "./fixtures.ts";
import type { Group, GroupSet } from "./group-schema.ts";
import { eachCourse, runScenarios, type Scenario, turnedAway } from "./testing.ts";

type Name = `courses.${
  | "createGroupSet"
  | "updateGroupSet"
  | "removeGroupSet"
  | "listGroupSets"
  | "addGroups"
  | "renameGroup"
  | "removeGroup"
  | "listGroups"
  | "listPeopleWithoutGroup"
  | "setGroupOfPerson"
  | "distributeGroupMembers"
  | "signUpForGroup"
  | "leaveMyGroup"}`;
interface Given {
  readonly groupSetId: string;
  readonly groupIds: readonly string[];
}
type Row = Scenario<Name, Given>;

let sets = 0;
/** A set of its own with `groupCount` groups. */
async function groupSet(built: BuiltCourse, more: JsonObject = {}): Promise<Given> {
  const { token } = built.people.instructor;
  // A course has few sets, so the one before goes first.
  const { items } = await built.test.must<{ items: GroupSet[] }>(token, "courses.listGroupSets", {
    courseId: built.course.courseId,
  });
  if (items.length >= 15)
    for (const { groupSetId } of items.slice(0, 5))
      await built.test.must(token, "courses.removeGroupSet", { groupSetId });
  const { groupSetId } = await built.test.must<GroupSet>(token, "courses.createGroupSet", {
    courseId: built.course.courseId,
    name: `Set ${++sets}`,
    groupCount: 2,
    ...more,
  });
  const groups = await built.test.must<{ items: Group[] }>(token, "courses.listGroups", { groupSetId });
  return { groupSetId, groupIds: groups.items.map(({ groupId }) => groupId) };
}
const chosen =
  (more: JsonObject = {}) =>
  (built: BuiltCourse) =>
    groupSet(built, { signUp: true, ...more });
const withIn =
  (persona: Persona, more: JsonObject = {}) =>
  async (built: BuiltCourse) => {
    const given = await chosen(more)(built);
    await built.test.must(built.people.instructor.token, "courses.setGroupOfPerson", {
      groupSetId: given.groupSetId,
      personId: built.people[persona].id,
      groupId: given.groupIds[0] ?? "",
    });
    return given;
  };
const given = (built: BuiltCourse) => groupSet(built);
const ofSet =
  (extra: JsonObject = {}) =>
  (_: BuiltCourse, { groupSetId }: Given): JsonObject => ({ groupSetId, ...extra });
const firstGroup =
  (extra: JsonObject = {}) =>
  (_: BuiltCourse, { groupIds }: Given): JsonObject => ({ groupId: groupIds[0] ?? "", ...extra });

const teachers: readonly Persona[] = ["admin", "instructor", "assistant"];
const members: readonly Persona[] = [...teachers, "student", "classmate", "observer", "teacherAsStudent"];
const students: readonly Persona[] = ["student", "classmate"];
const create = {
  operation: "courses.createGroupSet",
  input: ({ course }: BuiltCourse) => ({ courseId: course.courseId, name: "Labs", groupCount: 3 }),
} as const;
const update = { operation: "courses.updateGroupSet", given, input: ofSet({ version: 1 }) } as const;
const remove = { operation: "courses.removeGroupSet", given, input: ofSet() } as const;
const listSets = {
  operation: "courses.listGroupSets",
  input: ({ course }: BuiltCourse) => ({ courseId: course.courseId }),
} as const;
const add = { operation: "courses.addGroups", given, input: ofSet({ count: 2 }) } as const;
const rename = { operation: "courses.renameGroup", given, input: firstGroup({ name: "Reds" }) } as const;
const removeOne = { operation: "courses.removeGroup", given, input: firstGroup() } as const;
const list = { operation: "courses.listGroups", given, input: ofSet() } as const;
const listWithout = { operation: "courses.listPeopleWithoutGroup", given, input: ofSet() } as const;
const place = {
  operation: "courses.setGroupOfPerson",
  given,
  input: ({ people }: BuiltCourse, { groupSetId, groupIds }: Given): JsonObject => ({
    groupSetId,
    personId: people.student.id,
    groupId: groupIds[1] ?? "",
  }),
} as const;
const spread = { operation: "courses.distributeGroupMembers", given, input: ofSet() } as const;
const signUp = { operation: "courses.signUpForGroup", given: chosen(), input: firstGroup() } as const;
const leave = { operation: "courses.leaveMyGroup", given: withIn("student"), input: ofSet() } as const;

const scenarios: readonly Row[] = [
  ...turnedAway<Name, Given>(create, teachers),
  ...turnedAway<Name, Given>(update, teachers),
  ...turnedAway<Name, Given>(remove, teachers),
  ...turnedAway<Name, Given>(listSets, members),
  ...turnedAway<Name, Given>(add, teachers),
  ...turnedAway<Name, Given>(rename, teachers),
  ...turnedAway<Name, Given>(removeOne, teachers),
  ...turnedAway<Name, Given>(list, members),
  ...turnedAway<Name, Given>(listWithout, teachers),
  ...turnedAway<Name, Given>(place, teachers),
  ...turnedAway<Name, Given>(spread, teachers),
  ...turnedAway<Name, Given>(signUp, students),
  ...turnedAway<Name, Given>(leave, students),

  {
    ...create,
    as: "assistant",
    outcome: "done",
    output: ({ groupCount, memberCount, studentCount, signUpOpen }) =>
      assert.deepEqual([groupCount, memberCount, studentCount, signUpOpen], [3, 0, 2, false]),
    events: ["group_set.created"],
  },
  {
    ...create,
    as: "instructor",
    about: "with a name that is taken, spelt otherwise",
    input: ({ course }) => ({ courseId: course.courseId, name: " LABS " }),
    outcome: "group_set_name_taken",
    says: /LABS/,
  },
  {
    ...update,
    as: "instructor",
    input: ofSet({ version: 1, sizeMax: 3, signUp: true }),
    outcome: "done",
    output: ({ sizeMax, signUpOpen, version }) =>
      assert.deepEqual([sizeMax, signUpOpen, version], [3, true, 2]),
    events: ["group_set.updated"],
  },
  {
    ...update,
    as: "admin",
    about: "of an older version",
    given: async (built) => {
      const made = await given(built);
      await built.test.must(built.people.instructor.token, "courses.updateGroupSet", {
        groupSetId: made.groupSetId,
        version: 1,
        sizeMax: 2,
      });
      return made;
    },
    outcome: "stale_version",
    says: /Grace Hopper changed the groups/,
  },
  { ...remove, as: "instructor", outcome: "done", events: ["group_set.removed"] },
  {
    ...add,
    as: "instructor",
    outcome: "done",
    output: ({ items }) =>
      assert.deepEqual(
        (items as Group[]).map(({ name }) => name),
        ["Group 3", "Group 4"],
      ),
    events: ["group_set.updated"],
  },
  {
    ...add,
    as: "instructor",
    about: "one that there is",
    input: ofSet({ name: "group  1" }),
    outcome: "group_name_taken",
  },
  {
    ...rename,
    as: "assistant",
    outcome: "done",
    output: ({ name }) => assert.equal(name, "Reds"),
    events: ["group_set.updated"],
  },
  {
    ...rename,
    as: "assistant",
    about: "to another's name",
    input: firstGroup({ name: "Group 2" }),
    outcome: "group_name_taken",
  },
  {
    ...removeOne,
    as: "instructor",
    about: "with somebody in it",
    given: withIn("student"),
    outcome: "done",
    output: ({ groupCount, memberCount }) => assert.deepEqual([groupCount, memberCount], [1, 0]),
    events: ["group.removed"],
  },
  {
    ...list,
    as: "classmate",
    about: "who is in another group and learns nobody's name",
    given: withIn("student"),
    outcome: "done",
    output: ({ items }) =>
      assert.deepEqual(
        (items as Group[]).map(({ memberCount, members: names }) => [memberCount, names.length]),
        [
          [1, 0],
          [0, 0],
        ],
      ),
    hides: ({ people }) => [people.student.name, people.student.id],
  },
  {
    ...list,
    as: "student",
    about: "who sees those of the own group",
    given: withIn("student"),
    outcome: "done",
    output: ({ items }, { people }) => {
      const [own] = items as Group[];
      assert.deepEqual([own?.isMine, own?.members.map(({ name }) => name)], [true, [people.student.name]]);
    },
  },
  {
    ...listWithout,
    as: "assistant",
    given: withIn("student"),
    outcome: "done",
    output: ({ items }, { people }) =>
      assert.deepEqual(items, [{ personId: people.classmate.id, name: people.classmate.name }]),
  },
  { ...place, as: "instructor", outcome: "done", events: ["group.joined"] },
  {
    ...place,
    as: "instructor",
    about: "out of another group",
    given: withIn("student"),
    outcome: "done",
    events: ["group.left", "group.joined"],
  },
  {
    ...place,
    as: "instructor",
    about: "nowhere",
    given: withIn("student"),
    input: ({ people }, { groupSetId }) => ({ groupSetId, personId: people.student.id, groupId: null }),
    outcome: "done",
    events: ["group.left"],
  },
  {
    ...place,
    as: "instructor",
    about: "somebody who does not study here",
    input: ({ people }, { groupSetId, groupIds }) => ({
      groupSetId,
      personId: people.assistant.id,
      groupId: groupIds[0] ?? "",
    }),
    outcome: "not_a_student",
  },
  {
    ...place,
    as: "instructor",
    about: "into a group of another set",
    input: async (built, { groupSetId }) => ({
      groupSetId,
      personId: built.people.student.id,
      groupId: (await given(built)).groupIds[0] ?? "",
    }),
    outcome: "invalid_input",
    says: /no such group/,
  },
  {
    ...spread,
    as: "instructor",
    outcome: "done",
    output: ({ placed, withoutGroup, isDone }) =>
      assert.deepEqual([placed, withoutGroup, isDone], [2, 0, true]),
    events: ["group.joined", "group.joined"],
  },
  {
    ...spread,
    as: "instructor",
    about: "where there is room for one",
    given: (built) => groupSet(built, { groupCount: 1, sizeMax: 1 }),
    input: ofSet({ order: "by_name" }),
    outcome: "done",
    output: ({ placed, withoutGroup, isDone }) =>
      assert.deepEqual([placed, withoutGroup, isDone], [1, 1, true]),
    events: ["group.joined"],
  },
  {
    ...spread,
    as: "instructor",
    about: "where there is no group",
    given: (built) => groupSet(built, { groupCount: 0 }),
    outcome: "no_groups",
  },
  {
    ...signUp,
    as: "student",
    outcome: "done",
    output: ({ myGroup }) => assert.equal((myGroup as { name: string }).name, "Group 1"),
    events: ["group.joined"],
  },
  { ...signUp, as: "student", about: "a second time", given: withIn("student"), outcome: "done" },
  {
    ...signUp,
    as: "classmate",
    about: "when it is full",
    given: withIn("student", { sizeMax: 1 }),
    outcome: "group_full",
    says: /Group 1 is full/,
  },
  {
    ...signUp,
    as: "student",
    about: "where teachers form them",
    given,
    outcome: "sign_up_closed",
    says: /form these groups/,
  },
  {
    ...signUp,
    as: "student",
    about: "after the end",
    given: chosen({ signUpUntil: 1 }),
    outcome: "sign_up_closed",
    says: /has ended/,
  },
  {
    ...leave,
    as: "student",
    outcome: "done",
    output: ({ myGroup }) => assert.equal(myGroup, null),
    events: ["group.left"],
  },
  { ...leave, as: "classmate", about: "who is in none", outcome: "done" },
];

runScenarios("groups", [], scenarios);

eachCourse("a group over time", [], (built) => {
  const inGroup = async (persona: Persona, groupSetId: string) =>
    (await built().test.kernel.store.read((db) => groupIn(db, groupSetId, built().people[persona].id))).value;

  test("whoever leaves the course or studies no more in it leaves its groups, and comes back without one", async () => {
    const { test: kernel, people, course, studentEnrolment } = built();
    const { courseId } = course;
    const { token } = people.instructor;
    const { groupSetId } = await withIn("student")(built());
    assert.equal((await inGroup("student", groupSetId))?.name, "Group 1");
    await kernel.must(token, "courses.endEnrolment", { enrolmentId: studentEnrolment.enrolmentId });
    assert.equal(await inGroup("student", groupSetId), null);
    const { email } = people.student;
    await kernel.must(token, "courses.enrolPerson", { courseId, email, role: "student" });
    assert.equal(await inGroup("student", groupSetId), null);

    const other = await withIn("student")(built());
    await kernel.must(token, "courses.enrolPerson", { courseId, email, role: "observer" });
    assert.equal(await inGroup("student", other.groupSetId), null);
    await kernel.must(token, "courses.enrolPerson", { courseId, email, role: "student" });
  });

  test("a removed set is gone for everybody until it is put back as it was", async () => {
    const { test: kernel, people, course } = built();
    const { token } = people.instructor;
    const { groupSetId, groupIds } = await withIn("student", { name: "Pairs" })(built());
    const groups = () =>
      kernel.kernel.store.read((db) => groupsOfPerson(db, course.courseId, people.student.id));
    const has = async () => (await groups()).value.some((each) => each.groupSetId === groupSetId);
    assert(await has());
    await kernel.must(token, "courses.removeGroupSet", { groupSetId });
    assert(!(await has()));
    const gone = await kernel.call(token, "courses.listGroups", { groupSetId });
    assert.equal("failure" in gone && gone.failure.code, "not_found");
    const refused = await kernel.call(people.student.token, "courses.signUpForGroup", {
      groupId: groupIds[1] ?? "",
    });
    assert.equal("failure" in refused && refused.failure.code, "not_found");
    await kernel.must(token, "courses.removeGroupSet", { groupSetId, restore: true });
    assert(await has());
    const [members, bySet] = (
      await kernel.kernel.store.read(
        async (db) =>
          [await membersOfGroup(db, groupIds[0] ?? ""), await membersBySet(db, groupSetId)] as const,
      )
    ).value;
    assert.deepEqual(members, [people.student.id]);
    assert.deepEqual([...bySet], [[groupIds[0], members]]);
  });

  test("two who want the last place at once: one gets it", async () => {
    const { test: kernel, people } = built();
    const { groupIds } = await chosen({ sizeMax: 1 })(built());
    const codes = await Promise.all(
      (["student", "classmate"] as const).map(async (persona) => {
        const result = await kernel.call(people[persona].token, "courses.signUpForGroup", {
          groupId: groupIds[0] ?? "",
        });
        return "failure" in result ? result.failure.code : "done";
      }),
    );
    assert.deepEqual(codes.sort(), ["done", "group_full"]);
  });
});
