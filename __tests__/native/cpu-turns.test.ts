import type { NativeColumns, NativeNullPlan } from "../../lib/native/addon";
import { loadAddon } from "../../lib/native/load";
import { Model } from "../../lib/model/model";
import { fixture, random, randomTokens, runOne } from "./models";

const addon = loadAddon();
const N = 1000;
const COLUMNS = 2000;

/** Columns of 20 activations each: a block of permutations takes about a millisecond. */
const next = random(1);
const columns: NativeColumns = {
  nSamples: N,
  offsets: Uint32Array.from({ length: COLUMNS + 1 }, (_, c) => 20 * c),
  samples: Uint32Array.from({ length: 20 * COLUMNS }, (_, i) => 50 * (i % 20) + Math.floor(50 * next())),
  values: Float32Array.from({ length: 20 * COLUMNS }, () => 1 + next()),
};

function plan(nPermutations: number): NativeNullPlan {
  const scores = Float64Array.from({ length: N }, () => Math.round(next()));
  return {
    scores,
    strata: new Uint32Array(),
    basis: new Float64Array(),
    clusters: new Uint32Array(),
    firstPermutation: 0,
    nPermutations,
    sign: "both",
    countExceeding: true,
    seed: 1,
    threads: 2,
  };
}

/** Permutations that go on for minutes, until they are stopped. */
function endless() {
  const cancel = addon.createCancel();
  const ended = addon.permutationNull(columns, plan(2e6), cancel).catch((error: unknown) => error);
  let goesOn = true;
  void ended.then(() => (goesOn = false));
  const stop = async () => {
    cancel.request();
    expect(await ended).toMatchObject({ code: "ERR_CANCELLED" });
  };
  return { goesOn: () => goesOn, stop };
}

test("tokens come while permutations go on, and an engine ends before they do", async () => {
  const model = await Model.load(fixture("llama").model);
  const permutations = endless();
  const engine = await model.createEngine({ threads: 2, contextTokens: 1024 });
  const forced = { forcedTokens: randomTokens(1, 20) };
  expect((await runOne(engine, randomTokens(2, 30), forced)).tokens).toHaveLength(20);
  const controller = new AbortController();
  const long = { prompt: randomTokens(3, 30), branches: [{ forcedTokens: randomTokens(4, 900) }] };
  const onTokens = () => controller.abort(new Error("enough"));
  await expect(engine.run(long, { signal: controller.signal, onTokens })).rejects.toThrow("enough");
  const running = expect(engine.run(long)).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  await model.dispose();
  await running;
  expect(permutations.goesOn()).toBe(true);
  await permutations.stop();
});

test("permutations end while an engine generates without end", async () => {
  const model = await Model.load(fixture("llama").model);
  const engine = await model.createEngine({ threads: 2, contextTokens: 1024 });
  let runs = 0;
  const again = async (): Promise<never> => {
    for (;;) {
      await runOne(engine, randomTokens(runs, 30), { maxTokens: 50, sampling: { temperature: 1, seed: runs } });
      runs++;
    }
  };
  const generating = expect(again()).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  await addon.permutationNull(columns, plan(3200));
  const before = runs;
  while (runs < before + 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await model.dispose();
  await generating;
});
