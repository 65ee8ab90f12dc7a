import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Model } from "../../model/model";
import { loadSteering } from "../../steering/load-steering";
import type { Steering } from "../../steering/steering";
import { log } from "../output";

const SUFFIX = ".steer.json";

/** The profile that answers are steered by. */
export interface Active {
  readonly name: string;
  readonly path: string;
  readonly scale: number;
  readonly steering: Steering;
}

/** A profile by its path, or by its name in the folder. @throws as `loadSteering` */
export async function activate(
  named: string,
  scale: number,
  folder: string,
  model: Model,
  signal: AbortSignal,
): Promise<Active> {
  const path = named.endsWith(SUFFIX) ? named : join(folder, `${named}${SUFFIX}`);
  const steering = (await loadSteering(path, model, { onWarning: log, signal })).scaled(scale);
  return { name: basename(path, SUFFIX), path, scale, steering };
}

/** Names of a folder's profiles; none of a folder that is not there. */
export async function profileNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => basename(name, SUFFIX))
    .sort();
}
