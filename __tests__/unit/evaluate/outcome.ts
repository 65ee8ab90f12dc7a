import type { PlannedArm } from "../../../lib/evaluate/arms";
import type { PlannedOutcome } from "../../../lib/evaluate/summary";

/** One answer: its score, its text (by default a text of its own for each question and score), whether it is a choice. */
export interface Answer {
  score: number;
  completion?: string;
  formatValid?: boolean;
}

const PROFILE: PlannedArm = {
  name: "A",
  role: "profile",
  profile: "A",
  scale: 1,
  sameAs: null,
  steering: undefined,
  constrained: false,
  comparedWith: "baseline",
};

export function plannedArm(name: string, changes: Partial<PlannedArm> = {}): PlannedArm {
  const baseline = name === "baseline" ? { role: "baseline" as const, profile: null } : { profile: name };
  return { ...PROFILE, name, ...baseline, ...changes };
}

export function outcome(arm: PlannedArm, answers: readonly Answer[]): PlannedOutcome {
  return {
    arm,
    answers: answers.map((answer, i) => ({
      completion: `${answer.score} ${i}`,
      generatedTokens: 1,
      stopReason: "length" as const,
      ...answer,
    })),
    receipt: [],
  };
}

/** 100 answers of which the first `right` are right and the first `valid` one of the choices. */
export function hundred(right: number, valid?: number): Answer[] {
  return Array.from({ length: 100 }, (_, i) => ({
    score: Number(i < right),
    ...(valid !== undefined && { formatValid: i < valid }),
  }));
}
