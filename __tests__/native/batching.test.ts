import { withoutEnd } from "../../bench/generate";
import type { Branch } from "../../lib/model/branch";
import type { Engine, RunResult } from "../../lib/model/engine";
import { createSteering } from "../../lib/steering/create-steering";
import { nmse, randomTokens, randomVector, runOne, spool, withEngine } from "./models";

const exact = { kvType: "f32", contextTokens: 1024 } as const;
const prompt = randomTokens(21, 40);

function candidate(i: number) {
  return { maxTokens: 6, steering: createSteering([{ layer: (i % 5) - 1, vector: randomVector(i, 1 + (i % 3)) }]) };
}

test.each([2, 7, 40])("%d forked candidates give the tokens of as many separate runs", async (k) => {
  const branches = Array.from({ length: k }, (_, i) => candidate(i));
  const forked = await withEngine({ ...exact, maxSequences: 12 }, (engine) => engine.run({ prompt, branches }));
  await withEngine(exact, async (engine) => {
    for (const [i, branch] of branches.entries())
      expect(forked.branches[i]!.tokens).toEqual((await runOne(engine, prompt, branch)).tokens);
  });
});

test("a shared prefix gives what a fresh engine gives, and is counted", async () => {
  const header = randomTokens(1, 60);
  const prompts = [2, 3, 4, 5].map((seed) => Int32Array.from([...header, ...randomTokens(seed, 12)]));
  const branch = { maxTokens: 8, logits: "generated" } as const;
  await withEngine(exact, async (engine) => {
    const together = await Promise.all(prompts.map((each) => engine.run({ prompt: each, branches: [branch] })));
    const later = await engine.run({ prompt: prompts[0]!, branches: [branch] });
    const again = await engine.run({ prompt: prompts[0]!, branches: [branch] });

    expect(together.map((result) => result.sharedTokens)).toEqual([0, 60, 60, 60]);
    expect(later.sharedTokens).toBe(60); // with the run that ended last
    expect(again.sharedTokens).toBe(prompts[0]!.length - 1);
    expect(engine.statistics().sharedTokens).toBe(3 * 60 + later.sharedTokens + again.sharedTokens);
    for (const [i, each] of prompts.entries()) {
      const fresh = await withEngine(exact, (other) => runOne(other, each, branch));
      expect(together[i]!.branches[0]!.tokens).toEqual(fresh.tokens);
      expect(nmse(together[i]!.branches[0]!.logits, fresh.logits)).toBeLessThanOrEqual(1e-9);
    }
  });
});

test("a prefix is not taken from a sequence whose sliding window has left it", async () => {
  // gemma3's window is 16: of a sequence that has passed it, llama.cpp writes over the cells as it needs them.
  const branch = { maxTokens: 4, logits: "generated" } as const;
  const long = randomTokens(1, 120);
  const fresh = (tokens: Int32Array) =>
    withEngine({ ...exact, model: "gemma3" }, (other) => runOne(other, tokens, branch));
  await withEngine({ ...exact, model: "gemma3", contextTokens: 256 }, async (engine) => {
    // The short run's cells are before the long one's, and free when that ends and stays resident.
    await Promise.all([runOne(engine, randomTokens(2, 20), { maxTokens: 1 }), runOne(engine, long, branch)]);
    const end = Int32Array.from([...long, 65]);
    const atEnd = await engine.run({ prompt: end, branches: [branch] });
    expect(atEnd.sharedTokens).toBe(120);
    expect(nmse(atEnd.branches[0]!.logits, (await fresh(end)).logits)).toBeLessThanOrEqual(1e-9);

    // This one shares a little, and writes over what the window has left behind that.
    const writing = Int32Array.from([...long.slice(0, 20), ...randomTokens(4, 60)]);
    const tokens = Int32Array.from([...long.slice(0, 45), ...randomTokens(5, 10)]);
    let during: Promise<RunResult> | undefined;
    const onTokens = () => void (during ??= engine.run({ prompt: tokens, branches: [branch] }));
    expect((await engine.run({ prompt: writing, branches: [{ maxTokens: 20 }] }, { onTokens })).sharedTokens).toBe(20);
    const result = await during!;
    // How much the resident still holds when this is admitted is a matter of time; what comes out is not.
    expect([20, 45]).toContain(result.sharedTokens);
    expect(nmse(result.branches[0]!.logits, (await fresh(tokens)).logits)).toBeLessThanOrEqual(1e-9);
  });
});

test("runs that don't fit at once wait for each other, and all finish", async () => {
  await withEngine({ kvType: "f32", contextTokens: 256, maxSequences: 4, batchTokens: 32 }, async (engine) => {
    expect(engine.contextTokens).toBe(256);
    const runs = Array.from({ length: 30 }, (_, i) => ({
      prompt: randomTokens(i % 7, 20 + ((i * 13) % 180)),
      branches: i % 3 === 0 ? [candidate(i), candidate(i + 1), { maxTokens: 20 }] : [{ maxTokens: 1 + (i % 50) }],
    }));
    const results = await Promise.all(runs.map((run) => engine.run(run)));
    for (const i of [0, 4, 17, 29]) {
      const alone = await withEngine(exact, (other) => other.run(runs[i]!));
      results[i]!.branches.forEach((branch, j) => expect(branch.tokens).toEqual(alone.branches[j]!.tokens));
    }
  });
});

