import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { readJson } from "../files/json";
import { count, extent } from "../files/schema";
import { modelIdentitySchema } from "../model/identity";
import type { FeatureKey } from "../sae/name";
import { saeIdentitySchema } from "../sae/identity";
import { FEATURES_FORMAT } from "./format";

export const FEATURES_FILE = "features.json";
export const PAGE_FILE = "index.html";

const manifestSchema = z.object({
  format: z.literal(FEATURES_FORMAT),
  model: modelIdentitySchema,
  /** The sources of the text, as they were named. */
  texts: z.array(z.string()),
  /** Read, and the rows of them that count: not the first of a sequence. */
  tokens: count,
  rows: count,
  /** Positions of a context before and after its own. */
  before: count,
  after: count,
  /** Features of one file of data, and tokens of one file of text. */
  featuresAFile: extent,
  tokensAFile: extent,
  /** First positions of the windows in which it is known of every feature whether it is active. */
  probes: z.array(count),
  saes: z.array(saeIdentitySchema.extend({ name: z.string() })),
});
/**
 * What a folder of features is of.
 * @interface
 */
export type FeaturesManifest = z.infer<typeof manifestSchema>;

/** @throws ERR_FILE_FORMAT where the folder is none of `writeFeatures` */
export function readFeaturesManifest(directory: string): Promise<FeaturesManifest> {
  return readJson(join(directory, FEATURES_FILE), manifestSchema);
}

/** The page of a feature in such a folder; undefined where the folder does not have its SAE. */
export function featurePage(directory: string, { saes }: FeaturesManifest, of: FeatureKey): string | undefined {
  const sae = saes.find(({ id }) => id === of.sae);
  if (!sae || of.feature >= sae.dSae) return undefined;
  const page = pathToFileURL(join(directory, PAGE_FILE));
  page.hash = `#/${encodeURIComponent(sae.name)}/${of.feature}`;
  return page.href;
}
