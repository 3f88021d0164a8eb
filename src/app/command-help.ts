/** The help of the commands of a node: what it does, what it takes, and the settings, which all of them take. */
import type { Takes } from "./command-line.ts";
import { settings } from "./config.ts";

export interface HelpedCommand {
  readonly name: string;
  readonly summary: string;
  readonly takes?: Takes;
}

const textWidth = 78;
const indent = "      ";

/** The text for `lyceum <command> --help`. */
export function helpOf({ name, summary, takes = {} }: HelpedCommand): string {
  const operand = takes.operand === undefined ? "" : ` <${takes.operand}>`;
  const own = Object.entries(takes.flags ?? {}).map(([flag, kind]) =>
    kind === "value" ? `  --${flag} <value>` : `  --${flag}`,
  );
  const shared = Object.values(settings).flatMap((setting) => [
    `  --${setting.name} <value>`,
    ...wrapped(`${setting.summary} Takes ${setting.takes}.`),
  ]);
  return [
    `Usage: lyceum ${name}${operand} [options] [settings]`,
    "",
    summary,
    ...(own.length === 0 ? [] : ["", "Options:", ...own]),
    "",
    "Settings, also in the file lyceum.json of the data folder or as LYCEUM_… in the environment:",
    ...shared,
    "",
  ].join("\n");
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.length + word.length > textWidth && line !== indent) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