test("a run that is put back for want of cells gives what it gives alone, rows and receipts once", async () => {
  const prompts = [0, 1, 2, 3].map((i) => randomTokens(i, 20));
  const rows = spool(64, [-1, 2]);
  const branch = ({ model }: Engine, i: number, slot: number): Branch => ({
    ...{
      maxTokens: 100,
      sampling: { logitBias: withoutEnd(model.info) },
      logits: "generated",
      steering: candidate(i).steering,
    },
    capture: { spool: rows, slot, positions: i % 2 ? "all" : "generated" },
  });
  const alone = await withEngine(exact, (engine) =>
    Promise.all(prompts.map((prompt, i) => runOne(engine, prompt, branch(engine, i, 4 + i)))),
  );
  await withEngine({ ...exact, contextTokens: 256 }, async (engine) => {
    const requests = prompts.map((prompt, i) => ({ prompt, branches: [branch(engine, i, i)] }));
    const results = await Promise.all(engine.runTogether(requests));
    expect(engine.statistics().decodedTokens).toBeGreaterThan(4 * 119); // some were decoded twice
    for (const [i, { branches }] of results.entries()) {
      const { logits, receipt, tokens } = branches[0]!;
      expect({ tokens, rows: receipt[0]!.rows }).toEqual({ tokens: alone[i]!.tokens, rows: 100 });
      expect(nmse(logits, alone[i]!.logits)).toBeLessThanOrEqual(1e-9);
      for (const layer of [-1, 2]) {
        expect(nmse(await rows.rows(layer, i), await rows.rows(layer, 4 + i))).toBeLessThanOrEqual(1e-9);
      }
    }
  });
  await rows.dispose();
});

test("a context that is full ends the answer, and one token more is refused", async () => {
  await withEngine({ contextTokens: 256, maxSequences: 2 }, async (engine) => {
    const sampling = { temperature: 1, seed: 1 };
    const full = await runOne(engine, randomTokens(3, 250), { maxTokens: 1000, sampling });
    expect(full.tokens.length).toBeLessThanOrEqual(7);
    expect((await runOne(engine, randomTokens(3, 256), { maxTokens: 9, sampling })).tokens.length).toBeLessThanOrEqual(
      1,
    );
    await expect(runOne(engine, randomTokens(3, 257), { maxTokens: 1 })).rejects.toMatchObject({
      code: "ERR_CONTEXT_FULL",
      details: { nTokens: 257, nCtx: 256 },
    });
    await runOne(engine, randomTokens(4, 200), { maxTokens: 1 });
  });
});

test.each([
  [{ maxSequences: 1 }, "ERR_OUT_OF_RANGE"],
  [{ maxSequences: 257 }, "ERR_OUT_OF_RANGE"],
  [{ batchTokens: 0 }, "ERR_OUT_OF_RANGE"],
  [{ microBatchTokens: 0 }, "ERR_OUT_OF_RANGE"],
  [{ contextTokens: 0 }, "ERR_OUT_OF_RANGE"],
  [{ contextTokens: 2 ** 24 + 1 }, "ERR_OUT_OF_RANGE"],
  [{ contextTokens: 2 ** 31 - 1 }, "ERR_OUT_OF_RANGE"],
  [{ threads: 0 }, "ERR_OUT_OF_RANGE"],
])("refuses an engine of %p", async (options, code) => {
  await expect(withEngine(options, () => Promise.resolve())).rejects.toMatchObject({ code });
});

test.each([
  { batchTokens: 1, microBatchTokens: 1 },
  { batchTokens: 3, microBatchTokens: 1000 },
  { batchTokens: 2 ** 20, contextTokens: 300 },
  { maxSequences: 256 },
  { maxSequences: 2 },
  { threads: 2 },
  { kvType: "f16" as const },
  { kvType: "bf16" as const },
])("runs with %p", async (options) => {
  await withEngine(options, async (engine) => {
    expect((await runOne(engine, prompt, { ...candidate(1), maxTokens: 3 })).receipt[0]!.rows).toBeGreaterThan(0);
  });
});

test("refuses a cache type that the model's heads don't fit", async () => {
  await expect(withEngine({ kvType: "q8_0" }, () => Promise.resolve())).rejects.toMatchObject({
    code: "ERR_INVALID_ARGUMENT",
    message: expect.stringMatching(/^kvType: .*"q8_0"\. .*n_embd_head/) as string,
    details: { name: "kvType", actual: "q8_0" },
  });
});
