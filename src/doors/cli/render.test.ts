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

test("in a narrow terminal long texts break between words, under where they began", () => {
  const card = {
    title: "Measure the Earth",
    body: "Hand in one or two pages: what you did and found.\n\nName the weakest step.",
    url: "https://school.example/a/very/long/address/that/is/for/copying",
  };
  assert.equal(
    render(card, 40),
    [
      "title  Measure the Earth",
      "body   Hand in one or two pages: what",
      "       you did and found.",
      "",
      "       Name the weakest step.",
      "url    https://school.example/a/very/long/address/that/is/for/copying",
      "",
    ].join("\n"),
  );
  assert.match(render(card), /body {3}Hand in .* found\.\n\n {7}Name/);
});

test("an empty list is said where it was asked for, and left out where it is a part", () => {
  const observers = [{ name: "Kofi", roles: [] }];
  assert.equal(render({ observers, pairingCodes: [] }, 5), "observers\n  name  Kofi\npairing codes  -\n");
});

test("sizes are told in units, and what secrets are made from is not told", () => {
  assert.equal(
    render({ fileBytesMax: 2_147_483_648, bytes: 1536, secretId: "s", code: "MEJL8-UFM5X" }),
    "file bytes max  2.0 GiB\nbytes           1.5 KiB\ncode            MEJL8-UFM5X\n",
  );
});
