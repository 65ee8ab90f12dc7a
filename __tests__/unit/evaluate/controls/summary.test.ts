import type { PlannedArm } from "../../../../lib/evaluate/arms";
import { summarizeControls } from "../../../../lib/evaluate/controls/summary";
import type { NotRun } from "../../../../lib/evaluate/not-run";
import { summarizeArms } from "../../../../lib/evaluate/summary";
import { clustersOf } from "../../../../lib/statistics/clusters";
import { midPMcNemar, pairedDifferenceInterval } from "../../../../lib/statistics/paired";
import { type Answer, hundred, outcome, plannedArm } from "../outcome";

const MEASURE = { metric: "accuracy", seed: 1 } as const;
const named = (role: PlannedArm["role"], profile: string | null, i = "") =>
  plannedArm(`${role}-${profile ?? ""}${i}`, { role, profile });

async function controlsOf(arms: [PlannedArm, Answer[]][], clusters?: string[], notRun: readonly NotRun[] = []) {
  const outcomes = [
    outcome(plannedArm("baseline"), hundred(10)),
    ...arms.map(([arm, answers]) => outcome(arm, answers)),
  ];
  const summaries = await summarizeArms(outcomes, [], MEASURE);
  return summarizeControls(summaries, outcomes, { ...MEASURE, clusters: clusters && clustersOf(clusters), notRun });
}

const A: [PlannedArm, Answer[]] = [plannedArm("A"), hundred(40)];
const B: [PlannedArm, Answer[]] = [plannedArm("B"), hundred(30)];

describe("profiles beside their controls", () => {
  it("are compared with one arm as arms are, an instruction's with each of them", async () => {
    const found = await controlsOf([
      A,
      B,
      [named("sign-flipped", "A"), hundred(5)],
      [named("prompt-only", null), hundred(28)],
    ]);
    expect(found.map(({ role, profile }) => [role, profile])).toEqual([
      ["sign-flipped", "A"],
      ["prompt-only", "A"],
      ["prompt-only", "B"],
    ]);
    const [flipped, ofA, ofB] = found;
    const counts = { n: 100, better: 12, worse: 0 };
    const pValue = midPMcNemar(counts);
    expect(ofA!.advantage).toEqual({
      ...{ difference: 0.12, interval: pairedDifferenceInterval(counts), test: "mid-p McNemar" },
      ...{ pValue, adjustedP: 2 * pValue },
    });
    expect(ofB!.advantage!.adjustedP).toBe(ofB!.advantage!.pValue); // the larger of the two
    expect(flipped!.advantage!.adjustedP).toBe(flipped!.advantage!.pValue); // alone of its kind
    expect(found.map(({ rank }) => rank)).toEqual([undefined, undefined, undefined]);
  });

  it("are adjusted for those of which the control was left out, as for tests that find nothing", async () => {
    const one: [PlannedArm, Answer[]][] = [A, B, [named("mean-difference", "A"), hundred(20)]];
    const leftOut: NotRun = { control: "mean-difference", profile: "B", because: "no gain" };
    const advantage = async (notRun: NotRun[]) => (await controlsOf(one, undefined, notRun))[0]!.advantage!;
    const { pValue } = await advantage([]);
    expect((await advantage([])).adjustedP).toBe(pValue);
    expect((await advantage([leftOut])).adjustedP).toBe(2 * pValue);
    expect((await advantage([{ ...leftOut, control: "sign-flipped" }])).adjustedP).toBe(pValue);
    expect((await advantage([{ ...leftOut, profile: null }])).adjustedP).toBe(pValue);
  });

  it("are compared with the mean of draws on each question", async () => {
    const [found] = await controlsOf([
      A,
      [named("random", "A", "-1"), hundred(10)],
      [named("random", "A", "-2"), hundred(20)],
      [named("random", "A", "-3"), hundred(36)],
    ]);
    expect(found).toMatchObject({ meanDifference: 0.12, range: [0, 0.26], nAtLeastProfile: 0, nInInterval: 1 });
    expect(found!.advantage).toMatchObject({ difference: expect.closeTo(0.18, 12), test: "paired permutation" });
    expect(found!.rank).toEqual({ p: 0.25, adjustedP: 0.25 });
    // Three draws so far apart say little of others: t is 4.3 with 2 degrees of freedom.
    expect(found!.advantage!.interval[0]).toBeLessThan(0.18 - 4.3 * (0.13 / Math.sqrt(3)));
    expect(found!.advantage!.pValue).toBeLessThan(0.001);
  });

  it("are compared by cluster where there are clusters", async () => {
    const arms: [PlannedArm, Answer[]][] = [A, [named("mean-difference", "A"), hundred(20)]];
    const clusters = Array.from({ length: 100 }, (_, i) => `of ${Math.floor(i / 10)}`);
    const advantage = async (labels?: string[]) => (await controlsOf(arms, labels))[0]!.advantage!;
    const [alone, together] = [await advantage(), await advantage(clusters)];
    expect(together.test).toBe("paired permutation by cluster");
    expect(together.pValue).toBe(0.5); // two clusters change, both for the better
    expect(together.interval[0]).toBeLessThan(alone.interval[0]);
  });

  it("are none where they steer as another one does", async () => {
    const same: [PlannedArm, Answer[]] = [plannedArm("B", { sameAs: "A" }), hundred(40)];
    const found = await controlsOf([A, same, [named("prompt-only", null), hundred(20)]]);
    expect(found.map(({ profile }) => profile)).toEqual(["A"]);
  });
});
