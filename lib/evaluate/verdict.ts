import { otherSideSentences } from "../rank/other-side-sentences";
import { confoundText } from "../rank/notes";
import { STRENGTHS } from "../rank/sign";
import { undecidedSentences } from "../rank/undecided-sentences";
import { isBaselineMethod } from "./controls/control-arm";
import { constantFindings } from "./findings/constant";
import { controlFindings } from "./findings/controls";
import { degenerateFindings, degenerateSentences } from "./findings/degenerate";
import type { Finding } from "./findings/finding";
import { formatFindings } from "./findings/form";
import { neutralFindings } from "./findings/neutral";
import { orderFindings } from "./findings/orders";
import { ownFindings } from "./findings/own";
import { unitOf } from "./findings/unit";
import type { ArmSummary, Evaluation, NullSummary } from "./evaluation";
import { headlineOf, type Headline } from "./headline";
import { capital, count, ofTarget, outcome, percent, points } from "./wording";

type Evidence = Pick<
  Evaluation,
  "metric" | "arms" | "controls" | "orders" | "significance" | "constantFeatures" | "equalKl"
>;

/** Whether steering helped, and whether that is more than format or chance. */
export interface Verdict extends Headline {
  /** What bears on all profiles; first, what of the features is beyond chance. */
  readonly general: readonly string[];
  /** Of each profile that steers, unlike another: what it did, and what that is. */
  readonly profiles: readonly {
    readonly name: string;
    readonly outcome: string;
    /** Whether something speaks against its gain. */
    readonly doubted: boolean;
    readonly details: readonly string[];
  }[];
}

export function verdict(evidence: Evidence): Verdict {
  const { metric, arms } = evidence;
  const profiles = arms.filter(({ role }) => role === "profile");
  const distinct = profiles.filter(({ sameAs }) => sameAs === null);
  const judged = distinct.map((arm) => ({ arm, findings: findings(arm, evidence) }));
  return {
    ...headlineOf(judged, evidence),
    general: [
      ...nullSentences(evidence),
      ...dosedSentences(evidence),
      ...degenerateSentences(arms),
      ...arms.slice(0, 1).flatMap(baselineSentences),
      ...arms.filter(({ role }) => role === "repeat").map(repeatSentence),
      ...profiles.filter(({ sameAs }) => sameAs !== null).map(sameSentence),
      ...(distinct.length > 0 ? [methodSentence(distinct)] : []),
    ],
    profiles: judged.map(({ arm, findings }) => ({
      name: arm.name,
      outcome: `${outcome(arm, metric)}.`,
      doubted: findings.some(({ doubt }) => doubt),
      details: findings.map(({ clause }) => `${capital(clause)}.`),
    })),
  };
}

/** All sentences but the headline, as `evaluation.json` has them. */
export function verdictSentences({ general, profiles }: Verdict): string[] {
  return [...general, ...profiles.flatMap(({ outcome, details }) => [outcome, ...details])];
}

/** What of a difference is format, arithmetic or chance; doubts first. */
function findings(arm: ArmSummary, evidence: Evidence): Finding[] {
  const { metric, arms, controls, orders, significance, constantFeatures } = evidence;
  const all = [
    ...degenerateFindings(arm, arms),
    ...neutralFindings(arm, arms),
    ...formatFindings(arm, arms, metric),
    ...orderFindings(arm, arms, orders),
    ...ownFindings(arm, arms, significance),
    ...controlFindings(arm, arms, controls),
    ...constantFindings(arm, constantFeatures),
  ];
  return [...all.filter(({ doubt }) => doubt), ...all.filter(({ doubt }) => !doubt)];
}

function nullSentences({ significance }: Evidence): string[] {
  if (significance === null)
    return ["The ranking has no permutation null: its features may have been found by chance."];
  const { nSurvivors, sign, permutations, alpha, layers, covariates, stratifiedBy, confounds } = significance;
  const given = [
    ...(stratifiedBy === null ? [] : [`permuted within equal ${stratifiedBy}`]),
    ...(covariates.length > 0 ? [`given ${covariates.join(", ")}`] : []),
  ].join(", ");
  const beyond = layers.filter((layer) => layer.nSurvivors > 0).length;
  const chance =
    `the permutation null${ofTarget(significance)} (${thresholdText(significance)} at family-wise ${alpha}, ` +
    `${permutations} permutations${given === "" ? "" : `, ${given}`})`;
  const beside = [...(sign ? otherSideSentences(sign, significance) : []), ...undecidedSentences(significance)];
  if (nSurvivors === 0)
    return [`No feature of ${count(layers.length, unitOf(layers))} is beyond ${chance}.`, ...beside];
  const found = `${count(nSurvivors, "feature")} in ${beyond} of ${count(layers.length, unitOf(layers))}`;
  return [
    `${found} ${nSurvivors === 1 ? "is" : "are"} beyond ${chance}.`,
    ...beside,
    ...confounds.map((confound) => `${capital(confoundText(confound))}.`),
  ];
}

/** What all arms were brought to, and by which factors. */
function dosedSentences({ equalKl, arms }: Evidence): string[] {
  if (!equalKl) return [];
  const scales = arms.flatMap(({ name, role, dose }) =>
    dose && (role === "profile" || isBaselineMethod(role)) ? [`${name} x ${dose.scale.toPrecision(3)}`] : [],
  );
  const budget = `${equalKl.nats} nats a token at the 95th percentile of neutral text`;
  return scales.length === 0 ? [] : [`Arms are dosed to ${budget}: ${scales.join(", ")}.`];
}

function thresholdText({ sign, threshold }: NullSummary): string {
  return `${sign === undefined ? "a threshold of" : STRENGTHS[sign]} ${threshold.toFixed(3)}`;
}

/** Warns where most answers without steering are no answers: whatever makes them some then seems to help. */
function baselineSentences({ name, formatValid }: ArmSummary): string[] {
  if (formatValid === null || formatValid >= 0.5) return [];
  return [
    `Only ${percent(formatValid)} of the answers of ${name} are one of the choices: ` +
      `accuracy without constrained choices is about the answer's format first.`,
  ];
}

function repeatSentence({ n, comparison }: ArmSummary): string {
  const { changed } = comparison!.sideEffects;
  if (changed === 0) return "The baseline run twice gives the same answers: arithmetic alone moves nothing here.";
  const by = points(comparison!.difference);
  return `The baseline run twice differs in ${changed} of ${n} answers, by ${by} points: arithmetic alone moves so much.`;
}

function sameSentence({ name, sameAs }: ArmSummary): string {
  return sameAs === "baseline" ? `${name} steers nothing.` : `${name} is the same as ${sameAs ?? ""}.`;
}

function methodSentence(distinct: readonly ArmSummary[]): string {
  const { test } = distinct[0]!.comparison!;
  return `p: ${test}${distinct.length > 1 ? `, Holm-adjusted over ${distinct.length} profiles` : ""}.`;
}
