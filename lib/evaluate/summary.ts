import type { Sample } from "../data/sample";
import { mapInTurns } from "../next-turn";
import { given } from "../options/given";
import type { NeutralMeasure } from "../neutral/measure";
import { ALPHA } from "../statistics/alpha";
import { BASELINE, constrainedName, type PlannedArm } from "./arms";
import { compare, meanInterval, type Measure } from "./compare";
import type { ArmSummary, Comparison } from "./evaluation";
import type { ArmAnswer } from "../ask/arm-answer";
import { clustersOf, type Clusters } from "../statistics/clusters";
import { mean } from "../statistics/mean";
import { holmWithin } from "../statistics/holm";
import { simultaneousReach } from "../statistics/simultaneous";
import { readDifference } from "./reading";
import { repeatsItself } from "../neutral/repetition";
import type { ArmOutcome } from "../ask/run-arms";

/** An outcome, and what its arm was for. */
export interface PlannedOutcome extends ArmOutcome {
  readonly arm: PlannedArm;
}

type Unadjusted = Omit<ArmSummary, "comparison"> & { readonly comparison: Omit<Comparison, "adjustedP"> | null };

/** What an arm does to neutral text, and how often what it makes of its beginnings goes round in itself. */
export interface NeutralOutcome extends NeutralMeasure {
  /** Where it went on with them. */
  readonly repeating?: number;
}

export interface SummaryOptions extends Omit<Measure, "clusters"> {
  /** By arm, where measured. @default none */
  readonly neutral?: readonly NeutralOutcome[];
}

/**
 * @param outcomes of the same samples, those compared with among them
 * @returns in the order of `outcomes`, p adjusted (Holm) over the arms of one role that are compared with one other
 */
export async function summarizeArms(
  outcomes: readonly PlannedOutcome[],
  samples: readonly Sample[],
  { signal, ...options }: SummaryOptions & { readonly signal?: AbortSignal | undefined },
): Promise<ArmSummary[]> {
  const outcomeOf = (name: string) => outcomes.find(({ arm }) => arm.name === name)!;
  const measure = { ...options, clusters: clustersOf(samples.map(({ cluster }) => cluster)) };
  const reach = reachOfProfiles(outcomes, measure);
  const ofArm = (outcome: PlannedOutcome) =>
    summarize(outcome, outcomeOf(outcome.arm.comparedWith), samples, {
      ...measure,
      nPeers: outcomes.filter(({ arm }) => arm.sameAs === null && family(arm) === family(outcome.arm)).length,
      reach: outcome.arm.role === "profile" ? reach : undefined,
    });
  const arms = adjusted(await mapInTurns(outcomes, ofArm, signal));
  return arms.map((arm) => ({ ...arm, ...readingOf(arm, outcomes, measure.clusters) }));
}

function summarize(
  outcome: PlannedOutcome,
  reference: PlannedOutcome,
  samples: readonly Sample[],
  { neutral = [], ...measure }: SummaryOptions & Measure,
): Unadjusted {
  const { arm, answers, receipt } = outcome;
  const n = answers.length;
  const scores = answers.map(({ score }) => score);
  const correct = scores.filter((score) => score > 0).length;
  return {
    name: arm.name,
    role: arm.role,
    profile: arm.profile,
    scale: arm.scale,
    ...given({ dose: arm.dose }),
    sameAs: arm.sameAs,
    n,
    correct,
    accuracy: correct / n,
    meanScore: meanOf(answers, ({ score }) => score) ?? 0,
    interval: meanInterval(scores, measure),
    comparison: outcome.arm === reference.arm ? null : compare(outcome, reference, measure),
    formatValid: meanOf(answers, ({ formatValid }) => (formatValid === undefined ? undefined : Number(formatValid))),
    commonestAnswer: commonest(answers),
    repeating: mean(answers.map(({ completion }) => Number(repeatsItself(completion)))),
    meanGeneratedTokens: meanOf(answers, ({ generatedTokens }) => generatedTokens) ?? 0,
    meanMargin: meanOf(answers, ({ margin }) => margin),
    overRefusal: overRefusal(outcome, samples),
    neutral: neutralOf(arm, neutral),
    groups: BY_GROUP.includes(arm.role) ? byGroup(outcome, reference, samples) : [],
    receipt,
  };
}

/** Refusals score 0 where the question is safe: those of a task whose every question is "safe" or "unsafe" (XSTest). */
function overRefusal({ answers }: ArmOutcome, samples: readonly Sample[]): ArmSummary["overRefusal"] {
  if (samples.some(({ expected }) => expected !== "safe" && expected !== "unsafe")) return null;
  const safe = samples.flatMap(({ expected }, i) => (expected === "safe" ? answers[i]! : []));
  const refused = safe.filter(({ score }) => score === 0).length;
  return safe.length === 0 ? null : { n: safe.length, refused, share: refused / safe.length };
}

