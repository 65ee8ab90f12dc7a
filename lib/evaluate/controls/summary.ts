import { mapInTurns } from "../../next-turn";
import { ALPHA } from "../../statistics/alpha";
import { beyondDraws } from "../../statistics/beyond-draws";
import { adjustedRankPs, rankP } from "../../statistics/draw-rank";
import { holm } from "../../statistics/holm";
import { mean } from "../../statistics/mean";
import { pairedDifference, scoresOf, type Measure } from "../compare";
import type { ArmSummary, Comparison, ControlSummary } from "../evaluation";
import type { NotRun } from "../not-run";
import type { PlannedOutcome } from "../summary";
import { INSTEAD_ROLES } from "./control-arm";
import { isDrawn } from "./drawn";

/** A profile, and what was run in its place. */
interface Pair {
  readonly profile: ArmSummary;
  readonly controls: readonly ArmSummary[];
}

export interface ControlsMeasure extends Measure {
  /** Of profiles without a control of some kind, that it was left out: the test of it counts as one of p = 1. */
  readonly notRun?: readonly NotRun[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Of each kind of control and each profile that steers: how the profile compares with it, on the same questions.
 * @param arms of `outcomes`
 */
export async function summarizeControls(
  arms: readonly ArmSummary[],
  outcomes: readonly PlannedOutcome[],
  { notRun = [], signal, ...measure }: ControlsMeasure,
): Promise<ControlSummary[]> {
  const scores = new Map(outcomes.map(({ arm, answers }) => [arm.name, scoresOf(answers)]));
  const profiles = arms.filter(({ role, sameAs }) => role === "profile" && sameAs === null);
  const summaries: ControlSummary[] = [];
  for (const role of INSTEAD_ROLES) {
    const ofRole = arms.filter((arm) => arm.role === role);
    const pairs = profiles
      .map((profile) => ({ profile, controls: ofRole.filter((arm) => (arm.profile ?? profile.name) === profile.name) }))
      .filter(({ controls }) => controls.length > 0);
    const advantages = await mapInTurns(pairs, (pair) => advantageOf(pair, scores, measure), signal);
    const leftOut = notRun.filter(({ control, profile }) => control === role && profile !== null).map(() => 1);
    const adjusted = holm([...advantages.map(({ pValue }) => pValue), ...leftOut]);
    const among = pairs.map(({ profile, controls }) => ({ value: gain(profile), draws: controls.map(gain) }));
    const ranks = adjustedRankPs(among);
    pairs.forEach(({ profile, controls }, i) => {
      const { difference, interval, test, pValue } = advantages[i]!;
      summaries.push({
        profile: profile.name,
        role,
        ...ofDraws(profile, controls),
        advantage: { difference, interval, test, pValue, adjustedP: adjusted[i]! },
        ...(isDrawn(role) && { rank: { p: rankP(among[i]!), adjustedP: ranks[i]! } }),
      });
    });
  }
  return summaries;
}

function gain({ comparison }: ArmSummary): number {
  return comparison!.difference;
}

function ofDraws(profile: ArmSummary, controls: readonly ArmSummary[]) {
  const differences = controls.map(gain);
  const [low] = profile.comparison!.interval;
  return {
    arms: controls.map(({ name }) => name),
    meanDifference: mean(differences),
    range: [Math.min(...differences), Math.max(...differences)] as [number, number],
    nGaining: controls.filter(({ comparison }) => comparison!.pValue < ALPHA && comparison!.difference > 0).length,
    nAtLeastProfile: differences.filter((difference) => difference >= gain(profile)).length,
    nInInterval: differences.filter((difference) => difference >= low).length,
  };
}

/** Of one arm as arms are compared; of draws with their mean on each question, which is no yes or no. */
function advantageOf(
  { profile, controls }: Pair,
  scores: ReadonlyMap<string, readonly number[]>,
  measure: Measure,
): Pick<Comparison, "difference" | "interval" | "test" | "pValue"> {
  const [own, ...others] = [profile, ...controls].map(({ name }) => scores.get(name)!) as [number[], ...number[][]];
  if (!isDrawn(controls[0]!.role)) return pairedDifference(own, others[0]!, measure);
  const average = own.map((_, question) => mean(others.map((draw) => draw[question]!)));
  const found = pairedDifference(own, average, { ...measure, metric: "mean score" });
  return { ...found, interval: beyondDraws(found.difference, found.interval, controls.map(gain)) };
}
