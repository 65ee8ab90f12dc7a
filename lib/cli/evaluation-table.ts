import { join } from "node:path";
import { BASELINE, constrainedName } from "../evaluate/arms";
import type { ArmRole, ArmSummary, ControlSummary } from "../evaluate/evaluation";
import type { EvaluatedRun } from "../evaluate/evaluate";
import { isDrawn } from "../evaluate/controls/drawn";
import { isBeyond } from "../evaluate/findings/controls";
import { notRunSentences } from "../evaluate/not-run";
import { isShown } from "../evaluate/summary";
import { verdict } from "../evaluate/verdict";
import { hundredths, points, probability, span } from "../evaluate/wording";
import { ordersTable } from "./orders-table";
import { table } from "./output";

const BY_THEMSELVES: readonly ArmRole[] = ["baseline", "profile", "repeat", "prompt-only"];

/** What decides: the profiles beside no steering, what does the same in their place, the headline. No more than a screen. */
export function evaluationLines(run: EvaluatedRun): string[] {
  const { arms, metric, headline, warnings, n, questions, runDir } = run;
  const sizes = questions
    ? `Questions: selected on ${questions.train}, validated on ${questions.validation}, tested on ${n}` +
      (questions.duplicates > 0 ? `; ${questions.duplicates} duplicates left out` : "") +
      (questions.leaked ? `; ${questions.leaked} test questions share words or cluster with those` : "")
    : `Questions: ${n}`;
  return [
    ...armTable(
      arms.filter(({ role, name }) => BY_THEMSELVES.includes(role) || name === constrainedName(BASELINE)),
      metric,
    ),
    ...insteadTable(run),
    ...notRunLines(run),
    ...ordersTable(run),
    "",
    headline,
    verdict(run).general[0]!,
    ...warnings.map((text) => `Warning: ${text}`),
    sizes,
    `Details: ${join(runDir, "evaluation.json")}`,
  ];
}

function armTable(arms: readonly ArmSummary[], metric: string): string[] {
  const withChoices = arms.some(({ formatValid }) => formatValid !== null);
  const rows = arms.map((arm) => [
    arm.name,
    hundredths(arm.meanScore),
    span(arm.interval),
    ...comparison(arm),
    ...(withChoices ? [hundredths(arm.formatValid ?? 0), commonest(arm)] : []),
  ]);
  const header = ["arm", metric, "95 % interval", "difference", "95 % interval", "p", "side effects"];
  return table([[...header, ...(withChoices ? ["a choice", "commonest"] : [])], ...rows]);
}

function comparison({ comparison }: ArmSummary): string[] {
  if (comparison === null) return ["", "", "", ""];
  const { difference, interval, adjustedP, sideEffects } = comparison;
  return [points(difference), span(interval), probability(adjustedP), sideEffects.ofChanged?.toFixed(2) ?? ""];
}

/** A row for each profile that steers, a column for each other way in which, or at which scale, it was run or replaced. */
function insteadTable({ arms, controls }: EvaluatedRun): string[] {
  const profiles = arms.filter(({ role, sameAs }) => role === "profile" && sameAs === null);
  const others = arms.filter(({ role, profile }) => profile !== null && role !== "profile");
  const columns = [...new Set(others.map(column))];
  if (columns.length === 0) return [];
  const rows = profiles.map(({ name }) => {
    const own = others.filter(({ profile }) => profile === name);
    return [
      name,
      ...columns.map((heading) =>
        cell(
          own.filter((arm) => column(arm) === heading),
          controls,
        ),
      ),
    ];
  });
  const key = [
    "*: p < 0.05",
    ...(controls.some(({ advantage }) => advantage) ? ["<: the profile is shown to gain more"] : []),
    ...(controls.some(({ role }) => isDrawn(role))
      ? ["of draws: their mean, and how many do as much as the profile"]
      : []),
    ...(columns.includes("constrained") ? [`constrained: from ${constrainedName(BASELINE)}`] : []),
  ];
  return ["", ...table([["difference of", ...columns], ...rows]), `(${key.join("; ")})`];
}

function notRunLines({ notRun = [] }: EvaluatedRun): string[] {
  return notRun.length > 0 ? ["", ...notRunSentences(notRun)] : [];
}

function column({ role, scale }: ArmSummary): string {
  return role === "scale" ? `x${scale}` : role;
}

function cell(arms: readonly ArmSummary[], controls: readonly ControlSummary[]): string {
  const [arm] = arms;
  if (!arm) return "";
  const control = controls.find(({ role, profile }) => role === arm.role && profile === arm.profile);
  const less = control?.advantage && isBeyond(control) ? "<" : " ";
  if (control && isDrawn(control.role)) {
    return `${points(control.meanDifference)} (${control.nAtLeastProfile} of ${control.arms.length})${less}`;
  }
  return `${points(arm.comparison!.difference)}${isShown(arm) ? "*" : " "}${control ? less : ""}`;
}

function commonest({ commonestAnswer: { completion, share } }: ArmSummary): string {
  return `${JSON.stringify(completion)} ${hundredths(share)}`;
}
