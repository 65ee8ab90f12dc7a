import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Model } from "../model/model";
import { readSetup } from "../pipeline/setup";
import { saesOfSetup } from "../pipeline/setup-saes";
import type { SaeFolder } from "../sae/folder";
import { assertSaesFit, findSaes } from "../sae/set";
import { SearchedRun } from "./run/searched-run";

interface NamedFolders {
  readonly sae?: string | readonly string[] | undefined;
  readonly run?: string | undefined;
  readonly profiles?: string | undefined;
}

/**
 * What is served of folders: a run's own SAEs and profiles where no others are named.
 *
 * @throws as `findSaes`, `readSetup` and `SearchedRun.open`
 */
export async function openFolders({ sae, run: directory, profiles }: NamedFolders, model: Model) {
  const saes = sae === undefined ? await saesOf(directory, model) : await findSaes(sae);
  assertSaesFit(saes, model.info);
  if (directory === undefined) return { saes, profiles, run: undefined };
  const ofRun = join(directory, "profiles");
  return {
    saes,
    profiles: profiles ?? (existsSync(ofRun) ? ofRun : undefined),
    run: await SearchedRun.open(directory, model, saes),
  };
}

async function saesOf(directory: string | undefined, { info }: Model): Promise<readonly SaeFolder[]> {
  return directory === undefined ? [] : await saesOfSetup(await readSetup(directory), info);
}
