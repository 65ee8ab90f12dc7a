import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { listOf, optionsOf, shapeOf, steering as aSteering, text } from "../arguments/kinds";
import { callback, abortSignal } from "../options/kinds";
import { engine as anEngine } from "../model/engine-kind";
import type { Branch } from "../model/branch";
import type { BranchResult, Engine } from "../model/engine";
import { runAll, type RunAllOptions } from "../ask/run-all";
import { loadAddon } from "../native/load";
import { sum } from "../statistics/mean";
import { quantile } from "../statistics/quantile";
import type { Steering } from "../steering/steering";
import type { WorkOptions } from "../progress";
import { quantity } from "../quantity";
import { passagesOf, type Passage } from "./passage";
import { NEUTRAL_TEXTS } from "./texts";

/** A way of steering to measure; without steering it is the baseline. */
export interface NeutralArm {
  readonly name: string;
  readonly steering?: Steering | undefined;
}

export interface NeutralOptions extends WorkOptions {
  /** Of each the first 72 tokens are used. @default 40 passages of everyday English */
  readonly texts?: readonly string[];
}

/** What steering does to text that asks for nothing. */
export interface NeutralMeasure {
  readonly name: string;
  /** KL(baseline || arm) of the next token's distribution, in nats, mean over all positions; 0 for the baseline. */
  readonly meanKl: number;
  /** The same, of all positions the 95th percentile: what steering does where it does most. */
  readonly p95Kl: number;
  /** exp of the mean negative log-likelihood of the texts' tokens. */
  readonly perplexity: number;
  /** Positions that both are means over. */
  readonly nTokens: number;
}

const MOST_TOKENS = 64;
/** For logits that wait to be compared: vocabularies of 256k make 1 MB a position. */
const LOGITS_BYTES = 2 ** 28;

const neutralArguments = z.object({
  engine: anEngine(),
  arms: listOf(shapeOf({ name: text(), steering: aSteering().optional() }, "an arm"), "a list of arms"),
  options: optionsOf({
    texts: listOf(text(), "a list of texts").optional(),
    onProgress: callback().optional(),
    signal: abortSignal().optional(),
  }),
});

/**
 * Feeds neutral texts to the model with and without steering: how far the distributions move, and how much less likely
 * the texts become.
 *
 * @throws ERR_INVALID_ARGUMENT without texts or for one of fewer than 2 tokens; ERR_NON_FINITE where steering is too
 * strong; as `Engine.run`
 */
export async function measureNeutral(
  engine: Engine,
  arms: readonly NeutralArm[],
  options: NeutralOptions = {},
): Promise<NeutralMeasure[]> {
  checkArguments(neutralArguments, { engine, arms, options });
  const { texts = NEUTRAL_TEXTS, onProgress, signal } = options;
  const passages = passagesOf(engine, texts).map(({ rest, ...from }) => ({
    ...from,
    rest: rest.slice(0, MOST_TOKENS),
  }));
  const steered = arms.filter(({ steering }) => steering !== undefined);
  const mostForced = Math.max(...passages.map(({ rest }) => rest.length));
  const branchesAtOnce = Math.floor(LOGITS_BYTES / (mostForced * engine.model.info.nVocab * 4));
  const armsAtOnce = Math.max(1, branchesAtOnce - 1);
  const total = passages.length * Math.max(1, Math.ceil(steered.length / armsAtOnce));
  const step = `neutral text x ${quantity(arms.length, "arm")}`;
  const report = (done: number) => onProgress?.({ step, done, total, unit: "texts" });
  let done = 0;
  const onDone = () => report(++done);
  report(done);
  let baseline: NeutralMeasure | undefined;
  const measured: NeutralMeasure[] = [];
  for (let first = 0; first === 0 || first < steered.length; first += armsAtOnce) {
    const group = [{ name: "baseline" }, ...steered.slice(first, first + armsAtOnce)];
    const textsAtOnce = Math.max(1, Math.floor(branchesAtOnce / group.length));
    const [reference, ...others] = await measureGroup(engine, group, passages, { textsAtOnce, onDone, signal });
    baseline ??= reference;
    measured.push(...others);
  }
  return arms.map(({ name, steering }) => ({ ...(steering ? measured.shift() : baseline)!, name }));
}

/** The first arm is the reference of all. */
async function measureGroup(
  engine: Engine,
  arms: readonly NeutralArm[],
  passages: readonly Passage[],
  { textsAtOnce, ...options }: { readonly textsAtOnce: number } & RunAllOptions,
): Promise<NeutralMeasure[]> {
  const sums = arms.map(() => ({ kl: [] as number[], logLikelihood: 0 }));
  let nTokens = 0;
  for (let first = 0; first < passages.length; first += textsAtOnce) {
    const runs = passages.slice(first, first + textsAtOnce).map(({ name, prompt, rest }) => {
      const branch = { forcedTokens: rest, logits: arms.length > 1 ? "generated" : "none" } as const;
      return {
        name,
        prompt,
        branches: arms.map(({ steering }): Branch => (steering ? { ...branch, steering } : branch)),
      };
    });
    for (const { branches } of await runAll(engine, runs, options)) {
      nTokens += branches[0]!.tokens.length;
      for (const [i, branch] of branches.entries()) {
        sums[i]!.logLikelihood += sum(branch.forcedLogProbabilities);
        if (i > 0) sums[i]!.kl.push(...(await divergences(branches[0]!, branch, engine.model.info.nVocab)));
        options.signal?.throwIfAborted();
      }
    }
  }
  return arms.map(({ name }, i) => {
    const { kl, logLikelihood } = sums[i]!;
    const p95Kl = i === 0 ? 0 : quantile(Float64Array.from(kl).sort(), 0.95);
    return { name, meanKl: sum(kl) / nTokens, p95Kl, perplexity: Math.exp(-logLikelihood / nTokens), nTokens };
  });
}

/** At each position. */
function divergences(reference: BranchResult, other: BranchResult, nVocab: number): Promise<Float64Array> {
  return loadAddon().compareLogits(reference.logits, other.logits, nVocab);
}
