/**
 * Commands that are more than one operation: several calls, a question in between, an answer put together for people.
 * The composition root lists them; they reach the school only through operations, as everything here does.
 */
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { Registry } from "#kernel/registry.ts";
import { callOperation } from "./client.ts";
import { usage } from "./failure.ts";
import { render } from "./render.ts";
import { type CommonOptions, openRun, type RunParts } from "./run-operation.ts";
import { columnsOf, type Terminal } from "./terminal.ts";

export interface ComposedCommand {
  /** `lyceum cluster status` is `["cluster", "status"]`; the group is a slice's. */
  readonly words: readonly [group: string, name: string];
  readonly summary: string;
  /** The one word that it takes: its name and what it is. */
  readonly takes?: { readonly name: string; readonly about: string; readonly optional?: true };
  readonly options: readonly { readonly flags: string; readonly about: string }[];
  /** Asks before it acts; `--yes` answers. */
  readonly asks?: true;
  /** Gives the exit status; throws `CliFailure`. */
  readonly run: (hands: Hands, given: Given) => Promise<number>;
}

export interface Given {
  readonly operand: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a composed command works with. */
export interface Hands {
  /** Calls an operation as whoever is signed in. */
  call(operation: string, input: JsonObject): Promise<JsonValue>;
  /** Shows the answer: `value` for programs, `text` (or a card of `value`) for people. */
  show(value: JsonValue, text?: string): void;
  /** Tells people how it goes; programs do not see it. */
  say(text: string): void;
  /** Asks a yes or no; ends the command when it is no. */
  confirm(question: string): Promise<void>;
  wait(durationMs: number): Promise<void>;
  now(): number;
}

/** Adds `composed` under the group of its slice. */
export function addComposed(
  parts: RunParts & { readonly registry: Registry },
  group: Command,
  composed: ComposedCommand,
  onStatus: (status: number) => void,
): void {
  const command = group.command(composed.words[1]).description(composed.summary);
  const { takes } = composed;
  if (takes !== undefined)
    command.argument(takes.optional === true ? `[${takes.name}]` : `<${takes.name}>`, takes.about);
  for (const { flags, about } of composed.options) command.option(flags, about);
  if (composed.asks === true) command.option("--yes", "does not ask");
  command
    .option("--json", "gives the answer as JSON")
    .option("--profile <name>", "talks to the server of this profile")
    .option("--server <address>", "talks to this server")
    .action(async (...given: unknown[]) => {
      const operand = takes === undefined ? undefined : (given[0] as string | undefined);
      const options = given[takes === undefined ? 0 : 1] as Record<string, unknown> & CommonOptions;
      onStatus(await composed.run(await handsFor(parts, options), { operand, options }));
    });
}

async function handsFor(
  parts: RunParts & { readonly registry: Registry },
  options: Record<string, unknown> & CommonOptions,
): Promise<Hands> {
  const { terminal } = parts;
  const { client, session } = await openRun(parts, options);
  return {
    async call(name, input) {
      const operation = parts.registry.byName(name);
      if (operation === undefined) throw new Error(`there is no operation ${name}`);
      const { output } = await callOperation(client, session, operation, {
        input,
        idempotencyKey: randomUUID(),
      });
      return output;
    },
    show(value, text) {
      terminal.stdout.write(
        options.json === true
          ? `${JSON.stringify(value, null, 2)}\n`
          : (text ?? render(value, columnsOf(terminal))),
      );
    },
    say(text) {
      if (options.json !== true) terminal.stderr.write(text);
    },
    confirm: (question) => (options.yes === true ? Promise.resolve() : confirm(terminal, question)),
    wait: terminal.wait,
    now: terminal.now,
  };
}

/** Asks at a terminal; without one nobody can answer, so the user is told of `--yes`. */
export async function confirm(terminal: Pick<Terminal, "stdin" | "stderr">, question: string): Promise<void> {
  if (terminal.stdin.isTTY !== true)
    throw usage(question, "Nothing was done. Say that it is meant with --yes.");
  const lines = createInterface({ input: terminal.stdin, output: terminal.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw usage("Nothing was done.");
  } finally {
    lines.close();
  }
}
