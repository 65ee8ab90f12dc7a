import { evaluationLines } from "../../../lib/cli/evaluation-table";
import { type PlannedArm } from "../../../lib/evaluate/arms";
import { summarizeControls } from "../../../lib/evaluate/controls/summary";
import type { EvaluatedRun } from "../../../lib/evaluate/evaluate";
import { summarizeArms } from "../../../lib/evaluate/summary";
import { hundred, outcome, plannedArm } from "../evaluate/outcome";

/** The lines of an evaluation of 100 questions: arms, and how many of the questions each gets right. */
async function lines(...planned: [arm: PlannedArm, correct: number][]): Promise<string[]> {
  const outcomes = planned.map(([arm, correct]) => outcome(arm, hundred(correct)));
  const measure = { metric: "accuracy", seed: 1 } as const;
  const arms = await summarizeArms(outcomes, [], measure);
  const controls = await summarizeControls(arms, outcomes, measure);
  const evaluation = { metric: "accuracy", arms, controls, significance: null, n: 100 };
  const facts = { headline: "The headline.", warnings: [], questions: null, runDir: "run" };
  return evaluationLines({ ...evaluation, ...facts } as unknown as EvaluatedRun).map((line) =>
    line.replaceAll(/ +/g, " "),
  );
}

const BASELINE = plannedArm("baseline");
const A = plannedArm("A");

it("gives profiles a row each, what was run in their place a column, and one sentence on chance", async () => {
  const printed = await lines(
    [BASELINE, 10],
    [A, 40],
    [plannedArm("B"), 11],
    [plannedArm("baseline-constrained", { role: "constrained", profile: null }), 30],
    [plannedArm("A-constrained", { role: "constrained", profile: "A", comparedWith: "baseline-constrained" }), 31],
    [plannedArm("A@2", { role: "scale", profile: "A", scale: 2 }), 50],
    [plannedArm("random-A-1", { role: "random", profile: "A" }), 12],
    [plannedArm("random-A-2", { role: "random", profile: "A" }), 40],
  );

  expect(printed.map((line) => line.split(" ")[0])).toEqual(
    ["arm", "baseline", "A", "B", "baseline-constrained", "", "difference", "A", "B"].concat(
      ["(*:", "", "The", "The", "Questions:", "Details:"], // headline, then the missing null
    ),
  );
  expect(printed[6]).toBe("difference of constrained x2 random");
  expect(printed[7]!.trim()).toBe("A +1.0 +40.0* +16.0 (1 of 2)");
  expect(printed[8]!.trim()).toBe("B");
});

it("leaves out the table of what was run in their place where nothing was", async () => {
  expect((await lines([BASELINE, 10], [A, 40])).filter((line) => /^(difference|\(\*)/.test(line))).toEqual([]);
});

it("says below what was left out, and why", () => {
  const notRun = [{ control: "random", profile: null, because: "no gain" }];
  const facts = {
    metric: "accuracy",
    arms: [],
    controls: [],
    significance: null,
    n: 100,
    questions: null,
    runDir: "run",
  };
  const printed = evaluationLines({
    ...facts,
    notRun,
    headline: "The headline.",
    warnings: [],
  } as unknown as EvaluatedRun);
  expect(printed.slice(1, 5)).toEqual(["", "Not run, as no profile gains: random.", "", "The headline."]);
});

it("marks what the profile is shown to gain more than", async () => {
  const draw = (role: "random" | "shuffled", i: number, correct: number): [PlannedArm, number] => [
    plannedArm(`${role}-A-${i}`, { role, profile: "A" }),
    correct,
  ];
  const draws = Array.from({ length: 19 }, (_, i) => i);
  const printed = await lines(
    [BASELINE, 10],
    [A, 40],
    [plannedArm("sign-flipped-A", { role: "sign-flipped", profile: "A" }), 10],
    [plannedArm("mean-difference-A", { role: "mean-difference", profile: "A" }), 39],
    ...draws.map((i) => draw("random", i, 11)),
    ...draws.map((i) => draw("shuffled", i, i === 7 ? 40 : 11)),
  );

  expect(printed[4]).toBe("difference of sign-flipped mean-difference random shuffled");
  expect(printed[5]!.trim()).toBe("A 0.0 < +29.0* +1.0 (0 of 19)< +2.5 (1 of 19)");
  expect(printed[6]).toContain("<: the profile is shown to gain more");
});
