/** Links of two accounts that become one, on both engines: whom they observe, who observes them, and each other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { tablesOf } from "#engines/store/port.ts";
import { eachEngine, type TestEngine } from "#engines/store/testing/each-engine.ts";
import { openTestKernel } from "#kernel/testing.ts";
import { coursesTaughtBy } from "../courses/api.ts";
import { coursesSlice } from "../courses/slice.ts";
import { createAuthenticator } from "../identity/api.ts";
import { type BuiltPerson, buildSchool } from "../identity/fixtures.ts";
import { identitySlice } from "../identity/slice.ts";
import type { ObserverLink } from "./schema.ts";
import { observersSlice } from "./slice.ts";
import type { ObserversTables } from "./tables.ts";

type Person = Pick<BuiltPerson, "id" | "name">;

async function open(t: { after(action: () => Promise<void>): void }, engine: TestEngine) {
  const store = await engine.open(t);
  const slices = [identitySlice({ coursesTaughtBy }), coursesSlice, observersSlice];
  const kernel = await openTestKernel({ slices, store, authenticator: createAuthenticator });
  t.after(() => kernel.close());
  const { student, otherStudent, thirdStudent, instructor, admin } = await buildSchool(kernel);
  const link = (observer: Person, observed: Person) =>
    kernel.must<ObserverLink>(admin.token, "observers.linkObserver", {
      ...{ observerId: observer.id, studentId: observed.id },
    });
  const merge = async (from: Person, into: Person) => {
    const input = { fromId: from.id, intoId: into.id, confirmName: from.name };
    const { id: mergeId } = await kernel.must<{ id: string }>(admin.token, "identity.mergePeople", input);
    await kernel.kernel.settle();
    const { state } = await kernel.must<{ state: string }>(admin.token, "identity.getPersonMerge", {
      mergeId,
    });
    assert.equal(state, "done");
  };
  /** All that the store holds, in the order in which it was made: `who > whom by whom`. */
  const links = async (...named: readonly Person[]) => {
    const { value } = await store.read((database) =>
      tablesOf<ObserversTables>(database).selectFrom("observer_links").selectAll().orderBy("id").execute(),
    );
    const nameOf = (id: string) => named.find((person) => person.id === id)?.name ?? id;
    return value.map((row) => ({
      linkId: row.id,
      says: `${nameOf(row.observer_id)} > ${nameOf(row.student_id)}`,
      by: row.made_by,
    }));
  };
  return { kernel, store, admin, instructor, student, otherStudent, thirdStudent, link, merge, links };
}

eachEngine("merging accounts that observe", (engine) => {
  test("whoever observed their other account does not observe themselves", async (t) => {
    for (const way of ["old observes kept", "kept observes old", "both"]) {
      const { kernel, student: old, otherStudent: kept, link, merge, links } = await open(t, engine);
      if (way !== "kept observes old") await link(old, kept);
      if (way !== "old observes kept") await link(kept, old);
      await merge(old, kept);
      assert.deepEqual(await links(), [], way);
      const { observers } = await kernel.must<{ observers: ObserverLink[] }>(
        kept.token,
        "observers.getObservers",
        {},
      );
      const { items } = await kernel.must<{ items: ObserverLink[] }>(
        kept.token,
        "observers.listObserved",
        {},
      );
      assert.deepEqual([observers, items], [[], []], way);
    }
  });

  test("who observed one student with both accounts does so once, since when the kept one did", async (t) => {
    const { student, instructor: old, otherStudent: kept, link, merge, links } = await open(t, engine);
    await link(old, student);
    const stays = await link(kept, student);
    await merge(old, kept);
    assert.deepEqual(
      (await links(kept, student)).map(({ linkId, says }) => [linkId, says]),
      [[stays.linkId, `${kept.name} > ${student.name}`]],
    );
  });

  test("a student whom one person observed under both accounts is observed once", async (t) => {
    const {
      kernel,
      instructor: parent,
      student: old,
      otherStudent: kept,
      link,
      merge,
      links,
    } = await open(t, engine);
    await link(parent, old);
    const stays = await link(parent, kept);
    await merge(old, kept);
    assert.deepEqual(
      (await links(parent, kept)).map(({ linkId, says }) => [linkId, says]),
      [[stays.linkId, `${parent.name} > ${kept.name}`]],
    );
    const { items } = await kernel.must<{ items: ObserverLink[] }>(
      parent.token,
      "observers.listObserved",
      {},
    );
    assert.deepEqual(
      items.map(({ student }) => student.personId),
      [kept.id],
    );
  });

  test("links to others come over, both ways, and codes of the old account end", async (t) => {
    const {
      kernel,
      student,
      instructor,
      thirdStudent: old,
      otherStudent: kept,
      ...school
    } = await open(t, engine);
    const { link, merge, links } = school;
    const { code } = await kernel.must<{ code: string }>(old.token, "observers.createPairingCode", {});
    const paired = await kernel.must<{ code: string }>(student.token, "observers.createPairingCode", {});
    await kernel.must(old.token, "observers.redeemPairingCode", { code: paired.code });
    await link(instructor, old);
    await link(old, kept);
    await merge(old, kept);
    assert.deepEqual(
      (await links(kept, student, instructor)).map(({ says, by }) => [says, by]),
      [
        [`${kept.name} > ${student.name}`, kept.id],
        [`${instructor.name} > ${kept.name}`, school.admin.id],
      ],
    );
    const spent = await kernel.call(instructor.token, "observers.redeemPairingCode", { code });
    assert("failure" in spent && spent.failure.code === "unknown_pairing_code");
  });

  test("a link between the two that is made while they are merged goes with the sweep", async (t) => {
    const { kernel, store, student: old, otherStudent: kept, merge, links } = await open(t, engine);
    await merge(old, kept);
    await store.write(({ database }) =>
      tablesOf<ObserversTables>(database)
        .insertInto("observer_links")
        .values({
          ...{ id: "late", observer_id: kept.id, student_id: old.id },
          ...{ origin: "admin", made_by: kept.id, made_at: 0 },
        })
        .execute(),
    );
    kernel.clock.advance(3_600_000);
    await kernel.kernel.settle();
    assert.deepEqual(await links(old, kept), []);
  });

  test("an account that was merged away or is deactivated is not linked", async (t) => {
    const { kernel, admin, student: old, otherStudent: kept, thirdStudent, merge } = await open(t, engine);
    await merge(old, kept);
    await kernel.must(admin.token, "identity.setPersonActive", { personId: thirdStudent.id, active: false });
    for (const [observer, student, field, what] of [
      [old, kept, "observerId", /was merged into another\. Choose that one\./],
      [kept, old, "studentId", /was merged into another/],
      [thirdStudent, kept, "observerId", /is deactivated\. Reactivate it first\./],
    ] as const) {
      const input = { observerId: observer.id, studentId: student.id };
      const refused = await kernel.call(admin.token, "observers.linkObserver", input);
      assert("failure" in refused && refused.failure.code === "account_closed");
      assert.equal(refused.failure.problems[0]?.field, field);
      assert.match(refused.failure.problems[0]?.message ?? "", what);
    }
  });
});