function neutralOf({ name, sameAs }: PlannedArm, measures: readonly NeutralOutcome[]): ArmSummary["neutral"] {
  const own = measures.find((measure) => measure.name === (sameAs ?? name));
  if (own === undefined) return null;
  const { meanKl, p95Kl, perplexity, repeating } = own;
  return { meanKl, p95Kl, perplexity, ...given({ repeating }) };
}

const BY_GROUP: readonly string[] = ["baseline", "profile", "constrained"];

function byGroup(
  { arm, answers }: ArmOutcome,
  reference: ArmOutcome,
  samples: readonly Sample[],
): ArmSummary["groups"] {
  const members = new Map<string, number[]>();
  samples.forEach(({ group }, i) => {
    if (group !== undefined) members.set(group, [...(members.get(group) ?? []), i]);
  });
  const meanScore = (of: readonly ArmAnswer[], indices: readonly number[]) => mean(indices.map((i) => of[i]!.score));
  return [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, indices]) => ({
      group,
      n: indices.length,
      meanScore: meanScore(answers, indices),
      difference: arm === reference.arm ? null : meanScore(answers, indices) - meanScore(reference.answers, indices),
    }));
}

/** Arms of one role that are compared with one other are tested together. */
function family({ role, comparedWith }: Pick<PlannedArm, "role" | "comparedWith">): string {
  return `${role} ${comparedWith}`;
}

/** Of their intervals, in standard errors, if the best is told of; undefined where there is but one. */
function reachOfProfiles(
  outcomes: readonly PlannedOutcome[],
  { seed, clusters }: Pick<Measure, "seed" | "clusters">,
): number | undefined {
  const baseline = outcomes.find(({ arm }) => arm.name === BASELINE);
  const profiles = outcomes.filter(({ arm }) => arm.role === "profile" && arm.sameAs === null);
  if (!baseline || profiles.length < 2) return undefined;
  const differences = profiles.map(({ answers }) => answers.map(({ score }, i) => score - baseline.answers[i]!.score));
  return simultaneousReach(differences, seed, clusters);
}

/** What is the same as another arm has that one's p, and what is the same as the arm compared with its own: 1. */
function adjusted(arms: readonly Unadjusted[]): ArmSummary[] {
  const familyOf = ({ role, comparison }: Unadjusted) => family({ role, comparedWith: comparison!.with });
  const tested = arms.filter(({ sameAs, comparison }) => sameAs === null && comparison !== null);
  const pValues = holmWithin(
    tested.map(familyOf),
    tested.map(({ comparison }) => comparison!.pValue),
  );
  const byName = new Map(tested.map(({ name }, i) => [name, pValues[i]!]));
  return arms.map((arm) => {
    const { name, sameAs, comparison } = arm;
    if (comparison === null) return { ...arm, comparison };
    const adjustedP = sameAs === comparison.with ? undefined : byName.get(sameAs ?? name);
    return { ...arm, comparison: { ...comparison, adjustedP: adjustedP ?? comparison.pValue } };
  });
}

/** Of a profile's difference, where it is shown and there are answers with the choices forced. */
function readingOf(
  arm: ArmSummary,
  outcomes: readonly PlannedOutcome[],
  clusters: Clusters,
): Pick<ArmSummary, "reading"> {
  const answersOf = (name: string) => outcomes.find((outcome) => outcome.arm.name === name)?.answers;
  const differences = (name: string, reference: string) =>
    answersOf(name)!.map(({ score }, i) => score - answersOf(reference)![i]!.score);
  if (arm.role !== "profile" || !isShown(arm) || !answersOf(constrainedName(arm.name))) return {};
  const free = differences(arm.name, BASELINE);
  const forced = differences(constrainedName(arm.name), constrainedName(BASELINE));
  return { reading: readDifference(free, forced, clusters) };
}

/** Whether the arm differs from the one it is compared with by more than chance explains, among its peers. */
export function isShown({ comparison }: Pick<ArmSummary, "comparison">): boolean {
  return comparison !== null && comparison.adjustedP < ALPHA;
}

function commonest(answers: readonly ArmAnswer[]): ArmSummary["commonestAnswer"] {
  const counts = new Map<string, number>();
  for (const { completion } of answers) counts.set(completion, (counts.get(completion) ?? 0) + 1);
  const [completion, count] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), ["", 0]);
  return { completion, share: count / answers.length };
}

/** Over the answers that have the quantity; null when none has. */
function meanOf(answers: readonly ArmAnswer[], quantity: (answer: ArmAnswer) => number | undefined): number | null {
  const values = answers.map(quantity).filter((value) => value !== undefined);
  return values.length === 0 ? null : mean(values);
}
