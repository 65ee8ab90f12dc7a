import { askInRounds, endedEarly } from "../../../../lib/evaluate/controls/rounds";
import type { ControlArm } from "../../../../lib/evaluate/controls/control-arm";
import type { DrawnControl } from "../../../../lib/evaluate/controls/drawn";
import { hundred, outcome, plannedArm } from "../outcome";

/** How many of 100 questions each draw gets right, by kind and profile; what of them is asked, round by round. */
async function asked(
  right: Record<string, number[]>,
  gaining: string[],
  profiles: Record<string, number>,
  { beside = [] as readonly ControlArm[], early = false } = {},
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
  const ask: Parameters<typeof askInRounds>[3] = (arms) => {
    rounds.push(arms.map(({ steered }) => steered.name));
    const answered = arms.map(({ role, profile, steered: { name } }) => {
      const [, , i] = name.split(" ");
      return outcome(plannedArm(name, { role, profile }), hundred(right[`${role} ${profile}`]?.[Number(i)] ?? 0));
    });
    return Promise.resolve(answered);
  };
  const found = await askInRounds(outcomes, gaining, drawn, ask, beside);
  expect(found.map(({ arm }) => arm.name)).toEqual(rounds.flat());
  expect(endedEarly(outcomes, gaining, found)).toBe(early);
  return rounds.map((names) => names.length);
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
