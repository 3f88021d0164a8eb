/** Completion for shells: a script that knows every command and flag, made from the same commands that run. */
import type { Command } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;

interface Entry {
  /** The words that stand before: `courses create-course`. */
  readonly path: string;
  readonly choices: readonly { readonly word: string; readonly about: string }[];
}

/** The script for `shell`. */
export function completionScript(
  shell: (typeof shells)[number],
  program: Command,
  nodeCommands: readonly { readonly name: string; readonly summary: string }[],
): string {
  const all = entriesOf(program, "").map(({ path, choices }) => ({
    path,
    choices: [...choices, ...nodeChoices(nodeCommands, path)],
  }));
  return writers[shell](all);
}

/** The node's own commands that go on after `path`: `serve` after nothing, `init` after `cluster`. */
function nodeChoices(
  nodeCommands: readonly { readonly name: string; readonly summary: string }[],
  path: string,
): Entry["choices"] {
  return nodeCommands.flatMap(({ name, summary }) => {
    const words = name.split(" ");
    const word = words.pop() ?? name;
    return words.join(" ") === path ? [{ word, about: summary }] : [];
  });
}

function entriesOf(command: Command, path: string): Entry[] {
  const choices = [
    ...command.commands.map((each) => ({ word: each.name(), about: each.description() })),
    ...command.options.flatMap((option) =>
      option.long === undefined || option.long === null
        ? []
        : [{ word: option.long, about: option.description }],
    ),
  ];
  const below = command.commands.flatMap((each) =>
    entriesOf(each, path === "" ? each.name() : `${path} ${each.name()}`),
  );
  return [{ path, choices }, ...below];
}

const writers: Readonly<Record<(typeof shells)[number], (entries: readonly Entry[]) => string>> = {
  bash: (entries) => `# Completion of lyceum for bash.
_lyceum() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) break ;; *) path="\${path:+$path }$word" ;; esac
  done
  local choices=""
  case "$path" in
${entries.map(({ path, choices }) => `    ${single(path)}) choices=${single(choices.map(({ word }) => word).join(" "))} ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$choices" -- "$current"))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _lyceum lyceum
`,
  zsh: (entries) => `#compdef lyceum
# Completion of lyceum for zsh.
_lyceum() {
  local path="" word
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    case "$word" in -*) break ;; *) path="\${path:+$path }$word" ;; esac
  done
  local -a choices
  case "$path" in
${entries.map(({ path, choices }) => `    ${single(path)}) choices=(${choices.map(({ word, about }) => single(`${word}:${about}`)).join(" ")}) ;;`).join("\n")}
  esac
  _describe 'lyceum' choices || _files
}
compdef _lyceum lyceum
`,
  fish: (entries) => `# Completion of lyceum for fish.
function __lyceum_path
  set -l words
  for word in (commandline -opc)[2..]
    string match -q -- '-*' $word; and break
    set -a words $word
  end
  string join ' ' $words
end
${entries
  .flatMap(({ path, choices }) =>
    choices.map(({ word, about }) => {
      const condition = `-n 'test "$(__lyceum_path)" = "${path}"'`;
      return word.startsWith("--")
        ? `complete -c lyceum ${condition} -l ${word.slice(2)} -d ${single(about)}`
        : `complete -c lyceum ${condition} -f -a ${word} -d ${single(about)}`;
    }),
  )
  .join("\n")}
`,
};

/** In single quotes, which every shell takes as they are. */
function single(text: string): string {
  return `'${text.replaceAll("'", "'\\''").replaceAll("\n", " ")}'`;
}
