import type { NamedRun } from "../ask/run-all";
import { runAll } from "../ask/run-all";
import type { Branch } from "../model/branch";
import type { BranchResult, Engine } from "../model/engine";
import { loadAddon } from "../native/load";
import { sum } from "../statistics/mean";
import type { Steering } from "../steering/steering";

/** Sums over predictions: of the negative log-likelihood of tokens, and of the divergence from the baseline. */
export interface LossSums {
  loss: number;
  predictions: number;
  kl: number;
  klPredictions: number;
}

export const noLoss = (): LossSums => ({ loss: 0, predictions: 0, kl: 0, klPredictions: 0 });

/** Rows, and what was asked of them with nothing replaced. */
export interface Baseline {
  readonly sequences: readonly Int32Array[];
  /** By sequence, logits [n, n_vocab]; undefined where no divergence is measured. */
  readonly logits: readonly (Float32Array | undefined)[];
}

/**
 * Reads sequences as prompts, steered from their second token on, and gives what `asked` asks of each.
 *
 * @param steering none: as they are
 */
export async function readSequences(
  engine: Engine,
  sequences: readonly Int32Array[],
  steering: Steering | undefined,
  asked: (index: number) => Branch,
  signal?: AbortSignal,
): Promise<BranchResult[]> {
  const runs = sequences.map((prompt, i): NamedRun => {
    const fromSecond = steering?.within(2 - prompt.length);
    const branch = {
      maxTokens: 0,
      promptLogProbabilities: 0,
      ...asked(i),
      ...(fromSecond && { steering: fromSecond }),
    };
    return { name: `sequence ${i}`, prompt, branches: [branch] };
  });
  return (await runAll(engine, runs, { signal })).map(({ branches }) => branches[0]!);
}

/** Of the predictions from the second position of a sequence on: what the first one says no replacement changes. */
export function addLoss(sums: LossSums, { promptScores }: BranchResult): void {
  const scored = promptScores!.logProbabilities.subarray(1);
  sums.loss -= sum(scored);
  sums.predictions += scored.length;
}

/** Measures one replacement of rows against the baseline. */
export async function addReplaced(
  sums: LossSums,
  engine: Engine,
  { sequences, logits }: Baseline,
  steering: Steering,
  signal?: AbortSignal,
): Promise<void> {
  const { nVocab } = engine.model.info;
  const asked = (i: number): Branch => (logits[i] ? { logits: "prompt" } : {});
  for (const [i, branch] of (await readSequences(engine, sequences, steering, asked, signal)).entries()) {
    addLoss(sums, branch);
    const reference = logits[i];
    if (!reference) continue;
    const replaced = branch.logits.subarray(nVocab);
    sums.kl += sum(await loadAddon().compareLogits(reference.subarray(nVocab), replaced, nVocab));
    sums.klPredictions += sequences[i]!.length - 1;
  }
}
