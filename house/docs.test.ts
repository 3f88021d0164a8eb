/** What the documents name is there: files, links, scripts and commands. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { slices } from "#app/slices.ts";
import { createRegistry } from "#kernel/registry.ts";

const root = resolve(import.meta.dirname, "..");
/** Those beside the code, which name files by where they lie from there. */
const besideCode = [
  "src/kernel",
  "src/raft",
  "src/engines/peer",
  ...slices.map(({ name }) => `src/slices/${name}`),
];
const documents = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
  ...besideCode.map((folder) => `${folder}/README.md`),
].map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

function wrongIn(find: RegExp, isRight: (found: string, file: string) => boolean): string[] {
  return documents.flatMap(({ file, text }) =>
    [...text.matchAll(find)]
      .map((match) => match[1] ?? "")
      .filter((found) => !isRight(found, file))
      .map((found) => `${file}: ${found}`),
  );
}

test("files that are named exist", () => {
  const wrong = wrongIn(/`((?:src|web|house|prove|bench|docs|proto)\/[\w./-]+)`/g, (path) =>
    existsSync(join(root, path)),
  );
  assert.deepEqual(wrong, []);
});

test("files that a README beside the code names are there", () => {
  // From its own folder or the root, or, by its bare name, a story in testdata or what other slices have too (`api.ts`).
  const isThere = (path: string, folder: string) =>
    [folder, ".", `${folder}/testdata`, ...besideCode].some((from) => existsSync(join(root, from, path)));
  const wrong = wrongIn(
    /`([\w-]+(?:\/[\w-]+)*\.(?:test\.)?(?:ts|txt))`/g,
    (path, file) => !besideCode.includes(dirname(file)) || isThere(path, dirname(file)),
  );
  assert.deepEqual(wrong, []);
});

test("each slice's README names its tables", () => {
  const wrong = slices.flatMap(({ name, tables }) => {
    const text = documents.find(({ file }) => file === `src/slices/${name}/README.md`)?.text ?? "";
    return Object.keys(tables)
      .filter((table) => !text.includes(`\`${table}\``))
      .map((table) => `${name}: ${table}`);
  });
  assert.deepEqual(wrong, [], "Say in the README what the table is for.");
});

test("links between documents lead somewhere", () => {
  const wrong = wrongIn(/\]\((?!https?:)([^)#]+)/g, (path, file) =>
    existsSync(join(root, dirname(file), path)),
  );
  assert.deepEqual(wrong, []);
});

test("scripts that are named can be run", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  assert.deepEqual(
    wrongIn(/npm run ([a-z]+)/g, (script) => script in scripts),
    [],
  );
});

test("commands of the command line that are shown exist", () => {
  const known = new Set(createRegistry(slices).operations.map(({ cliCommand }) => cliCommand.join(" ")));
  const isSlice = new Set(slices.map(({ name }) => name as string));
  const wrong = wrongIn(
    /lyceum ([a-z]+ [a-z]+(?:-[a-z]+)+)/g,
    (words) => !isSlice.has(words.split(" ")[0] ?? "") || known.has(words),
  );
  assert.deepEqual(wrong, []);
});
