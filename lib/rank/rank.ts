import { join } from "node:path";
import { invalidArgument, outOfRange } from "../errors";
import { writeJson } from "../store/json-file";
import type { Moments } from "./moments";
import { readMoments, readShards } from "./read-moments";
import type { RankedFeature, RankedLayer, Ranking } from "./ranking";

const SIGNS = ["positive", "negative", "both"] as const;

export interface RankOptions {
  /** Which sign of r makes a candidate; the method takes positive ones only. @default "positive" */
  sign?: (typeof SIGNS)[number];
  /** Features kept of each layer. @default 20 */
  topK?: number;
  signal?: AbortSignal;
}

/**
 * Orders each layer's features by |r| of pooled activation and score, ties by index, and writes `ranking.json` into the
 * (first) run directory. Several directories are shards: runs of one manifest over different questions.
 * @throws ERR_RUN_INCOMPLETE when collection is not finished, ERR_RUN_MISMATCH when shards disagree, ERR_DEGENERATE with
 * fewer than 2 samples or when all score the same
 */
export async function rank(runDirectories: string | readonly string[], options: RankOptions = {}): Promise<Ranking> {
  const { sign, topK, signal } = resolveRankOptions(options);
  const shards = await readShards(typeof runDirectories === "string" ? [runDirectories] : runDirectories);
  const { directory, manifest } = shards[0]!;
  const layers: RankedLayer[] = [];
  let totals = { n: 0, nCorrect: 0 };
  for (const sae of manifest.saes) {
    signal?.throwIfAborted();
    const moments = await readMoments(shards, sae);
    totals = { n: moments.state.n, nCorrect: moments.state.nCorrect };
    layers.push(rankLayer(sae.layer, moments, sign, topK));
  }
  const ranking: Ranking = {
    format: 1,
    task: manifest.task.name,
    model: manifest.model,
    saes: manifest.saes,
    convention: manifest.convention,
    pooling: manifest.pooling,
    steerPooling: manifest.steerPooling,
    versions: manifest.versions,
    target: "score",
    reverse: false,
    score: "pearson",
    sign,
    topK,
    minSupport: 1,
    covariates: [],
    stratifiedBy: null,
    ...totals,
    layers,
    null: null,
    bootstrap: null,
    notes: [],
  };
  await writeJson(join(directory, "ranking.json"), ranking);
  return ranking;
}

function rankLayer(layer: number, moments: Moments, sign: Ranking["sign"], topK: number): RankedLayer {
  moments.requireScoreVariance();
  const { n, dSae, nActive } = moments.state;
  const candidates: RankedFeature[] = [];
  let nActiveFeatures = 0;
  for (let feature = 0; feature < dSae; feature++) {
    if (nActive[feature] === 0) continue;
    nActiveFeatures += 1;
    const s = moments.feature(feature);
    if (s.r === 0 || (sign === "positive" && s.r < 0) || (sign === "negative" && s.r > 0)) continue;
    candidates.push({
      layer,
      feature,
      r: s.r,
      partialR: null,
      criterion: Math.abs(s.r),
      coefficient: s.r > 0 ? s.meanCorrect : 0 - Math.abs(s.meanCorrect),
      coefficientCorrect: s.meanCorrect,
      coefficientIncorrect: s.meanIncorrect,
      coefficientActive: s.meanCorrectActive,
      nActive: s.nActive,
      nActiveCorrect: s.nActiveCorrect,
      nActiveIncorrect: s.nActive - s.nActiveCorrect,
      frequency: s.nActive / n,
      frequencyCorrect: s.nActiveCorrect / n,
      frequencyIncorrect: (s.nActive - s.nActiveCorrect) / n,
      layerP: null,
      familyWiseP: null,
      q: null,
      stability: null,
    });
  }
  candidates.sort((a, b) => Math.abs(b.r) - Math.abs(a.r) || b.r - a.r || a.feature - b.feature);
  return { layer, nActiveFeatures, nCandidates: candidates.length, features: candidates.slice(0, topK) };
}

function resolveRankOptions({ sign = "positive", topK = 20, signal }: RankOptions) {
  if (!SIGNS.includes(sign)) throw invalidArgument("sign", `one of ${SIGNS.join(", ")}`, sign);
  if (!Number.isInteger(topK) || topK < 1) throw outOfRange("topK", "a positive integer", topK);
  return { sign, topK, signal };
}
