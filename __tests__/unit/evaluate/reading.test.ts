import { readDifference } from "../../../lib/evaluate/reading";
import { summarizeArms } from "../../../lib/evaluate/summary";
import { hundred, outcome, plannedArm } from "./outcome";

/** Of 1,000 questions: the first so many gain. */
const gaining = (count: number) => Array.from({ length: 1000 }, (_, i) => Number(i < count));
const half = gaining(500).map((value, i) => (i % 2 === 0 ? value : 0));

describe("the reading of a difference", () => {
  it.each([
    ["format", gaining(10)],
    ["both", half],
    ["knowledge", gaining(480)],
    ["unclear", gaining(170)], // about a third of 500
  ] as const)("is %s where all of the interval of what forcing leaves says so", (is, forced) => {
    const reading = readDifference(gaining(500), forced);
    expect(reading.is).toBe(is);
    expect(reading.interval![0]).toBeLessThan(reading.share);
    expect(reading.interval![1]).toBeGreaterThan(reading.share);
  });

  it("is the same for a loss", () => {
    const lost = (values: readonly number[]) => values.map((value) => 0 - value);
    expect(readDifference(lost(gaining(500)), lost(half))).toEqual(readDifference(gaining(500), half));
  });

  it("is of shown differences of profiles only, and of the answers with the choices forced on both", async () => {
    const held = (name: string) =>
      plannedArm(`${name}-constrained`, { role: "constrained", comparedWith: "baseline-constrained" });
    const outcomes = [
      outcome(plannedArm("baseline"), hundred(10)),
      outcome(plannedArm("A"), hundred(40)),
      outcome(plannedArm("S"), hundred(11)),
      outcome(plannedArm("A@2", { role: "scale" }), hundred(60)),
      outcome({ ...held("baseline"), comparedWith: "baseline" }, hundred(30)),
      outcome(held("A"), hundred(60)),
      outcome(held("S"), hundred(31)),
    ];
    const arms = await summarizeArms(outcomes, [], { metric: "accuracy", seed: 1 });
    expect(arms.filter(({ reading }) => reading).map(({ name }) => name)).toEqual(["A"]);
    expect(arms[1]!.reading!.share).toBeCloseTo(1, 12);
    expect(
      (await summarizeArms(outcomes.slice(0, 2), [], { metric: "accuracy", seed: 1 }))[1]!.reading,
    ).toBeUndefined();
  });
});
