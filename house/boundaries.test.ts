/**
 * The direction of imports, and the few habits that would quietly rot. Each failure names the rule and the way out.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import test from "node:test";

const root = resolve(import.meta.dirname, "..");

/** Who may import whom, from the ground up; a room may import its own files and the rooms listed. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  raft: ["base"],
  engines: ["base", "raft"],
  kernel: ["base", "engines"],
  slices: ["base", "engines", "kernel"],
  doors: ["base", "engines", "kernel"],
  app: ["base", "raft", "engines", "kernel", "slices", "doors"],
};

/** Which slice may use which through its `api.ts`. Must stay free of circles. */
const sliceMayUse: Readonly<Record<string, readonly string[]>> = {
  identity: [],
  system: [],
  cluster: [],
  courses: ["identity"],
  observers: ["identity", "courses"],
  materials: ["identity", "courses"],
  assignments: ["identity", "courses", "observers"],
  calendar: ["identity", "courses", "materials", "assignments"],
  queries: ["identity", "courses", "materials", "assignments"],
  grades: ["identity", "courses", "observers", "assignments"],
  notices: ["identity", "courses", "materials", "assignments", "queries"],
  search: ["courses", "materials", "assignments", "queries"],
  progress: ["identity", "courses", "observers", "materials", "assignments", "queries", "grades"],
  access: ["identity", "courses"],
};

/** Names that say nothing about what is inside. */
const emptyNames = ["index.ts", "utils.ts", "util.ts", "helpers.ts", "types.ts", "common.ts", "misc.ts"];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly line: string;
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = text.matchAll(/^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\("([^"]+)"\)/gms);
  return [...found].map((match) => {
    const specifier = match[1] ?? match[2] ?? "";
    const to = specifier.startsWith("#")
      ? `src/${specifier.slice(1)}`
      : specifier.startsWith(".")
        ? relative(root, resolve(root, dirname(file), specifier)).replaceAll("\\", "/")
        : specifier;
    return { from: file, to, line: match[0].split("\n")[0] ?? "" };
  });
}

const sources = filesUnder("src");
const isTest = (file: string) =>
  file.endsWith(".test.ts") ||
  file.endsWith("/fixtures.ts") ||
  file.endsWith("/testing.ts") ||
  file.includes("/testing/");
const imports = sources.flatMap(importsOf);

test("imports go down only: base < raft < engines < kernel < slices, doors < app", () => {
  const wrong = imports.filter(({ from, to }) => {
    if (!to.startsWith("src/") || isTest(from)) return false;
    const [room, target] = [from.split("/")[1] ?? "", to.split("/")[1] ?? ""];
    return room !== target && !(mayImport[room] ?? []).includes(target);
  });
  assert.deepEqual(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
    "Move what is shared down, or let app/compose.ts hand it in.",
  );
});

test("a slice meets another only through its api.ts, and only where the table allows", () => {
  const wrong = imports.filter(({ from, to }) => {
    if (!from.startsWith("src/slices/") || !to.startsWith("src/slices/") || isTest(from)) return false;
    const [slice, other] = [from.split("/")[2] ?? "", to.split("/")[2] ?? ""];
    return (
      slice !== other && !(to === `src/slices/${other}/api.ts` && (sliceMayUse[slice] ?? []).includes(other))
    );
  });
  assert.deepEqual(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
    "Offer what is needed in the other slice's api.ts and allow it in sliceMayUse, or follow its events.",
  );
});

test("the table of slices has no circles and names every slice", () => {
  const folders = readdirSync(join(root, "src/slices"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  assert.deepEqual(folders.map((entry) => entry.name).sort(), Object.keys(sliceMayUse).sort());
  const reaches = (slice: string, seen: readonly string[]): void => {
    assert(!seen.includes(slice), `slices use each other in a circle: ${[...seen, slice].join(" > ")}`);
    for (const used of sliceMayUse[slice] ?? []) reaches(used, [...seen, slice]);
  };
  for (const slice of Object.keys(sliceMayUse)) reaches(slice, []);
});

test("the web app takes only types, and only from the one file that app offers", () => {
  const wrong = filesUnder("web/src")
    .flatMap(importsOf)
    .filter(
      ({ to, line }) =>
        to.startsWith("src/") && !(to === "src/app/client-types.ts" && /^import type\b/.test(line)),
    );
  assert.deepEqual(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
    'Use `import type` from "src/app/client-types.ts"; server code must not reach the browser.',
  );
});

test("only engines name a driver, and only doors and app a protocol's library", () => {
  const homes: Readonly<Record<string, readonly string[]>> = {
    "node:sqlite": ["src/engines/"],
    pg: ["src/engines/"],
    fastify: ["src/doors/http/"],
    "@connectrpc/connect": ["src/doors/grpc/", "src/engines/peer/"],
    "@connectrpc/connect-node": ["src/doors/grpc/", "src/engines/peer/"],
    "@peculiar/x509": ["src/engines/peer/"],
    commander: ["src/doors/cli/", "src/app/"],
  };
  const wrong = imports.filter(({ from, to }) => {
    const home = homes[to];
    return home !== undefined && !isTest(from) && !home.some((folder) => from.startsWith(folder));
  });
  assert.deepEqual(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
    "Put it behind the engine's port.",
  );
});

test("time, chance and the outside come in through ports, so that a test or the simulator can own them", () => {
  const ambient =
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\bfetch\(|\bprocess\.env\b/;
  const pure = sources.filter((file) => /^src\/(raft|kernel|slices)\//.test(file) && !isTest(file));
  const wrong = pure.filter((file) =>
    ambient.test(readFileSync(join(root, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")),
  );
  assert.deepEqual(wrong, [], "Take a Clock, Random or a service as a parameter instead.");
});

test("file names say what is inside, in kebab case", () => {
  const wrong = [...sources, ...filesUnder("web/src")].filter((file) => {
    const name = file.split("/").at(-1) ?? "";
    return emptyNames.includes(name) || !/^[a-z0-9-]+(\.[a-z-]+)*\.tsx?$/.test(name);
  });
  assert.deepEqual(wrong, [], "Name the file after the one idea in it.");
});

test("no test is skipped or left alone, and no lint is silenced", () => {
  const marks = new RegExp(
    ["\\.(skip|only)\\(", "biome-" + "ignore", "@ts-(ignore|expect-error|nocheck)"].join("|"),
  );
  const files = [...sources, ...filesUnder("web"), ...filesUnder("house"), ...filesUnder("bench")];
  const wrong = files.filter(
    (file) => file !== "house/boundaries.test.ts" && marks.test(readFileSync(join(root, file), "utf8")),
  );
  assert.deepEqual(wrong, [], "Assert what is true today and say so, or mend the cause.");
});
