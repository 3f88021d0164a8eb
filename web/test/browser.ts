/**
 * A real browser from npm alone: headless Chromium, its libraries and a font, unpacked once into a cache folder of our
 * own. Unpacked beside its final place and renamed, since several test files may start at once.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

const root = resolve(import.meta.dirname, "../..");
const version = "153.0.0";
const home = join(root, "node_modules", ".cache", `lyceum-chromium-${version}-2`);

/** Starts the browser; whoever starts it closes it. */
export async function launchBrowser(): Promise<Browser> {
  await unpack();
  return chromium.launch({
    executablePath: join(home, "chromium"),
    chromiumSandbox: false,
    args: [
      "--no-zygote",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--font-render-hinting=none",
    ],
    env: {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: [join(home, "al2023", "lib"), process.env.LD_LIBRARY_PATH ?? ""]
        .filter(Boolean)
        .join(":"),
      FONTCONFIG_FILE: join(home, "fonts.conf"),
    },
  });
}

async function unpack(): Promise<void> {
  if (existsSync(join(home, "chromium"))) return;
  await mkdir(dirname(home), { recursive: true });
  const partial = await mkdtemp(`${home}-`);
  const packed = join(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))), "..", "bin");
  // The package unpacks into the temporary folder of its process, so it gets a process whose temporary folder is ours.
  const script = `
    import { inflate } from "@sparticuz/chromium";
    import { join } from "node:path";
    for (const file of ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"])
      await inflate(join(${JSON.stringify(packed)}, file));`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: root,
    env: { ...process.env, TMPDIR: partial },
  });
  // Only the fonts of the package: with none configured pages come out blank, with the machine's own each looks different.
  await writeFile(
    join(partial, "fonts.conf"),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${join(home, "fonts")}</dir><cachedir>${join(home, "fontcache")}</cachedir></fontconfig>\n`,
  );
  try {
    await rename(partial, home);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Another process was faster; its copy is as good as ours.
    if (!existsSync(join(home, "chromium"))) throw error;
  }
}
