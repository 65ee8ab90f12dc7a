import { existsSync } from "node:fs";
import { join } from "node:path";
import { featurePages, type FeaturePages } from "../features/folder";
import type { Model } from "../model/model";
import { readSetup } from "../pipeline/setup";
import { saesOfSetup } from "../pipeline/setup-saes";
import { PROFILES_FOLDER } from "../run/directory";
import type { SaeFolder } from "../sae/folder";
import { assertSaesFit, findSaes } from "../sae/set";
import { PAGES_URL } from "./routes/feature-pages";
import { SearchedRun } from "./run/searched-run";

interface NamedFolders {
  readonly sae?: string | readonly string[] | undefined;
  readonly run?: string | undefined;
  readonly profiles?: string | undefined;
  readonly features?: string | undefined;
  readonly apiKey?: string | undefined;
}

/**
 * What is served of folders: a run's own SAEs and profiles where no others are named.
 *
 * @throws as `findSaes`, `readSetup`, `featurePages` and `SearchedRun.open`
 */
export async function openFolders(
  { sae, run: directory, profiles, features: pages, apiKey }: NamedFolders,
  model: Model,
) {
  const saes = sae === undefined ? await saesOf(directory, model) : await findSaes(sae);
  assertSaesFit(saes, model.info);
  const known = pages === undefined ? noPage : await featurePages(pages, PAGES_URL);
  const pageOf = apiKey === undefined ? known : noPage;
  if (directory === undefined) return { saes, profiles, pages, pageOf, run: undefined };
  const ofRun = join(directory, PROFILES_FOLDER);
  return {
    ...{ saes, pages, pageOf },
    profiles: profiles ?? (existsSync(ofRun) ? ofRun : undefined),
    run: await SearchedRun.open(directory, model, saes, pageOf),
  };
}

const noPage: FeaturePages = () => undefined;

async function saesOf(directory: string | undefined, { info }: Model): Promise<readonly SaeFolder[]> {
  return directory === undefined ? [] : await saesOfSetup(await readSetup(directory), info);
}
