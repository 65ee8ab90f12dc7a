import { createSteering } from "../../lib/steering/create-steering";
import type { Steering } from "../../lib/steering/steering";
import { nmse, randomTokens, randomVector, runOne, withEngine } from "./models";
import { exact, expectClose, forced, plus, prompt, readRows } from "./steering-rows";

const LAYER = 1;
const vector = randomVector(3, 2);
const steering = createSteering([{ layer: LAYER, vector }]);
const positions = Array.from({ length: prompt.length - 1 + forced.length }, (_, i) => i - prompt.length + 1);

test.each<[string, Steering, (position: number) => boolean]>([
  ["from the last prompt token on", steering, (t) => t >= 0],
  ["at [2, 5)", steering.within(2, 5), (t) => t >= 2 && t < 5],
  ["at [0, 1)", steering.within(0, 1), (t) => t === 0],
  ["from 4 on", steering.within(4), (t) => t >= 4],
  ["at [-3, 2)", steering.within(-3, 2), (t) => t >= -3 && t < 2],
  ["at [-3, -1)", steering.within(-3, -1), (t) => t >= -3 && t < -1],
  ["everywhere", steering.fromPrompt(), () => true],
  ["before the answer", steering.within(0, 1).fromPrompt(), (t) => t < 1],
  ["beyond the answer", steering.within(100, 200), () => false],
])("adds the vector to the rows %s, and to no other", async (_, acting, isSteered) => {
  await withEngine(exact, async (engine) => {
    const plain = await readRows(engine, {});
    const { at, result } = await readRows(engine, { steering: acting });

    for (const t of positions) {
      const before = plain.at(LAYER, t);
      // Nothing of an addition is in another row of its own layer.
      expectClose(at(LAYER, t), isSteered(t) ? plus(before, vector) : before);
      const reaches = positions.some((earlier) => earlier <= t && isSteered(earlier));
      expect(nmse(at(3, t), plain.at(3, t)) > 1e-6).toBe(reaches);
    }
    const [receipt] = result.receipt;
    expect(receipt).toMatchObject({ layer: LAYER, rows: positions.filter(isSteered).length, leftAlone: 0 });
  });
});

test("a window is where steering by hand, one position after another, puts it", async () => {
  const [from, to] = [3, 6];
  await withEngine(exact, async (engine) => {
    const branch = { forcedTokens: forced, logits: "generated", steering: steering.within(from, to) } as const;
    const { logits } = await runOne(engine, prompt, branch);
    const nVocab = logits.length / forced.length;
    for (let t = 0; t < forced.length; t++) {
      // A run of its own for each position: what was generated before is its prompt.
      const said = Int32Array.from([...prompt, ...forced.subarray(0, t)]);
      const window = from - t < to - t ? steering.within(from - t, to - t) : steering;
      const alone = await runOne(engine, said, { maxTokens: 0, logits: "generated", steering: window });
      expectClose(alone.logits, logits.slice(t * nVocab, (t + 1) * nVocab));
    }
  });
});

test.each(["llama", "gemma3", "gpt2"])(
  "branches of %s that steer the prompt differently fork where they begin",
  async (model) => {
    const arms = [undefined, steering, steering.within(-4, 2), steering.fromPrompt(), steering.within(-30)];
    const branchOf = (arm: Steering | undefined) => ({
      ...(arm && { steering: arm }),
      forcedTokens: forced,
      logits: "generated" as const,
    });
    await withEngine({ ...exact, model }, async (engine) => {
      const { branches } = await engine.run({ prompt, branches: arms.map(branchOf) });
      for (const [i, arm] of arms.entries()) {
        await withEngine({ ...exact, model }, async (fresh) =>
          expectClose(branches[i]!.logits, (await runOne(fresh, prompt, branchOf(arm))).logits),
        );
      }
      expect(branches.map(({ receipt }) => receipt[0]?.rows)).toEqual([
        undefined,
        forced.length,
        6,
        prompt.length - 1 + forced.length,
        prompt.length - 1 + forced.length,
      ]);
      // Nothing steered is left behind for others to share.
      const { branches: again } = await engine.run({ prompt, branches: [branchOf(undefined)] });
      expectClose(again[0]!.logits, branches[0]!.logits);
    });
  },
);

test("a baseline beside a steered fork is to the bit what it is beside another baseline", async () => {
  const branch = { forcedTokens: forced, logits: "generated" } as const;
  const beside = (other: object) =>
    withEngine(exact, async (engine) => (await engine.run({ prompt, branches: [branch, { ...branch, ...other }] })).branches[0]!.logits); // prettier-ignore
  const plain = await beside({});
  expect(await beside({ steering: steering.within(2, 5) })).toEqual(plain);
  expect(await beside({ steering: steering.when({ layer: 0, direction: vector, above: 1e9 }) })).toEqual(plain);
});

test("the prompt's log-probabilities are those of the steered prompt", async () => {
  await withEngine(exact, async (engine) => {
    const branch = { maxTokens: 0, promptLogProbabilities: 0, steering: steering.within(-3) };
    const { promptScores } = await runOne(engine, prompt, branch);
    const plain = await runOne(engine, prompt, { maxTokens: 0, promptLogProbabilities: 0 });
    const scores = [...promptScores!.logProbabilities];
    const before = [...plain.promptScores!.logProbabilities];
    expect(scores).toHaveLength(prompt.length - 1);
    const first = prompt.length - 4; // the first row that is steered says how likely the token after it is
    scores.forEach((score, i) => {
      if (i < first) expect(score).toBeCloseTo(before[i]!, 5);
      else expect(Math.abs(score - before[i]!)).toBeGreaterThan(1e-4);
    });
  });
});

test("a prompt that a branch steers for itself has to fit beside the trunk that the others share", async () => {
  await withEngine({ contextTokens: 256 }, async (engine) => {
    const long = randomTokens(5, 150);
    const branches = [{ maxTokens: 1 }, { maxTokens: 1, steering: steering.fromPrompt() }];
    await expect(engine.run({ prompt: long, branches })).rejects.toMatchObject({ code: "ERR_CONTEXT_FULL" });
    const alone = await engine.run({ prompt: long, branches: [branches[1]!] });
    expect(alone.branches[0]!.receipt[0]!.rows).toBe(150);
  });
});

test("answers in any number, some steering their prompts, are those of each alone", async () => {
  const arms = [undefined, steering.within(-5), steering.fromPrompt(), steering.within(1, 4), steering.scaled(-1)];
  const runs = Array.from({ length: 20 }, (_, i) => {
    const arm = arms[i % arms.length];
    const header = randomTokens(100 + (i % 2), 20);
    return {
      prompt: Int32Array.from([...header, ...randomTokens(i, 1 + (i % 9))]),
      branches: [{ maxTokens: 8, logits: "generated" as const, ...(arm && { steering: arm }) }],
    };
  });
  await withEngine({ ...exact, contextTokens: 256, batchTokens: 32, maxSequences: 8 }, async (engine) => {
    const together = await Promise.all(engine.runTogether(runs));
    for (const [i, run] of runs.entries()) {
      const alone = await withEngine(exact, (fresh) => fresh.run(run));
      expect([...together[i]!.branches[0]!.tokens]).toEqual([...alone.branches[0]!.tokens]);
      expectClose(together[i]!.branches[0]!.logits, alone.branches[0]!.logits);
      expect(together[i]!.branches[0]!.receipt[0]?.rows).toBe(alone.branches[0]!.receipt[0]?.rows);
    }
  });
});
