/**
 * Writes the generated files (`npm run write`): the gRPC contract under `proto/` and the page on settings. With `--check` it writes nothing and
 * fails where one is stale, naming it. With `--release` it also keeps the contract as it now is in
 * `proto/released.binpb`: from then on `buf breaking` refuses what clients of that contract would not survive.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildContract, generatedFiles } from "#doors/grpc/contract.ts";
import { readFieldNumbers } from "#doors/grpc/field-numbers.ts";
import { createRegistry } from "#kernel/registry.ts";
import { settingsPage } from "./settings-page.ts";
import { slices } from "./slices.ts";

const root = join(import.meta.dirname, "../..");
export const protoFolder = join(root, "proto");

/** The contract of the last release, as `buf` compiles it. */
export const releasedImage = join(protoFolder, "released.binpb");

/** Every generated file by its path from the root, with what it must hold; null for one that must go. */
function wantedFiles(): Map<string, string | null> {
  const wanted = new Map<string, string | null>([["docs/operate/settings.md", settingsPage()]]);
  for (const [name, text] of generatedFiles(buildContract(createRegistry(slices), readFieldNumbers())))
    wanted.set(`proto/${name}`, text);
  for (const entry of readdirSync(protoFolder, { recursive: true, encoding: "utf8" })) {
    const path = `proto/${entry.replaceAll("\\", "/")}`;
    // What nodes say to each other is written by hand: no operation gives it.
    const isOurs = path.endsWith(".proto") && !path.startsWith("proto/lyceum/peer/");
    if (isOurs && !wanted.has(path)) wanted.set(path, null);
  }
  return wanted;
}

/** The paths of generated files that are not what they should be. */
export function staleFiles(): string[] {
  return [...wantedFiles()].filter(([path, text]) => textOf(path) !== text).map(([path]) => path);
}

function write(): void {
  for (const [path, text] of wantedFiles()) {
    if (textOf(path) === text) continue;
    if (text === null) rmSync(join(root, path));
    else {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    process.stdout.write(`${text === null ? "removed" : "wrote"} ${path}\n`);
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return null;
  }
}

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    const stale = staleFiles();
    if (stale.length > 0) {
      process.stderr.write(
        `These generated files are stale; run npm run write:\n${stale.map((path) => `  ${path}\n`).join("")}`,
      );
      process.exitCode = 1;
    }
  } else {
    write();
    if (process.argv.includes("--release")) execFileSync("buf", ["build", protoFolder, "-o", releasedImage]);
  }
}
