import type { PlacedProbe } from "../probe/probes";
import type { OnProgress } from "../progress";
import { quantity } from "../quantity";
import { mean } from "../statistics/mean";
import type { Gate } from "./gate";
import type { ValidationQuestions } from "./measure";
import { stages } from "./screen";
import { screenTrials, triedRecord, withCost, type ScreenTrialsOptions } from "./screen-trials";
import type { GatedRecord } from "./selection";

export interface GatedOptions extends ScreenTrialsOptions {
  /** Thresholds, in deviations of a probe's log-odds above their mean. */
  readonly gateGrid: readonly number[];
  readonly onProgress?: OnProgress | undefined;
}

export interface Gated {
  /** Ascending by layer; none where no threshold helps: it abstains. */
  readonly gates: Gate[];
  readonly record: GatedRecord;
}

/** How many layers are gated together: that of the best probe, some, all. */
const TOGETHER = [1, 4, Infinity];

/**
 * MERA (Hedström et al., arXiv 2510.13290): at each row of some layers only what brings a probe of correctness to a threshold
 * is added, the shortest way, (t - s) w / |w|^2 where its log-odds s = w . x + b are less than t, and nothing where they are
 * not; the threshold is calibrated on questions that the probes did not see, and nothing is done at all where no threshold
 * helps. There it is one probability for all layers, and the best that is above no steering; here it is a number of deviations, as
 * probes of layers that say little have log-odds near their mean, of layers whose probes tell right from wrong (cross-validated AUC
 * above one half), the best of them alone and several together; and the best has to help as a candidate of `causal` has
 * to: by a paired test over all that were tried.
 */
export async function selectGated(
  probes: readonly PlacedProbe[],
  questions: ValidationQuestions,
  { gateGrid, onProgress, ...options }: GatedOptions,
): Promise<Gated> {
  const candidates = candidatesOf(probes, gateGrid);
  const trials = candidates.map(({ gates }) => gates);
  const step = `gated: ${quantity(trials.length, "threshold")} x ${quantity(questions.n, "question")} at most`;
  onProgress?.({ step, done: 0, total: questions.n, unit: "questions" });
  const { result: tried, cost } = await withCost(questions, () => screenTrials(trials, questions, options));
  const effect = (i: number) => mean(tried[i]!.effect);
  const helpful = [...tried.keys()].filter((i) => tried[i]!.helps);
  const [first] = helpful;
  const chosen = first === undefined ? null : helpful.reduce((best, i) => (effect(i) > effect(best) ? i : best), first);
  return {
    gates: chosen === null ? [] : candidates[chosen]!.gates,
    record: {
      outcome: options.outcome,
      stages: stages(questions.n),
      probes: probes.map(({ sae, layer, mean, deviation, auc }) => ({ sae, layer, mean, deviation, auc })),
      candidates: candidates.map(({ gates, above }, i) => ({
        ...{ saes: gates.map(({ probe }) => probe.sae), above },
        ...triedRecord(tried[i]!, questions.clusters),
      })),
      chosen,
      cost,
    },
  };
}

interface Candidate {
  readonly gates: Gate[];
  readonly above: number;
}

function candidatesOf(probes: readonly PlacedProbe[], gateGrid: readonly number[]): Candidate[] {
  const telling = probes.filter(({ auc }) => auc > 0.5).sort((a, b) => b.auc - a.auc || a.nativeLayer - b.nativeLayer);
  const sizes = new Set(TOGETHER.map((most) => Math.min(most, telling.length)));
  return [...sizes]
    .filter((size) => size > 0)
    .flatMap((size) => {
      const together = telling.slice(0, size).sort((a, b) => a.nativeLayer - b.nativeLayer);
      return gateGrid.map((above) => ({
        gates: together.map((probe) => ({ probe, threshold: probe.mean + above * probe.deviation })),
        above,
      }));
    });
}
