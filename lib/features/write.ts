import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, path as aPath } from "../arguments/kinds";
import { invalidArgument, SteeringError } from "../errors";
import { writeFileAtomically } from "../files/atomic-write";
import { makeFolder, remove } from "../files/folder";
import { writeJson } from "../files/json";
import { modelIdentity } from "../model/identity";
import { model as aModel } from "../model/kinds";
import { tokenText } from "../model/logit-lens";
import type { Model } from "../model/model";
import { defaultThreads } from "../native/threads";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { printable } from "../printable";
import type { Progress } from "../progress";
import { visible } from "../report/visible";
import type { SaeFolder, StoredSae } from "../sae/folder";
import { saeFolders } from "../sae/kinds";
import { saeIdentity } from "../sae/identity";
import { saeNames } from "../sae/name";
import { assertSaesFit } from "../sae/set";
import { textSequences } from "../text/text-sequences";
import { AFTER, BEFORE } from "./context";
import { featuresName, indexName, LABELS_NAME, textName, writeData } from "./data-file";
import { describeFeatures } from "./describe";
import { FEATURES_A_FILE, FEATURES_FORMAT, TOKENS_A_FILE, type FeatureData } from "./format";
import { FEATURES_FILE, PAGE_FILE, type FeaturesManifest } from "./folder";
import { IndexColumns } from "./index-columns";
import { featuresOptions, type FeaturesOptions } from "./options";
import { featuresPage } from "./page/page";
import { readExamples, readingBytes, type ReadOptions } from "./read";
import { textData } from "./text-data";
import type { ReadTokens } from "./read-tokens";

/** Tokens before and after a feature's strongest position in the index. */
const GLIMPSE = { before: 10, after: 4 };

const writeArguments = z.object({ model: aModel(), saes: saeFolders(), directory: aPath(), options: anyOptions() });

/**
 * Writes a folder of pages that show what the features of SAEs are, from one pass of the model over texts. It needs no
 * network and no server: `index.html` is opened as a file.
 *
 * @throws ERR_INVALID_ARGUMENT for an SAE without an encoder; ERR_SHAPE_MISMATCH, ERR_OUT_OF_RANGE for one of another model;
 * as `readTexts`, `tokenSequences` and the encoders; ERR_OUT_OF_MEMORY; ERR_FILE_WRITE, also where the folder has other
 * files; the signal's reason after an abort
 */
export async function writeFeatures(
  model: Model,
  saes: readonly StoredSae[],
  directory: string,
  options: FeaturesOptions,
): Promise<FeaturesManifest> {
  checkArguments(writeArguments, { model, saes, directory, options });
  refuseUnknown(options, featuresOptions);
  const resolved = resolveOptions(featuresOptions, options);
  const { texts, weightType, device, threads = defaultThreads(), onMemory, ...rest } = resolved;
  const reading: ReadOptions = { ...rest, sae: { weightType, device, threads } };
  const { onProgress, signal } = reading;
  requireEncoders(saes);
  assertSaesFit(saes, model.info);
  await requireFeaturesOrEmpty(directory);
  onMemory?.(readingBytes(saes, reading));
  const sequences = textSequences(model, resolved, { signal });
  await using engine = await model.createEngine({ threads });
  await using read = await readExamples(engine, saes, sequences, reading);
  await engine.dispose();
  await remove(join(directory, "data"));
  await makeFolder(directory);
  const names = await identities(saes, signal);
  for (const [i, folder] of saes.entries()) {
    const report = (done: number): void => {
      const progress: Progress = {
        step: `pages of SAE ${i + 1} of ${saes.length}`,
        done,
        total: folder.config.dSae,
        unit: "features",
      };
      onProgress?.(progress);
    };
    await read.cache.use(folder, async (sae) => {
      const index = new IndexColumns();
      const file: FeatureData[] = [];
      let done = 0;
      report(done);
      for await (const feature of describeFeatures(model, sae, read.examples[i]!, reading)) {
        addToIndex(index, feature, read.read, model);
        file.push(feature);
        done += 1;
        if (file.length < FEATURES_A_FILE && done < sae.dSae) continue;
        await writeData(directory, featuresName(i, done - 1), file.splice(0));
        report(done);
      }
      await writeData(directory, indexName(i), index.data());
    });
  }
  await writeData(directory, LABELS_NAME, {});
  for (const part of textData(read.read, model)) await writeData(directory, textName(part.first), part);
  const manifest: FeaturesManifest = {
    format: FEATURES_FORMAT,
    model: await modelIdentity(model, { signal }),
    texts: [...texts],
    tokens: read.read.length,
    rows: read.rows,
    before: BEFORE,
    after: AFTER,
    featuresAFile: FEATURES_A_FILE,
    tokensAFile: TOKENS_A_FILE,
    probes: [...read.probes],
    saes: names,
  };
  await writeFileAtomically(join(directory, PAGE_FILE), await featuresPage(manifest));
  await writeJson(join(directory, FEATURES_FILE), manifest);
  return manifest;
}

function requireEncoders(saes: readonly SaeFolder[]): void {
  const stray = saes.find((sae) => !("weightsPath" in sae));
  if (saes.length > 0 && !stray) return;
  throw invalidArgument("saes", "at least one SAE, and none that is the residual stream itself", stray?.id ?? []);
}

async function identities(
  saes: readonly StoredSae[],
  signal: AbortSignal | undefined,
): Promise<FeaturesManifest["saes"]> {
  const found = await Promise.all(saes.map((sae) => saeIdentity(sae, signal)));
  const told = found.map(({ id, layer }) => ({ sae: id, layer }));
  const nameOf = saeNames(told);
  return found.map((identity, i) => ({ ...identity, name: nameOf(told[i]!) }));
}

function addToIndex(index: IndexColumns, feature: FeatureData, read: ReadTokens, model: Model): void {
  const tokenAt = (position: number) => read.around(position, 0, 0).tokens[0]!;
  const [first] = feature.top;
  const context = first && model.detokenize(read.around(first[0], GLIMPSE.before, GLIMPSE.after).tokens);
  const peaks = feature.top.map(([position]) => visible(tokenText(model, tokenAt(position))));
  index.add(feature, peaks, printable((context ?? "").replaceAll(/\s+/g, " ").trim()));
}

/** What is there may be a folder of features, whole or begun; other files would be among them. */
async function requireFeaturesOrEmpty(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  const own = new Set([FEATURES_FILE, PAGE_FILE, "data"]);
  const stray = (await readdir(directory)).find((name) => !own.has(name));
  if (stray === undefined) return;
  const message = `cannot write to ${directory}: it has other files, such as ${stray}. Name a folder of its own`;
  throw new SteeringError("ERR_FILE_WRITE", message, { path: directory });
}
