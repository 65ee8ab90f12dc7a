import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PipelineProgress } from "../pipeline/pipeline";
import { RANKING_FILE, type RankedLayer, type Ranking } from "../rank/ranking";
import { SELECTION_FILE, type SelectionFile } from "../select/selection";

// What `corrsteer demo` tells of the job while it goes on.

export const BEGINNING = [
  "A small model read sums by authors who answer them and by authors who write ?? instead. It is asked sums after",
  "lines of both kinds. Nothing below knows of authors: it sees questions, answers, and which of them are right.",
  "",
];

export const END = [
  "",
  "What this shows: features that were found by correlation alone can be a lever on right answers, measured on questions",
  "that nothing was chosen on; the feature with the highest r (S) need not be the best one; the dose (x0.5, x2) matters; one",
  "draw of random features is no control, as they spread; and the plain difference of right and wrong residual rows is a",
  "lever as well. What it does not: that the model learned anything (it knew the sums and held the answers back, which was",
  "planted), or that steering helps a model that nobody prepared for it: docs/results.md has real ones.",
];

/** Tells each part once, when its stage begins: what it does, after what the one before it found. */
export class DemoStory {
  private readonly told = new Set<string>();

  constructor(
    private readonly directory: string,
    private readonly print: (lines: readonly string[]) => void,
  ) {}

  follow({ stage, total, unit }: PipelineProgress): void {
    const isAsking = unit === "questions";
    if ((stage !== "rank" && !isAsking) || this.told.has(stage)) return;
    this.told.add(stage);
    this.print(this.beginning(stage, total));
  }

  private beginning(stage: PipelineProgress["stage"], nQuestions: number): string[] {
    switch (stage) {
      case "collect":
        return [
          `Collect: the model answers ${nQuestions} sums; what its SAEs see at each answer is kept with right or wrong.`,
        ];
      case "rank":
        return ["Rank: which feature of each layer goes with a right answer (Pearson's r)?"];
      case "select":
        return [
          ...this.ranked(),
          "Select: S, the highest r; A, the best of each layer; P, those of A that help on validation alone; causal, those of",
          "many features and coefficients whose effect on validation is shown.",
        ];
      case "evaluate":
        return [
          ...this.selected(),
          `Evaluate: ${nQuestions} sums that were not used so far, each with every arm as forks of one prompt.`,
        ];
    }
  }

  private ranked(): string[] {
    const { layers, n, nCorrect } = this.read(RANKING_FILE) as Ranking;
    return [`  ${nCorrect} of ${n} answers are right.`, ...layers.map(bestOfLayer)];
  }

  private selected(): string[] {
    const { selections } = this.read(SELECTION_FILE) as SelectionFile;
    return selections.map(({ variant, features }) => `  ${variant}: ${features.map(named).join(" ") || "none"}`);
  }

  /** What this process has just written. */
  private read(file: string): unknown {
    return JSON.parse(readFileSync(join(this.directory, file), "utf8"));
  }
}

function bestOfLayer({ layer, nActiveFeatures, features: [best] }: RankedLayer): string {
  const found = best ? `${named(best)}, r = ${best.r.toFixed(3)}, coefficient ${best.coefficient.toFixed(2)}` : "none";
  return `  layer ${layer}: ${nActiveFeatures} features fire; best ${found}`;
}

function named({ layer, feature }: { readonly layer: number; readonly feature: number }): string {
  return `${layer}:${feature}`;
}
