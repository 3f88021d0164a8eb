/** Files of people as schools have them, and the comparison of three states. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { UnreadableCsv } from "#kernel/csv-file.ts";
import { decide, readRow } from "./import-decisions.ts";
import { type FileRow, openPeopleFile } from "./import-file.ts";
import { needsConfirmation } from "./import-limits.ts";

async function rowsOf(bytes: Uint8Array): Promise<{ rows: FileRow[]; ignored: readonly string[] }> {
  // In pieces of three bytes: letters of several bytes are cut apart.
  const pieces = Array.from({ length: Math.ceil(bytes.length / 3) }, (_each, index) =>
    Buffer.from(bytes.subarray(index * 3, index * 3 + 3)),
  );
  const file = await openPeopleFile(async () => Readable.from(pieces));
  const rows: FileRow[] = [];
  for await (const each of file.rows) rows.push(each);
  return { rows, ignored: file.ignoredColumns };
}

const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le");
const files: readonly { about: string; bytes: Uint8Array; name: string }[] = [
  { about: "plain", bytes: Buffer.from("name,email\nZoë,z@x.example\n"), name: "Zoë" },
  { about: "a byte-order mark", bytes: Buffer.from("\uFEFFname,email\r\nZoë,z@x.example\r\n"), name: "Zoë" },
  { about: "semicolons", bytes: Buffer.from("E-Mail;Name\nz@x.example;Zoë\n"), name: "Zoë" },
  { about: "tabs", bytes: Buffer.from("Name\tE-mail\nZoë\tz@x.example\n"), name: "Zoë" },
  {
    about: "Windows-1252",
    bytes: Buffer.from("name;email\nZo\xeb \x80;z@x.example\n", "latin1"),
    name: "Zoë €",
  },
  { about: "Excel's Unicode text", bytes: utf16("name\temail\nZoë\tz@x.example\n"), name: "Zoë" },
  { about: "Arabic with an emoji", bytes: Buffer.from("name,email\nليلى 🌙,z@x.example\n"), name: "ليلى 🌙" },
  {
    about: "first and last names, and quotes",
    bytes: Buffer.from('"First Name","Last name","Email address"\n"Zoë","Ångström, ""Z""",z@x.example'),
    name: 'Zoë Ångström, "Z"',
  },
  { about: "old Macintosh lines", bytes: Buffer.from("name,email\rZoë,z@x.example\r"), name: "Zoë" },
];

for (const { about, bytes, name } of files)
  test(`a file with ${about}`, async () => {
    const { rows } = await rowsOf(bytes);
    assert.deepEqual(
      rows.map((row) => [row.name, row.email]),
      [[name, "z@x.example"]],
    );
  });

test("lines keep their numbers past empty ones, and unknown columns are named", async () => {
  const { rows, ignored } = await rowsOf(
    Buffer.from("name,email,house\n\nA,a@x.example,Oak\n,,\nB,b@x.example\n"),
  );
  assert.deepEqual(
    rows.map(({ line, name }) => [line, name]),
    [
      [3, "A"],
      [5, "B"],
    ],
  );
  assert.deepEqual(ignored, ["house"]);
});

const unreadable: readonly [string, Uint8Array, RegExp][] = [
  ["nothing", Buffer.from(""), /no lines/],
  ["no header", Buffer.from("Ada,ada@x.example\n"), /first line must name the columns.*Ada, ada@x\.example/],
  ["a spreadsheet", Buffer.from("PK\x03\x04\0\0"), /no text file/],
  [
    "a quote without an end",
    Buffer.from(`name,email\n"A,a@x.example\n${"B,b@x.example\n".repeat(3_000)}`),
    /cannot be read as CSV/,
  ],
];
for (const [about, bytes, says] of unreadable)
  test(`a file that is ${about} is refused whole`, async () => {
    await assert.rejects(
      rowsOf(bytes),
      (error) => error instanceof UnreadableCsv && says.test(error.message),
    );
  });

const row = (change: Partial<FileRow>): FileRow => ({
  ...{ line: 2, name: "Ada", email: "ada@x.example", roles: "", problem: null },
  ...change,
});
const badRows: readonly [Partial<FileRow>, RegExp][] = [
  [{ email: "" }, /no e-mail address/],
  [{ email: "ada" }, /"ada" is no e-mail/],
  [{ name: "" }, /no name/],
  [{ name: "A\u0007da" }, /control characters/],
  [{ name: "x".repeat(201) }, /too long/],
  [{ roles: "student, wizard" }, /"wizard" is no role/],
];
for (const [change, says] of badRows)
  test(`a line is not taken: ${says.source}`, () => {
    const read = readRow(row(change));
    assert.match("problem" in read ? read.problem : "", says);
  });

test("roles are understood as schools write them", () => {
  const read = readRow(row({ roles: "Teacher; Student" }));
  assert.deepEqual("wanted" in read ? read.wanted.roles : null, ["instructor", "student"]);
});

const wanted = { name: "Ada", email: "ada@x.example", roles: ["student"] } as const;
const here = { name: "Ada", roles: ["student"], active: true } as const;
const base = { name: "Ada", roles: ["student"], deactivated: false } as const;
const decisions: readonly [string, Parameters<typeof decide>, string, RegExp | null][] = [
  ["somebody new", [wanted, null, null], "add", null],
  ["nothing new", [wanted, here, base], "same", null],
  ["a new name in the file", [{ ...wanted, name: "Ada King" }, here, base], "change", /name: Ada → Ada King/],
  ["a name changed by hand", [wanted, { ...here, name: "Ada King" }, base], "kept", /Changed here/],
  [
    "both changed",
    [{ ...wanted, name: "A. L." }, { ...here, name: "Ada King" }, base],
    "change",
    /Ada King → A\. L\./,
  ],
  ["no base yet", [wanted, { ...here, name: "Ada King" }, null], "change", /Ada King → Ada/],
  [
    "a role added by hand",
    [wanted, { ...here, roles: ["instructor", "student"] }, base],
    "kept",
    /Changed here/,
  ],
  ["no word of roles", [{ ...wanted, roles: null }, { ...here, roles: ["instructor"] }, null], "same", null],
  ["an admin", [wanted, { ...here, roles: ["admin"] }, null], "kept", /nobody's role of admin/],
  ["shut by hand", [wanted, { ...here, active: false }, base], "kept", /shut by hand/],
  [
    "shut by an import",
    [wanted, { ...here, active: false }, { ...base, deactivated: true }],
    "change",
    /opened again/,
  ],
];
for (const [about, given, outcome, says] of decisions)
  test(`the comparison of three: ${about} → ${outcome}`, () => {
    const decision = decide(...given);
    assert.equal(decision.outcome, outcome);
    if (says === null) assert.equal(decision.reason, null);
    else assert.match(decision.reason ?? "", says);
  });

test("the brake: more than 20 people, or more than 5 % of them", () => {
  assert.deepEqual(
    [
      needsConfirmation(0, 1),
      needsConfirmation(5, 100),
      needsConfirmation(6, 100),
      needsConfirmation(20, 10_000),
      needsConfirmation(21, 10_000),
    ],
    [false, false, true, false, true],
  );
});
