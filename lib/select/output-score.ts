import type { EngineOptions } from "../model/options";
import { promotedTokens } from "../model/logit-lens";
import type { Engine } from "../model/engine";
import type { Model } from "../model/model";
import { defaultThreads } from "../native/threads";
import { temporarySpool } from "../native/temporary-spool";
import type { WorkOptions } from "../progress";
import { quantity } from "../quantity";
import type { RankedFeature } from "../rank/ranking";
import type { SaeFolder } from "../sae/folder";
import { saeOf } from "../sae/identity";
import { Sae } from "../sae/sae";
import { createSteering } from "../steering/create-steering";
import type { Directions } from "../steering/vectors";

/** What the source lets a model go on with, how much it amplifies, and how many tokens of a feature it looks for. */
export const OUTPUT_SCORE = { prompt: "From my experience,", amplification: 10, nTokens: 20 } as const;

export interface OutputScoreOptions extends WorkOptions {
  readonly model: Model;
  readonly saes: readonly SaeFolder[];
  readonly directionsOf: Directions;
  /** Where a feature is added. */
  readonly nativeLayerOf: (feature: RankedFeature) => number;
  readonly engine?: EngineOptions | undefined;
}

/** Forks at once: so many rows of logits wait. */
const FORKS = 32;
const SPOOL_BYTES = 2 ** 24;

/**
 * How far a feature acts on what the model says next (Arad, Mueller and Belinkov 2025, arXiv 2505.20063, and its code): at the
 * last token of a neutral prompt, where its SAE reads, 10 times the SAE's largest activation there is added of its direction,
 * for that one pass; the score is that of `outputScoreOf`, for the 20 tokens whose logits the direction by itself adds most to
 * (logit lens). Asks no question of any task: a fork of a prompt of some tokens for each feature.
 *
 * @returns one a feature, 0 to 1
 * @throws as `Sae.load`, `logitLens` and `Engine.run`
 */
export async function outputScores(
  features: readonly RankedFeature[],
  { model, saes, directionsOf, nativeLayerOf, engine: options, onProgress, signal }: OutputScoreOptions,
): Promise<number[]> {
  if (features.length === 0) return [];
  const threads = options?.threads ?? defaultThreads();
  const prompt = model.tokenize(OUTPUT_SCORE.prompt);
  const directions = await directionsOf(features);
  const flat = new Float32Array(features.length * model.info.nEmbd);
  directions.forEach((direction, i) => {
    flat.set(direction, i * model.info.nEmbd);
  });
  const promoted = await promotedTokens(model, flat, { nTokens: OUTPUT_SCORE.nTokens, threads, signal });
  await using engine = await model.createEngine(options);
  const rows = await lastRows(engine, prompt, [...new Set(features.map(nativeLayerOf))], signal);
  const largest = new Map<string, number>();
  for (const of of features) {
    if (largest.has(of.sae)) continue;
    await using sae = await Sae.load(saeOf(saes, of.sae), { threads, signal });
    largest.set(
      of.sae,
      (await sae.encode(rows.get(nativeLayerOf(of))!, { signal })).reduce((a, b) => Math.max(a, b), 0),
    );
  }
  const branches = features.map((of, i) => {
    const by = OUTPUT_SCORE.amplification * largest.get(of.sae)!;
    const steering = createSteering([{ layer: nativeLayerOf(of), vector: directions[i]!.map((x) => by * x) }]);
    return { maxTokens: 1, logits: "generated", steering } as const;
  });
  const scores: number[] = [];
  const step = `output scores of ${quantity(features.length, "feature")}`;
  for (let first = 0; first < branches.length; first += FORKS) {
    onProgress?.({ step, done: first, total: branches.length, unit: "features" });
    const forks = branches.slice(first, first + FORKS);
    const { branches: ended } = await engine.run({ prompt, branches: forks }, { signal });
    scores.push(...ended.map(({ logits }, i) => outputScoreOf(logits, promoted[first + i]!)));
  }
  return scores;
}

/**
 * max p(t) (1 - min rank(t) / V) over the tokens t, p and rank (0 is the likeliest) in the next token's distribution over V.
 * @param logits [V]
 */
export function outputScoreOf(logits: Float32Array, tokens: Int32Array): number {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
  const best = tokens.reduce((best, token) => Math.max(best, logits[token]!), -Infinity); // it has the largest p, and the least rank
  const rank = logits.reduce((count, logit) => count + Number(logit > best), 0);
  return (Math.exp(best - most) / total) * (1 - rank / logits.length);
}

/** The residual row of a prompt's last token, by native layer. */
async function lastRows(
  engine: Engine,
  prompt: Int32Array,
  layers: readonly number[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, Float32Array>> {
  const spool = temporarySpool(layers, engine.model.info.nEmbd, SPOOL_BYTES);
  try {
    const capture = { spool, slot: 0, positions: "generated" } as const;
    await engine.run({ prompt, branches: [{ maxTokens: 1, capture }] }, { signal });
    const rows = new Map<number, Float32Array>();
    for (const layer of layers) rows.set(layer, await spool.rows(layer, 0));
    return rows;
  } finally {
    await spool.dispose();
  }
}
