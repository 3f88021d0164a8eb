/**
 * Tests as texts that people read: commands, `----`, and what they must come to, with prose between the steps. Run with
 * `REWRITE=1`, a test writes what it came to; the diff is then the review.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

/** A command line: a verb, then `name=value` pairs; a value with blanks stands in double quotes. */
export interface Command {
  readonly verb: string;
  readonly line: string;
  /** The value of `name`; fails the test when the command has none. */
  arg(name: string): string;
  /** The value of `name`, or null. */
  optional(name: string): string | null;
}

/**
 * Runs the steps of `file` in order. A step is a block of lines without blank ones: comments (`#`), commands, `----`,
 * then what `run` is to give for them, joined by line feeds. Blocks without `----` are prose.
 */
export function runTranscript(file: string, run: (command: Command) => string): void {
  const expected = readFileSync(file, "utf8");
  const actual = expected
    .trimEnd()
    .split(/\n{2,}/)
    .map((block) => runBlock(block, run))
    .join("\n\n")
    .concat("\n");
  if (process.env.REWRITE === "1") writeFileSync(file, actual);
  else assert.equal(actual, expected, `${file} differs; review it, then run with REWRITE=1`);
}

function runBlock(block: string, run: (command: Command) => string): string {
  const lines = block.split("\n");
  const rule = lines.indexOf("----");
  if (rule < 0) return block;
  const above = lines.slice(0, rule);
  const commands = above.filter((line) => !line.startsWith("#"));
  assert(commands.length > 0, `a step without a command:\n${block}`);
  return [...above, "----", ...commands.map((line) => run(parse(line)))].join("\n");
}

function parse(line: string): Command {
  const [verb = "", ...rest] = line.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  const values = new Map<string, string>();
  for (const pair of rest) {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
    assert(name !== undefined && value !== undefined, `not name=value: ${pair} in ${line}`);
    values.set(name, value.replaceAll('"', ""));
  }
  return {
    verb,
    line,
    optional: (name) => values.get(name) ?? null,
    arg(name) {
      const value = values.get(name);
      assert(value !== undefined, `${verb} needs ${name}=: ${line}`);
      return value;
    },
  };
}
