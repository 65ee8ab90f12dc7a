import { hundredths, points } from "../evaluate/wording";
import type { ArmAcrossRuns, RunComparison, RunGroup } from "../report/compare/compare";
import { overlapText } from "../report/compare/overlap";
import type { Spread } from "../report/compare/spread";
import { table } from "./output";

/** Runs side by side: a table for each group of runs that differ in the seed alone. */
export function comparisonLines({ groups }: RunComparison): string[] {
  return groups.flatMap((group, i) => [...(i > 0 ? [""] : []), ...groupLines(group)]);
}

function groupLines({ facts, runs, selectedOn, arms }: RunGroup): string[] {
  const several = runs.length > 1;
  const { task, model, ...others } = facts;
  const of = { task, model, [several ? "runs" : "run"]: runs.map(({ name }) => name).join(" "), ...others };
  const label = Object.entries(of).map(([name, value]) => `${name} ${value}`);
  const header = [
    "arm",
    "score",
    ...(several ? ["sd"] : []),
    "difference",
    ...(several ? ["sd", "shown in"] : ["shown"]),
  ];
  const rows = arms.map((arm) => [
    arm.name,
    hundredths(arm.score.mean),
    ...(several ? [sd(arm.score)] : []),
    arm.difference ? points(arm.difference.mean) : "",
    ...(several ? [arm.difference ? sd(arm.difference) : ""] : []),
    shown(arm, runs.length),
  ]);
  return [
    `${label.join(", ")}; ${several ? "seeds" : "seed"} ${runs.map(({ seed }) => seed).join(", ")}`,
    ...table([header, ...rows]),
    ...(several ? [overlapText(selectedOn)] : []),
  ];
}

function shown({ nShown }: ArmAcrossRuns, nRuns: number): string {
  if (nShown === null) return "";
  if (nRuns === 1) return nShown === 1 ? "yes" : "no";
  return `${nShown} of ${nRuns}`;
}

function sd({ sd }: Spread): string {
  return sd === null ? "" : hundredths(sd);
}
