/** What is pasted finds its thing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { thingAt } from "./thing-address.ts";

const [one, two, three] = ["1", "2", "3"].map((end) => `01890a5d-ac96-774b-bcce-b302099a805${end}`);

test("the most particular thing of an address is meant", () => {
  const at = (path: string) => thingAt(`https://school.example${path}`);
  assert.deepEqual(at(`/courses/${one}`), { kind: "course", id: one });
  assert.deepEqual(at(`/courses/${one}/materials/${two}#page=2`), { kind: "material", id: two });
  assert.deepEqual(at(`/courses/${one}/assignments/${two}/grade?submission=${three}`), {
    kind: "submission",
    id: three,
  });
  assert.deepEqual(at(`/courses/${one}/queries/${two}`), { kind: "query", id: two });
  assert.deepEqual(at(`/people/${one?.toUpperCase()}`), { kind: "person", id: one });
  for (const path of ["/", "/courses", "/courses/new", `/terms/${one}`]) assert.equal(at(path), null, path);
});
