/** The order of contents: modules as in the outline, nothing lost, steps within a module. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Material, Outline } from "../contract.ts";
import { contentsOf, stepOf } from "./contents-order.ts";

const module = (moduleId: string) => ({ moduleId }) as Outline["modules"][number];
const outline = {
  courseId: "c",
  modules: [module("m1")],
  sections: [{ sectionId: "s", modules: [module("m2")] }],
} as unknown as Outline;
const material = (materialId: string, moduleId: string | null, order: number) =>
  ({ materialId, moduleId, order }) as Material;

test("materials and assignments stand together in the modules of the outline, and nothing is lost", () => {
  const parts = contentsOf(
    outline,
    [material("b", "m2", 20), material("a", "m1", 5), material("lost", "gone", 1), material("c", null, 2)],
    [{ assignmentId: "task", moduleId: "m2", order: 10 }],
  );
  assert.deepEqual(
    parts.flatMap(({ groups }) =>
      groups.map((group) => [group.module?.moduleId ?? "", group.items.map(({ id }) => id)]),
    ),
    [
      ["", ["lost", "c"]],
      ["m1", ["a"]],
      ["m2", ["task", "b"]],
    ],
  );
});

test("a step moves before the one above or behind the one below, and ends at the ends", () => {
  const [general] =
    contentsOf(
      outline,
      [1, 2, 3].map((at) => material(String(at), null, at)),
      [],
    )[0]?.groups ?? [];
  const items = general?.items ?? [];
  assert.deepEqual(stepOf(items, "2", "up"), { beforeId: "1" });
  assert.deepEqual(stepOf(items, "1", "down"), { beforeId: "3" });
  assert.deepEqual(stepOf(items, "2", "down"), { beforeId: null });
  assert.equal(stepOf(items, "1", "up"), undefined);
  assert.equal(stepOf(items, "3", "down"), undefined);
});
