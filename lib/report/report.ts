import { readEvaluation, type Evaluation } from "../evaluate/evaluation";
import { featurePageFrom, readFeaturesManifest } from "../features/folder";
import { readMade, type Made } from "../evaluate/made";
import { requireConsistent } from "../evaluate/require-consistent";
import { RANKING_FILE, readRankingFile, type RankedFeature, type Ranking } from "../rank/ranking";
import { readShards } from "../run/shards";
import { requireSameRuns, sourceDirectories } from "../run/source";
import { labelLinks, type LabelOptions, type Labelled } from "../sae/labels";
import { featureLinks, type FeatureLink } from "../sae/links";
import { readSelectionFile, type SelectionFile } from "../select/selection";
import type { RunManifest } from "../run/manifest";
import { readChanges, type ChangedAnswers } from "./changes";
import { readExamples, type Example } from "./examples";
import type { Lens } from "../model/logit-lens";
import { readLenses } from "./lens";
import { readRankPoints, type RankPoints } from "./rank-points";

/** All that a report says, gathered from a run directory. */
export interface Report extends Labelled {
  readonly manifest: RunManifest;
  /** The questions selected on, of each shard. */
  readonly samples: readonly RunManifest["samples"][];
  readonly ranking: Ranking;
  readonly selections: SelectionFile;
  readonly evaluation: Evaluation;
  /** When and on what it was made; undefined where that is not known. */
  readonly made: Made | undefined;
  readonly points: RankPoints;
  readonly features: readonly ChosenFeature[];
  /** Why no feature has a lens; null where they have. */
  readonly noLens: string | null;
  readonly changes: ChangedAnswers;
}

/** A feature that was selected, and what can be said of it. */
export interface ChosenFeature {
  /** As ranked; its coefficient is that of the first use. */
  readonly ranked: RankedFeature;
  /** Variants that steer with it, and by how much. */
  readonly uses: readonly FeatureUse[];
  /** Its page on a public dashboard, where its SAE has one. */
  readonly link: FeatureLink | undefined;
  /** Its page in a folder of features, seen from the report; undefined where it has none. */
  readonly page: string | undefined;
  /** Questions in whose answers it fires most strongly; none where single samples were not kept. */
  readonly examples: readonly Example[];
  readonly lens: Lens | null;
}

export interface FeatureUse {
  readonly variant: string;
  readonly coefficient: number;
}

/**
 * Reads what a run left behind. The model is read too where it still is where it was: for the tokens that features promote.
 *
 * @param features a folder of pages of features
 * @throws ERR_RUN_INCOMPLETE before the evaluation; ERR_RUN_MISMATCH as `requireConsistent`; ERR_FILE_FORMAT; the signal's reason after an abort
 */
export async function readReport(
  directory: string,
  { features: pages, labels, onProgress, signal }: LabelOptions & { readonly features?: string | undefined } = {},
): Promise<Report> {
  signal?.throwIfAborted();
  const evaluation = await readEvaluation(directory);
  const rankingFile = await readRankingFile(directory);
  const selectionFile = await readSelectionFile(directory);
  requireConsistent(directory, { ranking: rankingFile, selection: selectionFile, evaluation });
  const [ranking, selections] = [rankingFile.document, selectionFile.document];
  const shards = await readShards(sourceDirectories(directory, RANKING_FILE, ranking.runs));
  await requireSameRuns(directory, RANKING_FILE, ranking.runs);
  const points = await readRankPoints(shards, { onProgress, signal });
  const chosen = chosenFeatures(selections);
  const keys = chosen.map(({ ranked }) => ranked);
  const examples = await readExamples(shards, keys);
  signal?.throwIfAborted();
  const lenses = await readLenses(directory, keys, { onProgress, signal });
  const shown = pages === undefined ? undefined : await readFeaturesManifest(pages);
  const labelled = await labelLinks(featureLinks(keys, ranking.saes), { labels, onProgress, signal });
  return {
    ...labelled,
    manifest: shards[0]!.manifest,
    samples: shards.map(({ manifest }) => manifest.samples),
    ranking,
    selections,
    evaluation,
    made: await readMade(directory),
    points,
    features: chosen.map(({ ranked, uses }, i) => ({
      ...{ ranked, uses },
      link: labelled.links.find(({ sae, feature }) => sae === ranked.sae && feature === ranked.feature),
      page: shown && featurePageFrom(directory, pages!, shown, ranked),
      examples: examples[i]!,
      lens: typeof lenses === "string" ? null : lenses[i]!,
    })),
    noLens: typeof lenses === "string" ? lenses : null,
    changes: await readChanges(directory, evaluation),
  };
}

/** By layer, then by SAE, then by feature. */
function chosenFeatures({ selections }: SelectionFile): Pick<ChosenFeature, "ranked" | "uses">[] {
  const chosen = new Map<string, { ranked: RankedFeature; uses: FeatureUse[] }>();
  for (const { variant, features } of selections) {
    for (const ranked of features) {
      const key = `${ranked.sae}:${ranked.feature}`;
      const known = chosen.get(key) ?? { ranked, uses: [] };
      known.uses.push({ variant, coefficient: ranked.coefficient });
      chosen.set(key, known);
    }
  }
  return [...chosen.values()].sort(
    ({ ranked: a }, { ranked: b }) =>
      a.layer - b.layer || Number(a.sae > b.sae) - Number(a.sae < b.sae) || a.feature - b.feature,
  );
}
