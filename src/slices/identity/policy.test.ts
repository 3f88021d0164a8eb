/** Who may open what, and what a session may then use. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SchoolRole, SessionScope } from "#kernel/actor.ts";
import { holds, leavesNoAdmin, mayOpen, rolesInScope } from "./policy.ts";

test("a scope narrows the roles, and never adds one", () => {
  const table: readonly [SessionScope, readonly SchoolRole[], readonly SchoolRole[]][] = [
    ["full", ["admin", "instructor", "student"], ["admin", "instructor", "student"]],
    ["student", ["admin", "instructor", "student"], ["student"]],
    ["faculty", ["admin", "instructor", "student"], ["instructor"]],
    ["faculty", ["admin"], []],
    ["faculty", ["student"], []],
    ["student", ["admin", "instructor"], []],
    ["full", [], []],
  ];
  for (const [scope, roles, expected] of table)
    assert.deepEqual(rolesInScope(roles, scope), expected, `${scope} of ${roles.join(" ")}`);
});

test("StudentLogin is for students, FacultyLogin for whoever teaches", () => {
  const table: readonly [SessionScope, readonly SchoolRole[], boolean, boolean][] = [
    ["full", [], false, true],
    ["student", ["student"], false, true],
    ["student", ["student", "admin"], true, true],
    ["student", ["instructor"], true, false],
    ["student", ["admin"], false, false],
    ["faculty", ["instructor"], false, true],
    ["faculty", ["student"], true, true],
    ["faculty", ["student"], false, false],
    ["faculty", ["admin"], false, false],
  ];
  for (const [scope, roles, teaches, expected] of table)
    assert.equal(
      mayOpen(scope, { roles, teaches }),
      expected,
      `${scope}, ${roles.join(" ")}, teaches ${teaches}`,
    );
});

test("a session holds until it is revoked, ends, or its person is shut out", () => {
  const row = { revoked_at: null, ends_at: 1_000, active: 1 };
  assert.equal(holds(row, 999), true);
  assert.equal(holds(row, 1_000), false);
  assert.equal(holds({ ...row, revoked_at: 5 }, 10), false);
  assert.equal(holds({ ...row, active: 0 }, 10), false);
});

test("the last admin is the one without whom nobody is left", () => {
  assert.equal(leavesNoAdmin("a", ["a"]), true);
  assert.equal(leavesNoAdmin("a", []), true);
  assert.equal(leavesNoAdmin("a", ["b", "a"]), false);
});
