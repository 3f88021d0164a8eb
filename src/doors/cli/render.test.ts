/** Answers as people read them in a terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "./render.ts";

test("things inside of a line: by their name, by what they say, or how many there are", () => {
  const lines = render({
    items: [
      {
        student: { personId: "p1", name: "Mira Osei" },
        total: { percent: 92.5, letter: null, categories: [{ points: 3 }] },
        cells: [
          { columnId: "c1", points: 9 },
          { columnId: "c2", points: null },
        ],
        files: [{ fileName: "shadow.pdf" }, { fileName: "log.md" }],
      },
    ],
    nextCursor: null,
  });
  assert.equal(
    lines,
    ["STUDENT    TOTAL         CELLS  FILES", "Mira Osei  percent 92.5  2      shadow.pdf, log.md", ""].join(
      "\n",
    ),
  );
});
