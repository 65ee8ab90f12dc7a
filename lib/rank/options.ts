import { invalidArgument, outOfRange } from "../errors";
import { defaultThreads } from "../native/threads";
import type { WorkOptions } from "../progress";
import type { RunManifest } from "../run/manifest";
import { criterionOfSamples } from "./criteria";
import { CRITERIA, type Ranking } from "./ranking";
import type { Shard } from "../run/shards";
import { LEAST_PERMUTATIONS } from "./significance";
import { checkVariableNames } from "./variables";

/** What permutations and bootstrap keep is 16 bytes for each layer and draw: a gigabyte for 64 layers. */
const MOST_DRAWS = 1_000_000;

const SIGNS = ["positive", "negative", "both"] as const;

export interface RankOptions extends WorkOptions {
  /**
   * What activations are correlated with: the answers' "score", or another variable of the samples, such as
   * "completionTokens" or "chosenOption=A". @default "score"
   */
  target?: string;
  /** Turns the target round: what goes with being wrong. @default false */
  reverse?: boolean;
  /** What orders a layer's features; which sign a feature has is r's affair. @default "pearson" */
  score?: Ranking["score"];
  /** Which sign of r makes a candidate; the method takes positive ones only. @default "positive" */
  sign?: Ranking["sign"];
  /** Features kept of each layer. @default 20 */
  topK?: number;
  /**
   * Samples in which a feature must fire to be a candidate: 1, as published, lets chance win with features that fire
   * twice, on two right answers. @default a 20th of the samples, at most 10
   */
  minSupport?: number;
  /** Variables of the samples that r is given: what they explain is taken out of score and activations. @default none */
  covariates?: readonly string[];
  /** How often scores are permuted to see how large an r chance gives; 0: never. @default 1000 where single samples were kept */
  permutations?: number;
  /** A variable of the samples: only scores of samples with the same value change places. @default all do */
  stratifyBy?: string;
  /** How often samples are drawn again to see whether the best feature stays the best; 0: never. @default 100 where single samples were kept */
  bootstrap?: number;
  /** Of permutations and bootstrap. @default 42 */
  seed?: number;
  /** @default one less than there are processors */
  threads?: number;
}

type ResolvedRankOptions = ReturnType<typeof resolveRankOptions>;
/** With what depends on the runs. */
export type FittedRankOptions = ReturnType<typeof fitToRun>;

/** @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE */
export function resolveRankOptions(options: RankOptions) {
  const { target = "score", reverse = false, score = "pearson", sign = "positive", topK = 20, minSupport } = options;
  const { covariates = [], permutations, stratifyBy, bootstrap, seed = 42, threads, onProgress, signal } = options;
  if (!CRITERIA.includes(score)) throw invalidArgument("score", `one of ${CRITERIA.join(", ")}`, score);
  if (!SIGNS.includes(sign)) throw invalidArgument("sign", `one of ${SIGNS.join(", ")}`, sign);
  checkInteger("topK", topK, 1);
  checkInteger("minSupport", minSupport, 1);
  checkInteger("bootstrap", bootstrap, 0, MOST_DRAWS);
  checkInteger("threads", threads, 1);
  checkInteger("seed", seed, Number.MIN_SAFE_INTEGER);
  if (permutations !== 0) checkInteger("permutations", permutations, LEAST_PERMUTATIONS, MOST_DRAWS);
  checkVariableNames({ target: [target], covariates, stratifyBy: stratifyBy === undefined ? [] : [stratifyBy] });
  if (bootstrap && score !== "pearson") throw invalidArgument("bootstrap", 'the score "pearson" with it', score);
  return {
    ...{ target, reverse, score, sign, topK, minSupport, covariates, permutations, stratifyBy, bootstrap, seed },
    ...{ threads: threads ?? defaultThreads(), onProgress, signal },
  };
}

function checkInteger(name: string, value: number | undefined, least: number, most?: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least && value <= (most ?? value))) return;
  throw outOfRange(
    name,
    most === undefined ? `an integer of at least ${least}` : `an integer from ${least} to ${most}`,
    value,
  );
}

/**
 * What depends on the runs: how many samples there are, and whether single ones were kept.
 * @throws ERR_INVALID_ARGUMENT as `checkKept`
 */
export function fitToRun(options: ResolvedRankOptions, shards: readonly Shard[]) {
  const n = shards.reduce((sum, { scores }) => sum + scores.length, 0);
  const { keep } = shards[0]!.manifest;
  checkKept(options, keep);
  const { score, permutations, bootstrap, minSupport } = options;
  const sparse = keep === "sparse";
  return {
    ...options,
    keep,
    permutations: permutations ?? (sparse ? 1000 : 0),
    bootstrap: bootstrap ?? (sparse && score === "pearson" ? 100 : 0),
    minSupport: minSupport ?? Math.min(10, Math.max(1, Math.floor(n / 20))),
  };
}

/** @throws ERR_INVALID_ARGUMENT for an option that needs single samples, of a run that does not keep them */
export function checkKept(options: ResolvedRankOptions, keep: RunManifest["keep"]): void {
  const { target, reverse, score, covariates, permutations, stratifyBy, bootstrap } = options;
  const needing = {
    target: target !== "score" && target,
    reverse,
    score: criterionOfSamples(score) && score,
    covariates: covariates.length > 0 && covariates,
    ...{ permutations, stratifyBy, bootstrap },
  };
  const stray = keep === "sparse" ? undefined : Object.entries(needing).find(([, value]) => value);
  if (!stray) return;
  throw invalidArgument(stray[0], 'a run that keeps single samples for it (keep "sparse", not "moments")', stray[1]);
}
