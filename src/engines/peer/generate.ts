/**
 * Writes `generated/` from `proto/lyceum/peer`: `node src/engines/peer/generate.ts`, part of `npm run write`. With
 * `--check` it writes nothing and fails where the file is stale.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../../..");
const tools = join(root, "node_modules/.bin");
const made = "lyceum/peer/v1/raft_pb.ts";

/** Where the generated code lies. */
export const generatedFile = join(import.meta.dirname, "generated/raft.ts");

/** What the generated code must be: made from the contract, then laid out as all our code is. */
export function generatedText(): string {
  const folder = mkdtempSync(join(tmpdir(), "lyceum-peer-proto-"));
  try {
    const template = join(root, "proto/lyceum/peer/buf.gen.yaml");
    execFileSync(
      join(tools, "buf"),
      [
        "generate",
        join(root, "proto"),
        "--template",
        template,
        "--path",
        join(root, "proto/lyceum/peer"),
        "-o",
        folder,
      ],
      { cwd: root },
    );
    return execFileSync(join(tools, "biome"), ["check", "--write", `--stdin-file-path=${generatedFile}`], {
      cwd: root,
      input: readFileSync(join(folder, made)),
      encoding: "utf8",
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const text = generatedText();
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(generatedFile), { recursive: true });
    writeFileSync(generatedFile, text);
  } else if (readFileSync(generatedFile, "utf8") !== text) {
    process.stderr.write(`${generatedFile} is stale; run npm run write\n`);
    process.exitCode = 1;
  }
}
