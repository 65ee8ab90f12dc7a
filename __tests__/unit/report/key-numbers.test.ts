import type { ArmSummary, Evaluation, NullSummary } from "../../../lib/evaluate/evaluation";
import { keyNumbers } from "../../../lib/report/sections/key-numbers";

const comparison = {
  with: "baseline",
  difference: 0.2,
  interval: [0.1, 0.3],
  adjustedP: 0.0004,
  test: "mid-p McNemar",
};
const BASELINE = { name: "baseline", role: "baseline", meanScore: 0.3, n: 1200, comparison: null };
const A = { ...BASELINE, name: "A", role: "profile", meanScore: 0.5, comparison } as unknown as ArmSummary;
const evaluation = (more: Partial<Evaluation> = {}) =>
  ({ arms: [BASELINE, A], metric: "accuracy", n: 1200, significance: null, ...more }) as Evaluation;

/** Values and what they are, in their order. */
function told(of: Evaluation, subject: string | null): string[][] {
  const { text } = keyNumbers(of, subject);
  return [...text.matchAll(/<dt>(.*?)<\/dt>\s*<dd>(.*?)<\/dd>/g)].map(([, is, value]) =>
    [value!, is!].map((part) => part.replaceAll("\u00a0", " ")),
  );
}

it("are score, difference and p of the profile that the headline is about", () => {
  expect(told(evaluation(), "A")).toEqual([
    ["30.0 → 50.0 %", "accuracy, baseline to A"],
    ["+20.0", "points, from +10.0 to +30.0 (95 %)"],
    ["p &lt; 0.001", "mid-p McNemar, 1,200 questions"],
  ]);
});

it("have the interval that the headline has", () => {
  const picked = { ...A, comparison: { ...comparison, simultaneousInterval: [0.05, 0.35] } } as unknown as ArmSummary;
  const [, difference] = told(evaluation({ arms: [BASELINE as ArmSummary, picked] }), "A");
  expect(difference).toEqual(["+20.0", "points, from +5.0 to +35.0 (95 %)"]);
});

it("are what there is where nothing is steered", () => {
  const significance = { nSurvivors: 0 } as NullSummary;

  expect(told(evaluation({ significance }), null)).toEqual([
    ["30.0 %", "accuracy without steering"],
    ["0", "features beyond chance"],
    ["1,200", "questions"],
  ]);
  expect(told(evaluation(), null)).toHaveLength(2);
});
