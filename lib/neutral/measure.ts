import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { listOf, optionsOf, shapeOf, steering as aSteering, text } from "../arguments/kinds";
import { callback, abortSignal } from "../options/kinds";
import { engine as anEngine } from "../model/engine-kind";
import type { Branch } from "../model/branch";
import type { BranchResult, Engine } from "../model/engine";
import { runAll } from "../ask/run-all";
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
/** Of the logits that are compared at once: vocabularies of 256k make 1 MB a position. */
const LOGITS_BYTES = 2 ** 27;

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
  const steered = arms.flatMap(({ steering }) => steering ?? []);
  const mostForced = Math.max(...passages.map(({ rest }) => rest.length));
  const atOnce = Math.max(1, Math.floor(LOGITS_BYTES / (mostForced * engine.model.info.nVocab * 4)) - 1);
  const step = `neutral text x ${quantity(arms.length, "arm")}`;
  const baseline = new Sums();
  const sums = steered.map(() => new Sums());
  for (const [done, passage] of passages.entries()) {
    onProgress?.({ step, done, total: passages.length, unit: "texts" });
    const [reference] = await read(engine, passage, [undefined], { keepLogits: steered.length > 0, signal });
    await baseline.add(reference!);
    for (let first = 0; first < steered.length; first += atOnce) {
      const group = await read(engine, passage, steered.slice(first, first + atOnce), { keepLogits: true, signal });
      for (const [i, branch] of group.entries()) {
        await sums[first + i]!.add(branch, { reference: reference!, nVocab: engine.model.info.nVocab });
        signal?.throwIfAborted();
      }
    }
  }
  onProgress?.({ step, done: passages.length, total: passages.length, unit: "texts" });
  return arms.map(({ name, steering }) => ({ name, ...(steering ? sums.shift()! : baseline).measured() }));
}

interface ReadingOptions extends Pick<WorkOptions, "signal"> {
  readonly keepLogits: boolean;
}

/** The rest of the passage, steered in each way. */
async function read(
  engine: Engine,
  { name, prompt, rest }: Passage,
  ways: readonly (Steering | undefined)[],
  { keepLogits, signal }: ReadingOptions,
): Promise<readonly BranchResult[]> {
  const branch = { forcedTokens: rest, logits: keepLogits ? "generated" : "none" } as const;
  const branches = ways.map((steering): Branch => (steering ? { ...branch, steering } : branch));
  const [result] = await runAll(engine, [{ name, prompt, branches }], { signal });
  return result!.branches;
}

/** Of all positions so far. */
class Sums {
  private readonly kl: number[] = [];
  private logLikelihood = 0;
  private nTokens = 0;

  async add(branch: BranchResult, beside?: { readonly reference: BranchResult; readonly nVocab: number }) {
    this.nTokens += branch.tokens.length;
    this.logLikelihood += sum(branch.forcedLogProbabilities);
    if (beside) this.kl.push(...(await divergences(beside.reference, branch, beside.nVocab)));
  }

  measured(): Omit<NeutralMeasure, "name"> {
    const { kl, nTokens } = this;
    const p95Kl = kl.length > 0 ? quantile(Float64Array.from(kl).sort(), 0.95) : 0;
    return { meanKl: sum(kl) / nTokens, p95Kl, perplexity: Math.exp(-this.logLikelihood / nTokens), nTokens };
  }
}

/** At each position. */
function divergences(reference: BranchResult, other: BranchResult, nVocab: number): Promise<Float64Array> {
  return loadAddon().compareLogits(reference.logits, other.logits, nVocab);
}
