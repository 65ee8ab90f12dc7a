import { askInRounds, endedEarly, roundsFor } from "../../../../lib/evaluate/controls/rounds";
import type { ControlArm } from "../../../../lib/evaluate/controls/control-arm";
import type { DrawnControl } from "../../../../lib/evaluate/controls/drawn";
import { rankP } from "../../../../lib/statistics/draw-rank";
import { seededRandom } from "../../../../lib/statistics/random";
import { hundred, outcome, plannedArm } from "../outcome";

/** How many of 100 questions each draw gets right, by kind and profile; what of them is asked, round by round. */
async function asked(
  right: Record<string, number[]>,
  gaining: string[],
  profiles: Record<string, number>,
  { beside = [] as readonly ControlArm[], early = false, maxTokens = 1 } = {},
) {
  const drawn = Object.keys(right).map((key): DrawnControl => {
    const [role, profile] = key.split(" ") as [DrawnControl["role"], string];
    const arm = (i: number) => ({ role, profile, steered: { name: `${key} ${i}` } }) as ControlArm;
    const all = right[key]!.map((_, i) => arm(i));
    return { role, profile, draw: (from, to) => Promise.resolve(all.slice(from, to)) };
  });
  const rounds: string[][] = [];
  const outcomes = [
    outcome(plannedArm("baseline"), hundred(10)),
    ...Object.entries(profiles).map(([name, correct]) => outcome(plannedArm(name), hundred(correct))),
  ];
  const ask: Parameters<typeof askInRounds>[4] = (arms) => {
    rounds.push(arms.map(({ steered }) => steered.name));
    const answered = arms.map(({ role, profile, steered: { name } }) => {
      const [, , i] = name.split(" ");
      return outcome(plannedArm(name, { role, profile }), hundred(right[`${role} ${profile}`]?.[Number(i)] ?? 0));
    });
    return Promise.resolve(answered);
  };
  const found = await askInRounds(roundsFor({ maxTokens }), outcomes, gaining, drawn, ask, beside);
  expect(found.map(({ arm }) => arm.name)).toEqual(rounds.flat());
  expect(endedEarly(outcomes, gaining, found)).toBe(early);
  return rounds.map((names) => names.length);
}

/** How many draws of one profile are asked. */
async function nAsked(draws: readonly number[], value: number, maxTokens: number): Promise<number> {
  const arms = draws.map((_, i) => ({ role: "random", profile: "A", steered: { name: `${i}` } }) as ControlArm);
  const drawn = { role: "random", profile: "A", draw: (from: number, to: number) => Promise.resolve(arms.slice(from, to)) } as const; // prettier-ignore
  const answered = (name: string, changes: object, score: number) => outcome(plannedArm(name, changes), [{ score }]);
  const found = await askInRounds(
    roundsFor({ maxTokens }),
    [answered("A", {}, value)],
    ["A"],
    [drawn],
    (some) =>
    Promise.resolve(some.map(({ role, profile, steered: { name } }) => answered(name, { role, profile }, draws[Number(name)]!))), // prettier-ignore
  );
  return found.length;
}

const low = Array.from({ length: 19 }, (_, i) => 10 + (i % 5));
const reached = (at: number) => low.map((right, i) => (i === at ? 40 : right));

describe("draws of controls, asked in rounds", () => {
  it("are not asked where no profile gains", async () => {
    expect(await asked({ "random A": low }, [], { A: 40 })).toEqual([]);
  });

  it("are all asked while none does as much, of each kind", async () => {
    expect(await asked({ "random A": low, "shuffled A": low }, ["A"], { A: 40 })).toEqual([8, 30]);
  });

  it("end with the round in which one does as much", async () => {
    expect(await asked({ "random A": reached(2), "shuffled A": low }, ["A"], { A: 40 }, { early: true })).toEqual([8]);
    expect(await asked({ "random A": reached(4), "shuffled A": low }, ["A"], { A: 40 })).toEqual([8, 30]);
  });

  it("are fewer at a time where answers are long", async () => {
    const long = { maxTokens: 128 };
    expect(await asked({ "random A": low, "shuffled A": low }, ["A"], { A: 40 }, long)).toEqual([4, 8, 26]);
    expect(await asked({ "random A": reached(1) }, ["A"], { A: 40 }, { ...long, early: true })).toEqual([2]);
    expect(await asked({ "random A": reached(4) }, ["A"], { A: 40 }, { ...long, early: true })).toEqual([2, 4]);
  });

  it.each([1, 128])("show a profile that is like them to be better in 5 %% and less (%i tokens)", async (maxTokens) => {
    const random = seededRandom(7);
    const score = () => random(1001);
    const nTrials = 1000;
    let shown = 0;
    for (let trial = 0; trial < nTrials; trial++) {
      const value = score();
      const draws = Array.from({ length: 19 }, score);
      const rounds = await nAsked(draws, value, maxTokens);
      shown += Number(rankP({ value, draws: draws.slice(0, rounds) }) <= 0.05);
    }
    expect(shown / nTrials).toBeLessThan(0.05 + 2.58 * Math.sqrt((0.05 * 0.95) / nTrials));
    expect(shown / nTrials).toBeGreaterThan(0.02); // ties aside
  });

  it("are asked of all profiles as long as one is undecided", async () => {
    const draws = { "random A": reached(0), "random B": low };
    expect(await asked(draws, ["A"], { A: 40, B: 41 }, { early: true })).toEqual([8]);
    expect(await asked(draws, ["A", "B"], { A: 40, B: 90 })).toEqual([8, 30]);
  });

  it("have other controls of a profile beside them in the first round, or those alone", async () => {
    const beside = [{ role: "sign-flipped", profile: "A", steered: { name: "sign-flipped-A" } }] as ControlArm[];
    expect(await asked({ "random A": low }, ["A"], { A: 40 }, { beside })).toEqual([5, 15]);
    expect(await asked({}, ["A"], { A: 40 }, { beside })).toEqual([1]);
    expect(await asked({}, [], { A: 40 }, { beside })).toEqual([]);
  });

  it("are as many as there are to be had", async () => {
    expect(await asked({ "random A": low.slice(0, 3) }, ["A"], { A: 40 })).toEqual([3]);
  });
});
