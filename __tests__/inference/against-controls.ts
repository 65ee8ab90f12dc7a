// Steering makes wrong answers right: by their form alone, as other vectors of that size do, or by more than that.
import { pairedDifference, scoresOf } from "../../lib/evaluate/compare";
import { summarizeControls } from "../../lib/evaluate/controls/summary";
import type { ArmSummary } from "../../lib/evaluate/evaluation";
import { controlFindings, isBeyond } from "../../lib/evaluate/findings/controls";
import type { NotRun } from "../../lib/evaluate/not-run";
import type { PlannedOutcome } from "../../lib/evaluate/summary";
import { clustersOf } from "../../lib/statistics/clusters";
import { holm } from "../../lib/statistics/holm";
import { mean } from "../../lib/statistics/mean";
import { normalQuantile } from "../../lib/statistics/normal";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";
import { byTemplate, templatesOf } from "./templates";

const DRAWS = 19;
const WRONG = 0.7;
/** How much of what makes a question easy to turn is the same for all vectors. */
const SHARED = 0.7;

/** How many points vectors gain: drawn for each of them. */
type Strength = (draw: Draw) => number;

interface Truth {
  readonly profiles: readonly Strength[];
  readonly control: Strength;
  /** Of what controls gain. */
  readonly expected: number;
  readonly role: "random" | "mean-difference";
  readonly byTemplate?: boolean;
  /** Whether those of profiles that are not shown to gain are left out. */
  readonly onlyGaining?: boolean;
}

interface Found {
  /** Of each profile: whether its gain is said to be a gain, with nothing to be said for the controls. */
  readonly undoubted: boolean[];
  /** Of each profile: whether its test and its rank show that it gains more. */
  readonly shown: boolean[];
  /** Of each profile: whether the interval of what it gains more leaves out what is true. */
  readonly missed: boolean[];
}

async function foundOf(seed: number, n: number, truth: Truth): Promise<Found> {
  const draw = new Draw(seed);
  const templates = truth.byTemplate ? templatesOf(draw, n) : Array.from({ length: n }, (_, i) => `${i}`);
  const ease = byTemplate(templates, () => Math.sqrt(SHARED) * draw.normal());
  const before = ease.map(() => draw.flip(1 - WRONG));
  const answered = (name: string, role: ArmSummary["role"], profile: string | null, strength: number) => {
    const bar = normalQuantile(Math.max(1e-6, strength / WRONG));
    const turned = ease.map((own) => Number(own + Math.sqrt(1 - SHARED) * draw.normal() < bar));
    return outcomeOf(name, role, profile, strength === 0 ? before : before.map((right, i) => right || turned[i]!));
  };
  const baseline = answered("baseline", "baseline", null, 0);
  const strengths = truth.profiles.map((strength) => strength(draw));
  const profiles = strengths.map((strength, i) => answered(`P${i}`, "profile", `P${i}`, strength));
  const nControls = truth.role === "random" ? DRAWS : 1;
  const all = profiles.flatMap(({ arm }) =>
    Array.from({ length: nControls }, (_, i) =>
      answered(`${truth.role}-${arm.name}-${i}`, truth.role, arm.name, truth.control(draw)),
    ),
  );
  const measure = { metric: "accuracy", seed, clusters: clustersOf(templates) } as const;
  const compared = profiles.map(({ answers }) => pairedDifference(scoresOf(answers), before, measure));
  const adjusted = holm(compared.map(({ pValue }) => pValue));
  const steered = profiles.map((profile, i) => armOf(profile, { ...compared[i]!, adjustedP: adjusted[i]! }));
  const isGain = ({ comparison }: ArmSummary) => comparison!.adjustedP < 0.05 && comparison!.difference > 0;
  const without = truth.onlyGaining ? steered.filter((arm) => !isGain(arm)).map(({ name }) => name) : [];
  const controls = all.filter(({ arm }) => !without.includes(arm.profile!));
  const notRun = without.map((profile): NotRun => ({ control: truth.role, profile, because: "no gain" }));
  const arms = [
    ...steered,
    ...controls.map((control) => armOf(control, { difference: gainOf(control, baseline), pValue: 1, adjustedP: 1 })),
  ];
  const summaries = await summarizeControls(arms, [baseline, ...profiles, ...controls], { ...measure, notRun });
  const findings = profiles.map((_, i) => controlFindings(arms[i]!, arms, summaries));
  return {
    undoubted: findings.map((own, i) => isGain(arms[i]!) && !own.some(({ doubt }) => doubt)),
    shown: summaries.map((summary) => isBeyond({ ...summary, nInInterval: 0 })),
    missed: summaries.map(({ profile, advantage }) => {
      const strength = strengths[profiles.findIndex(({ arm }) => arm.name === profile)]!;
      const [low, high] = advantage!.interval;
      return low > strength - truth.expected || high < strength - truth.expected;
    }),
  };
}

