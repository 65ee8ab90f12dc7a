import { join, relative, resolve, sep } from "node:path";
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

/** Of a feature that is named as in "blocks.3.hook_resid_post/17" its page, where there is one. */
export type FeaturePages = (name: string) => string | undefined;

/**
 * @param url of the folder's page, where that is not its file
 * @throws as `readFeaturesManifest`
 */
export async function featurePages(
  directory: string,
  url: string = pathToFileURL(join(directory, PAGE_FILE)).href,
): Promise<FeaturePages> {
  const manifest = await readFeaturesManifest(directory);
  return (name) => {
    const [, sae, feature] = /^(.*)\/(\d+)$/s.exec(name) ?? [];
    const hash = sae === undefined ? undefined : featureHash(manifest, { sae, feature: Number(feature) });
    return hash === undefined ? undefined : url + hash;
  };
}

/** The same seen from a page in the folder `from`. */
export function featurePageFrom(
  from: string,
  directory: string,
  manifest: FeaturesManifest,
  of: Pick<FeatureKey, "sae" | "feature">,
): string | undefined {
  const hash = featureHash(manifest, of);
  if (hash === undefined) return undefined;
  const parts = relative(resolve(from), resolve(directory)).split(sep);
  return [...parts.map(encodeURIComponent), PAGE_FILE].join("/") + hash;
}

function featureHash(
  { saes }: FeaturesManifest,
  { sae, feature }: Pick<FeatureKey, "sae" | "feature">,
): string | undefined {
  const found = saes.find(({ id }) => id === sae);
  return found && feature < found.dSae ? `#/${encodeURIComponent(found.name)}/${feature}` : undefined;
}
