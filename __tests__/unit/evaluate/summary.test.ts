import { evaluation as evaluationSchema } from "../../../lib/evaluate/evaluation";
import { summarizeArms } from "../../../lib/evaluate/summary";
import { metricOf } from "../../../lib/evaluate/compare";
import { hundred, outcome, plannedArm, type Answer } from "./outcome";

const BASELINE = plannedArm("baseline");
const A = plannedArm("A");
const answers = (...scores: number[]): Answer[] => scores.map((score) => ({ score }));
const sample = (i: number, group?: string, expected = "A") => ({
  id: `q${i}`,
  prompt: "?",
  expected,
  ...(group !== undefined && { group }),
});

async function summarize(baseline: Answer[], arm: Answer[], samples = baseline.map((_, i) => sample(i))) {
  const outcomes = [outcome(BASELINE, baseline), outcome(A, arm)];
  return (await summarizeArms(outcomes, samples, { metric: metricOf(outcomes), seed: 1 }))[1]!;
}

describe("the summary of an arm", () => {
  it("has p = 1 where it is the same as the arm that it is compared with, whatever that one's own p", async () => {
    const held = (name: string, changes = {}) => plannedArm(name, { role: "constrained", ...changes });
    const empty = { sameAs: "baseline-constrained", comparedWith: "baseline-constrained" };
    const [, reference, same] = await summarizeArms(
      [
        outcome(BASELINE, hundred(10)),
        outcome(held("baseline-constrained"), hundred(40)),
        outcome(held("P-constrained", empty), hundred(40)),
      ],
      [],
      { metric: "accuracy", seed: 1 },
    );
    expect(reference!.comparison!.adjustedP).toBeLessThan(1e-6);
    expect(same!.comparison).toMatchObject({ difference: 0, pValue: 1, adjustedP: 1 });
  });

  it("counts what became of answers: text or score has to differ", async () => {
    const before = [
      { score: 1, completion: "A" },
      { score: 0, completion: "B" },
      { score: 0, completion: "C" },
      { score: 1, completion: "A." },
      { score: 0, completion: "same" },
    ];
    const after = [
      { score: 0, completion: "B" },
      { score: 1, completion: "A" },
      { score: 0, completion: "D" },
      { score: 1, completion: "A" },
      { score: 0, completion: "same" },
    ];
    const { comparison } = await summarize(before, after);
    expect(comparison!.changes).toEqual({
      rightToWrong: 1,
      wrongToRight: 1,
      wrongToOtherWrong: 1,
      rightToOtherRight: 1,
    });
    expect(comparison!.sideEffects).toEqual({ changed: 4, worse: 1, better: 1, ofChanged: 1 / 4, ofRescored: 1 / 2 });
  });

  it("tests scores between 0 and 1 by permutation, and says so", async () => {
    const graded = await summarize(answers(0.5, 0.25, 0, 0, 1), answers(1, 0.5, 0.125, 0, 0.25));
    expect(graded.comparison).toMatchObject({
      test: "paired permutation",
      difference: (0.5 + 0.25 + 0.125 - 0.75) / 5,
    });
    expect(graded.comparison!.interval).toEqual(graded.comparison!.bootstrapInterval);
    expect(graded).toMatchObject({ correct: 4, accuracy: 0.8, meanScore: 0.375 });
    // no change of signs of 0.5, 0.25, 0.125 and 0.75 has a sum nearer to 0 than 0.125
    expect(graded.comparison!.pValue).toBe(1);
    expect((await summarize(answers(0, 1, 0), answers(1, 1, 0))).comparison!.test).toBe("mid-p McNemar");
  });

  it.each([
    [1, [0], [1]],
    [2, [0, 1], [1, 1]],
    [3, [1, 1, 1], [1, 1, 1]],
    [2, [0.5, 0.5], [0.5, 0.5]],
  ])("is finite for %i answers, ties and all", async (n, before, after) => {
    const { meanScore, interval, comparison } = await summarize(answers(...before), answers(...after));
    const { pValue, adjustedP, bootstrapInterval } = comparison!;
    expect(n).toBe(after.length);
    for (const value of [meanScore, ...interval, pValue, adjustedP, ...bootstrapInterval]) {
      expect(Number.isFinite(value)).toBe(true);
    }
    if (String(before) === String(after)) expect(pValue).toBe(1);
  });

  it("has the score of each category, of one member too, and none where samples have none", async () => {
    const samples = [sample(0, "b"), sample(1, "a"), sample(2, "b"), sample(3)];
    const { groups } = await summarize(answers(0, 1, 1, 1), answers(1, 0, 1, 1), samples);
    expect(groups).toEqual([
      { group: "a", n: 1, meanScore: 0, difference: -1 },
      { group: "b", n: 2, meanScore: 1, difference: 0.5 },
    ]);
    expect((await summarize(answers(0, 1), answers(1, 1))).groups).toEqual([]);
  });

  it("counts refusals of safe questions, of a task that has safe and unsafe ones only", async () => {
    const samples = [sample(0, "", "safe"), sample(1, "", "safe"), sample(2, "", "unsafe")];
    const scores = [answers(1, 1, 1), answers(1, 0, 0)] as const;
    expect((await summarize(...scores, samples)).overRefusal).toEqual({ n: 2, refused: 1, share: 0.5 });
    expect((await summarize(...scores)).overRefusal).toBeNull();
  });

  it("adjusts p over the arms of one role and reference, and not over arms that are the same", async () => {
    const names = ["S", "A", "P"];
    const outcomes = [
      outcome(BASELINE, hundred(10)),
      ...names.map((name) => outcome(plannedArm(name), hundred(16))),
      outcome(plannedArm("P+", { sameAs: "P" }), hundred(16)),
      outcome(plannedArm("A@2", { role: "scale", scale: 2 }), hundred(16)),
    ];
    const arms = await summarizeArms(outcomes, [], { metric: "accuracy", seed: 1 });
    const p = arms.map(({ comparison }) => comparison?.adjustedP);
    expect(p.map((value) => value?.toPrecision(6))).toEqual(
      [undefined, ...Array<number>(4).fill(3 * 2 ** -6), 2 ** -6].map((value) => value?.toPrecision(6)),
    );
  });

  it("fits the form of evaluation.json", async () => {
    const arm = await summarize(answers(0, 0.5), answers(1, 1));
    expect(evaluationSchema.shape.arms.parse([arm])).toEqual([arm]);
  });
});
