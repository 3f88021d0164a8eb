/** Looking at the school as somebody else: what is seen, what stays closed, who is written down. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import { auditPage } from "#kernel/audit-search.ts";
import type { Result } from "#kernel/testing.ts";
import { readOnlyView } from "#kernel/view.ts";
import { openSchool, type TestSchool } from "./testing.ts";
import { viewMs } from "./views.ts";

interface WhoAmI {
  readonly person: { readonly id: string };
  readonly roles: readonly string[];
  readonly view: {
    readonly viewerName: string;
    readonly courseId: string | null;
    readonly until: number;
  } | null;
}

const codeOf = (result: Result) => ("failure" in result ? result.failure.code : "done");
const whoIs = ({ must }: TestSchool, token: string) => must<WhoAmI>(token, "identity.whoAmI", {});

eachEngine("looking as somebody else", (engine) => {
  test("an admin sees what the person sees, changes nothing, and is themselves again", async (t) => {
    const test = await openSchool(t, engine);
    const { admin, student } = test.school;
    await test.must(admin.token, "identity.viewAs", { personId: student.id });
    const seen = await whoIs(test, admin.token);
    assert.deepEqual(
      [seen.person.id, seen.roles, seen.view?.viewerName],
      [student.id, ["student"], admin.name],
    );
    assert.equal(
      codeOf(await test.call(admin.token, "identity.listPeople", {})),
      "forbidden",
      "as the student",
    );
    for (const operation of ["identity.createAccessToken", "identity.viewAs"])
      assert.equal(
        codeOf(await test.call(admin.token, operation, { name: "x", personId: student.id })).replace(
          "invalid_input",
          readOnlyView,
        ),
        readOnlyView,
      );
    assert.equal(codeOf(await test.call(admin.token, "identity.rotateKeys", {})), readOnlyView);
    for (const personal of [
      "identity.listSessions",
      "identity.listAccessTokens",
      "identity.getSignInMethods",
    ])
      assert.equal(codeOf(await test.call(admin.token, personal, {})), readOnlyView, personal);
    await test.must(admin.token, "identity.endView", {});
    assert.equal((await whoIs(test, admin.token)).person.id, admin.id);
  });

  test("it ends by itself, and with the right to it", async (t) => {
    const test = await openSchool(t, engine);
    const { admin, student } = test.school;
    await test.must(admin.token, "identity.viewAs", { personId: student.id });
    test.clock.advance(viewMs);
    assert.equal((await whoIs(test, admin.token)).person.id, admin.id);
  });

  test("nobody looks as another admin, or as themselves; signing out ends one's own session", async (t) => {
    const test = await openSchool(t, engine);
    const { admin, student, instructor } = test.school;
    assert.equal(
      codeOf(await test.call(admin.token, "identity.viewAs", { personId: admin.id })),
      "already_yourself",
    );
    assert.equal(
      codeOf(await test.call(instructor.token, "identity.viewAs", { personId: student.id })),
      "forbidden",
    );
    await test.must(admin.token, "identity.viewAs", { personId: student.id });
    await test.must(admin.token, "identity.logout", {});
    assert.equal(codeOf(await test.call(admin.token, "identity.whoAmI", {})), "unauthenticated");
    assert.equal((await whoIs(test, student.token)).person.id, student.id, "the student's own goes on");
  });

  test("the audit trail names who really looked", async (t) => {
    const test = await openSchool(t, engine);
    const { admin, student } = test.school;
    await test.must(admin.token, "identity.viewAs", { personId: student.id });
    await test.call(admin.token, "identity.rotateKeys", {});
    const { value } = await test.kernel.store.read((database) => auditPage(database, { limit: 2 }));
    assert.deepEqual(
      value.items.map(({ actor, operation, subject, outcome }) => ({ actor, operation, subject, outcome })),
      [
        {
          actor: `person:${admin.id}`,
          operation: "identity.rotateKeys",
          subject: { seenAsPersonId: student.id },
          outcome: readOnlyView,
        },
        {
          actor: `person:${admin.id}`,
          operation: "identity.viewAs",
          subject: { personId: student.id },
          outcome: "done",
        },
      ],
    );
  });
});
