import { z } from "zod";
import { checkArguments } from "../../arguments/check";
import { anyOptions, path as aPath } from "../../arguments/kinds";
import { invalidArgument, outOfRange } from "../../errors";
import { refuseUnknown } from "../../options/refuse-unknown";
import { resolveOptions } from "../../options/resolve";
import { binomialTail } from "../../statistics/binomial";
import { seededRandom } from "../../statistics/random";
import { featuresName, LABELS_NAME, readData, writeData } from "../data-file";
import { readFeaturesManifest, type FeaturesManifest } from "../folder";
import type { FeatureData, LabelData, LabelsData } from "../format";
import { FolderText, judgedContexts, namingContexts, type Judged } from "./contexts";
import { ask, type Endpoint } from "./endpoint";
import { labelOptions, type LabelFeaturesOptions } from "./options";
import { detectionPrompt, JUDGED_TOGETHER, namingPrompt, readDetections, readLabel } from "./prompts";

/** A label is told where chance is as good with at most this probability. */
const ALPHA = 0.05;
const LABEL_TOKENS = 60;
const DETECTION_TOKENS = 60;

/** What came of one feature. */
export interface LabelledFeature {
  /** As in "3:17". */
  readonly name: string;
  /** Undefined where there are too few contexts, or the model gave none. */
  readonly label: string | undefined;
  /** Of `n` held-out contexts, half of them with the feature active, how many were told apart with the label. */
  readonly right: number;
  readonly n: number;
  /** P(as many right or more) of who guesses. */
  readonly p: number;
  /** Whether the pages have it: `p` is at most 0.05. */
  readonly isShown: boolean;
}

const labelArguments = z.object({ directory: aPath(), options: anyOptions() });

/**
 * Names features of a folder of features by a model behind an OpenAI-compatible API, scores each name by whether the model
 * tells with it contexts in which the feature is active from others (arXiv 2410.13928, section 3.2), and puts those into the
 * pages that are better than chance. What was labelled before stays, unless it is labelled again.
 *
 * @throws ERR_FILE_FORMAT where the folder is none; ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE for a feature that it does not
 * have; ERR_DOWNLOAD where the endpoint refuses, with what was labelled until then kept; ERR_FILE_WRITE; the signal's reason
 */
export async function labelFeatures(directory: string, options: LabelFeaturesOptions): Promise<LabelledFeature[]> {
  checkArguments(labelArguments, { directory, options });
  refuseUnknown(options, labelOptions);
  const resolved = resolveOptions(labelOptions, options);
  const { endpoint, modelName, keyVariable, together, onProgress, signal } = resolved;
  const manifest = await readFeaturesManifest(directory);
  const asked = askedFeatures(manifest, resolved);
  const text = new FolderText(directory, manifest);
  const key = process.env[keyVariable];
  const api: Endpoint = { url: endpoint, model: modelName, key: key === "" ? undefined : key };
  const kept = { ...(await readData<LabelsData>(directory, LABELS_NAME)) };
  const found: LabelledFeature[] = [];
  for (let begin = 0; begin < asked.length; begin += together) {
    onProgress?.({ step: "labels", done: begin, total: asked.length, unit: "features" });
    const group = asked.slice(begin, begin + together);
    const labelled = await Promise.all(
      group.map(async ({ sae, name, feature }) => {
        const features = await readData<FeatureData[]>(directory, featuresName(sae, feature));
        const data = features[feature % manifest.featuresAFile]!;
        const seeded = seededRandom(resolved.seed ^ feature);
        const judged = await judgedContexts(text, data, manifest, resolved.scored, seeded);
        return { name: `${name}:${feature}`, ...(await labelOne(api, text, data, manifest, judged, signal)) };
      }),
    );
    for (const [i, { isShown, label, right, n, p }] of labelled.entries()) {
      const { name, feature } = group[i]!;
      const { [feature]: _, ...others } = kept[name] ?? {};
      const shown: Record<string, LabelData> = isShown
        ? { [feature]: { label: label!, model: modelName, right, n, p } }
        : {};
      kept[name] = { ...others, ...shown };
    }
    await writeData(directory, LABELS_NAME, kept);
    found.push(...labelled);
  }
  return found;
}

async function labelOne(
  api: Endpoint,
  text: FolderText,
  data: FeatureData,
  manifest: FeaturesManifest,
  judged: readonly Judged[],
  signal: AbortSignal | undefined,
): Promise<Omit<LabelledFeature, "name">> {
  const none = { label: undefined, right: 0, n: 0, p: 1, isShown: false };
  const contexts = namingContexts(data, manifest);
  if (contexts.length === 0 || judged.length === 0) return none;
  const marked = await Promise.all(contexts.map((context) => text.marked(context)));
  const promoted = data.promoted.map(([token]) => token);
  const label = readLabel(await ask(api, namingPrompt(marked, promoted), LABEL_TOKENS, signal));
  if (label === "") return none;
  let right = 0;
  for (let begin = 0; begin < judged.length; begin += JUDGED_TOGETHER) {
    const some = judged.slice(begin, begin + JUDGED_TOGETHER);
    const prompt = detectionPrompt(
      label,
      some.map((context) => context.text),
    );
    const said = readDetections(await ask(api, prompt, DETECTION_TOKENS, signal), some.length);
    right += some.filter(({ isActive }, i) => said?.[i] === isActive).length; // what cannot be read is wrong
  }
  const n = judged.length;
  const { above, at } = binomialTail(right, n);
  const p = Math.min(1, above + at);
  return { label, right, n, p, isShown: p <= ALPHA };
}

interface AskedFeature {
  /** Its place in the folder, and what it is called there. */
  readonly sae: number;
  readonly name: string;
  readonly feature: number;
}

function askedFeatures(
  { saes }: FeaturesManifest,
  { layers, features }: { layers: "all" | readonly number[]; features?: readonly string[] | undefined },
): AskedFeature[] {
  if (features) return features.map((named) => namedFeature(saes, named));
  const stray = layers === "all" ? undefined : layers.find((layer) => saes.every((sae) => sae.layer !== layer));
  if (stray !== undefined) throw outOfRange("layers", `some of ${saes.map(({ layer }) => layer).join(", ")}`, stray);
  return saes.flatMap(({ name, layer, dSae }, sae) =>
    layers === "all" || layers.includes(layer)
      ? Array.from({ length: dSae }, (_, feature) => ({ sae, name, feature }))
      : [],
  );
}

function namedFeature(saes: FeaturesManifest["saes"], named: string): AskedFeature {
  const [, of, number] = /^(.+):(\d+)$/s.exec(named) ?? [];
  const sae = saes.findIndex(({ name, id }) => name === of || id === of);
  const feature = Number(number);
  if (sae >= 0 && feature < saes[sae]!.dSae) return { sae, name: saes[sae]!.name, feature };
  const [example] = saes;
  throw invalidArgument("features", `features of the folder, such as ${example!.name}:${example!.dSae - 1}`, named);
}