function outcomeOf(name: string, role: ArmSummary["role"], profile: string | null, scores: readonly number[]) {
  const answers = scores.map((score) => ({ completion: String(score), score, generatedTokens: 1 }));
  return { arm: { name, role, profile }, answers, receipt: [] } as unknown as PlannedOutcome;
}

function armOf({ arm }: PlannedOutcome, comparison: object): ArmSummary {
  return { name: arm.name, role: arm.role, profile: arm.profile, sameAs: null, comparison } as unknown as ArmSummary;
}

function gainOf({ answers }: PlannedOutcome, baseline: PlannedOutcome): number {
  return mean(answers.map(({ score }, i) => score - baseline.answers[i]!.score));
}

const around =
  (centre: number, deviation: number): Strength =>
  (draw) =>
    centre + deviation * draw.normal();
const rarelyMuch: Strength = (draw) => (draw.flip(0.2) === 1 ? 0.3 : 0.06);

function noBetter(truth: string, n: number, world: Truth, wrongIntervals = 0.07): Simulation {
  return {
    claim: "Nothing is said for the controls of a profile that gains",
    truth: `${n} questions; ${truth}`,
    bounds: {
      "of one, nothing is said": { atMost: 0.05 },
      ...(world.profiles.length === 1 && { "the interval of what it gains more is wrong": { atMost: wrongIntervals } }),
    },
    trial: async (seed) => {
      const { undoubted, missed } = await foundOf(seed, n, world);
      return {
        "of one, nothing is said": undoubted.includes(true),
        ...(missed.length === 1 && { "the interval of what it gains more is wrong": missed[0]! }),
      };
    },
  };
}

function better(n: number, byPoints: number, shown: number, undoubted: number): Simulation {
  const control = around(0.07, 0.02);
  const world = { profiles: [around(0.07 + byPoints / 100, 0)], control, expected: 0.07, role: "random" } as const;
  return {
    claim: "Nothing is said for the controls of a profile that gains",
    truth: `${n} questions; random features gain 7 points, more or less by 2, the profile ${byPoints} more`,
    bounds: {
      "its test and its rank show that it gains more": { atLeast: shown },
      "nothing is said: nor does a draw lie within its interval": { atLeast: undoubted },
    },
    trial: async (seed) => {
      const found = await foundOf(seed, n, world);
      return {
        "its test and its rank show that it gains more": found.shown[0]!,
        "nothing is said: nor does a draw lie within its interval": found.undoubted[0]!,
      };
    },
  };
}

const even = around(0.15, 0.05);
const slight = around(0.04, 0);

export const againstControls = [
  noBetter("the profile gains 15 points, more or less by 5, as do random features", 400, {
    ...{ profiles: [even], control: even, expected: 0.15, role: "random" },
  }),
  noBetter(
    "the profile gains 30 points with a chance of a fifth, else 6, as do random features",
    400,
    { profiles: [rarelyMuch], control: rarelyMuch, expected: 0.108, role: "random" },
    0.1, // 19 draws of which few gain much say little of the mean of all
  ),
  noBetter("of up to 343 templates; the profile gains 15 points as do random features, all by template", 400, {
    ...{ profiles: [around(0.15, 0)], control: around(0.15, 0), expected: 0.15, role: "random", byTemplate: true },
  }),
  noBetter("four profiles that gain 15 points, more or less by 5, as do random features in place of each", 400, {
    ...{ profiles: [even, even, even, even], control: even, expected: 0.15, role: "random" },
  }),
  noBetter("the profile gains 15 points, as does the residual's mean difference", 400, {
    ...{ profiles: [around(0.15, 0)], control: around(0.15, 0), expected: 0.15, role: "mean-difference" },
  }),
  noBetter(
    "four profiles that gain 4 points, as does the mean difference in place of each, which is run for those shown to gain",
    400,
    {
      profiles: [slight, slight, slight, slight],
      control: slight,
      expected: 0.04,
      role: "mean-difference",
      onlyGaining: true,
    },
  ),
  better(400, 8, 0.8, 0.4),
  better(1600, 8, 0.95, 0.9),
];
