import { z } from "zod";
import { invalidArgument } from "../errors";
import { deviceOptions } from "../model/options";
import { defaultThreads } from "../native/threads";
import { anyInteger, integer, list, oneOf, text, yesOrNo } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { workOptions } from "../progress";
import type { RunManifest } from "../run/manifest";
import { criterionOfSamples } from "./criteria";
import { CRITERIA } from "./ranking";
import type { Shard } from "../run/shards";
import { SIGNS } from "./sign";
import { LEAST_PERMUTATIONS } from "./significance";
import { checkVariableNames } from "./variables";
import { heldRun } from "../run/lock";

/**
 * So many permutations, and as long as they leave open whether some feature survives, so many: where no number is asked for.
 */
export const LOOKS = [1000, 4000, 16_000, 100_000];

/** What permutations and bootstrap keep is 16 bytes for each layer and draw: a gigabyte for 64 layers. */
const MOST_DRAWS = 1_000_000;

const PERMUTATIONS = `0, or an integer from ${LEAST_PERMUTATIONS} to ${MOST_DRAWS}`;

/** How features are ordered, and what is compared with chance. */
export const rankSettings = z.object({
  target: option(
    "what activations are correlated with: completionTokens, chosenOption=A, extras.<name>, ...",
    text("the name of a variable").default("score"),
    { value: "variable" },
  ),
  reverse: option("turn the target round: what goes with being wrong", yesOrNo().default(false)),
  score: option(`what orders a layer's features: ${CRITERIA.join(", ")}`, oneOf(CRITERIA).default("pearson"), {
    value: "name",
    more: "Which sign a feature has is r's affair.",
  }),
  sign: option("which correlations count", oneOf(SIGNS).default("positive"), {
    more: "The method takes positive ones only.",
  }),
  minSupport: option("samples in which a feature must fire", integer(1).exactOptional(), {
    otherwise: "a 20th, at most 10",
    more: "1, as published, lets chance win with features that fire twice, on two right answers.",
  }),
  permutations: option(
    "how often scores are permuted to see what chance gives; 0: never",
    integer(0, MOST_DRAWS, PERMUTATIONS)
      .refine((n) => n === 0 || n >= LEAST_PERMUTATIONS, PERMUTATIONS)
      .exactOptional(),
    {
      otherwise: "1000 where single samples were kept, and up to 100000 while that leaves open what survives",
      more: "A number given is how many are made.",
    },
  ),
  stratifyBy: option(
    "permute within the values of group, expected, chosenOption, ... only",
    text("the name of a variable").exactOptional(),
    { value: "variable" },
  ),
  covariates: option(
    "correlate given these: completionTokens, promptTokens, chosenOption, formatValid, ...",
    list(text("the name of a variable"), "names of variables").default([]),
  ),
  bootstrap: option(
    "how often samples are drawn again, for stability; 0: never",
    integer(0, MOST_DRAWS).exactOptional(),
    { otherwise: "100 where single samples were kept" },
  ),
});

export const rankOptions = z.object({
  ...rankSettings.shape,
  topK: option("features kept of each layer", integer(1).default(20)),
  seed: option("of permutations and bootstrap", anyInteger().default(42)),
  threads: deviceOptions.shape.threads,
  ...heldRun.shape,
  ...workOptions.shape,
});

/** @interface */
export type RankOptions = Given<typeof rankOptions>;

type ResolvedRankOptions = ReturnType<typeof resolveRankOptions>;
/** With what depends on the runs. */
export type FittedRankOptions = ReturnType<typeof fitToRun>;

/** @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE */
export function resolveRankOptions(options: RankOptions) {
  refuseUnknown(options, rankOptions);
  const { threads = defaultThreads(), ...resolved } = resolveOptions(rankOptions, options);
  const { target, covariates, stratifyBy, bootstrap, score } = resolved;
  checkVariableNames({ target: [target], covariates, stratifyBy: stratifyBy === undefined ? [] : [stratifyBy] });
  if (bootstrap && score !== "pearson") throw invalidArgument("bootstrap", 'none without score "pearson"', bootstrap);
  return { ...resolved, threads };
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
  const { permutations: _, ...others } = options;
  return {
    ...others,
    keep,
    /** After so many permutations one looks whether they decide; none: scores are not permuted. */
    looks: permutations === undefined ? (sparse ? LOOKS : []) : [permutations].filter((n) => n > 0),
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
