/** The data folder of one node of a cluster on this machine, with the settings in it that let it start by itself. */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { freePorts } from "#base/free-ports.ts";
import { type Config, folderFileName, readConfig, settings } from "../../config.ts";
import { keepSettings } from "../folder-settings.ts";

/** Settings that all nodes of one cluster on this machine share, by name. */
export type SharedSettings = Readonly<Record<string, string>>;

export interface NodeFolder {
  /** `node-1`, `node-2`, … */
  readonly name: string;
  readonly path: string;
  readonly config: Config;
}

/** The folder of the node with this number, made where it is not there; its ports stay the same from then on. */
export async function nodeFolder(
  parent: string,
  number: number,
  shared: SharedSettings,
): Promise<NodeFolder> {
  const name = `node-${number}`;
  const path = resolve(parent, name);
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (!existsSync(join(path, folderFileName))) {
    const [http, grpc, peer] = await freePorts(3);
    await keepSettings(path, {
      "node-name": name,
      "http-port": String(http),
      "grpc-port": String(grpc),
      "peer-port": String(peer),
    });
  }
  await keepSettings(path, shared);
  return { name, path, config: await configIn(path) };
}

/** The settings in force for a node that is started with nothing but its folder. */
async function configIn(path: string): Promise<Config> {
  const file = join(path, folderFileName);
  const folderFile = { path: file, text: await readFile(file, "utf8") };
  const flags = { [settings.data.name]: path };
  return readConfig({ flags, environment: {}, file: null, folderFile }).config;
}
