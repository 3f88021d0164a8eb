/**
 * Writes the generated files (`npm run write`): the gRPC contract under `proto/`. With `--check` it writes nothing and
 * fails where one is stale, naming it. With `--release` it also keeps the contract as it now is in
 * `proto/released.binpb`: from then on `buf breaking` refuses what clients of that contract would not survive.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildContract, generatedFiles } from "#doors/grpc/contract.ts";
import { readFieldNumbers } from "#doors/grpc/field-numbers.ts";
import { createRegistry } from "#kernel/registry.ts";
import { slices } from "./slices.ts";

export const protoFolder = join(import.meta.dirname, "../../proto");

/** The contract of the last release, as `buf` compiles it. */
export const releasedImage = join(protoFolder, "released.binpb");

/** Every generated file by its path under `proto/`, with what it must hold; null for one that must go. */
function wantedFiles(): Map<string, string | null> {
  const wanted = new Map<string, string | null>(
    generatedFiles(buildContract(createRegistry(slices), readFieldNumbers())),
  );
  for (const entry of readdirSync(protoFolder, { recursive: true, encoding: "utf8" })) {
    const name = entry.replaceAll("\\", "/");
    if (name.endsWith(".proto") && !wanted.has(name)) wanted.set(name, null);
  }
  return wanted;
}

/** The paths of generated files that are not what they should be. */
export function staleFiles(): string[] {
  return [...wantedFiles()].filter(([name, text]) => textOf(name) !== text).map(([name]) => `proto/${name}`);
}

function write(): void {
  for (const [name, text] of wantedFiles()) {
    const path = join(protoFolder, name);
    if (textOf(name) === text) continue;
    if (text === null) rmSync(path);
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    process.stdout.write(`${text === null ? "removed" : "wrote"} proto/${name}\n`);
  }
}

function textOf(name: string): string | null {
  try {
    return readFileSync(join(protoFolder, name), "utf8");
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
