import type { Engine } from "../../lib/model/engine";
import { Model } from "../../lib/model/model";
import { fixture, randomTokens, runOne, withEngine } from "./models";

const prompt = randomTokens(31, 20);
const long = { maxTokens: 900, sampling: { temperature: 1, seed: 3 }, stop: ["\u0000\u0001never"] };
const disposed = { code: "ERR_DISPOSED" };

async function open(): Promise<{ model: Model; engine: Engine }> {
  const model = await Model.load(fixture("llama").model);
  return { model, engine: await model.createEngine({ threads: 1, contextTokens: 2048 }) };
}

/** Runs seeds one after the other, so that something is running until the engine ends. */
async function runOn(engine: Engine): Promise<never> {
  for (let seed = 0; ; seed++) await runOne(engine, prompt, { ...long, sampling: { temperature: 1, seed } });
}

test("every method after dispose throws ERR_DISPOSED, and dispose is idempotent", async () => {
  const { model, engine } = await open();
  await Promise.all([engine.dispose(), engine.dispose()]);
  await engine.dispose();
  await expect(engine.run({ prompt, branches: [{}] })).rejects.toMatchObject(disposed);
  await expect(engine.stream(prompt, {}).next()).rejects.toMatchObject(disposed);
  expect(() => engine.statistics()).toThrow(expect.objectContaining(disposed));
  expect(() => engine.contextTokens).toThrow(expect.objectContaining(disposed));

  await Promise.all([model.dispose(), model.dispose()]);
  await expect(model.createEngine()).rejects.toMatchObject(disposed);
  expect(() => model.tokenize("a")).toThrow(expect.objectContaining(disposed));
  expect(() => model.detokenize(prompt)).toThrow(expect.objectContaining(disposed));
  expect(() => model.metadata()).toThrow(expect.objectContaining(disposed));
});

test("dispose during work rejects the runs", async () => {
  const { model, engine } = await open();
  const runs = Array.from({ length: 5 }, () => runOn(engine));
  const outcomes = Promise.allSettled(runs);
  await runOne(engine, prompt, { maxTokens: 3 });
  await engine.dispose();
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: disposed });
  await model.dispose();
});

test("a model disposes of its engines, also of one that is being made", async () => {
  const { model, engine } = await open();
  const running = expect(runOn(engine)).rejects.toMatchObject(disposed);
  const coming = expect(model.createEngine()).rejects.toMatchObject(disposed);
  await model.dispose();
  await running;
  await coming;
});

test("an aborted run rejects with the signal's reason and disturbs no other", async () => {
  await withEngine({ contextTokens: 2048 }, async (engine) => {
    const reason = new Error("enough");
    await expect(engine.run({ prompt, branches: [long] }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

    const alone = await runOne(engine, randomTokens(5, 30), { maxTokens: 40 });
    const controller = new AbortController();
    const aborted = engine.run(
      { prompt, branches: [long, { ...long, sampling: { temperature: 1, seed: 4 } }] },
      { signal: controller.signal, onTokens: () => controller.abort(reason) },
    );
    const other = runOne(engine, randomTokens(5, 30), { maxTokens: 40 });
    await expect(aborted).rejects.toBe(reason);
    expect((await other).tokens).toEqual(alone.tokens);
  });
});

test("an aborted load rejects with the signal's reason", async () => {
  const reason = new Error("enough");
  await expect(Model.load(fixture("llama").model, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test.each([0, 1])("a load that is aborted when %d of it is done rejects with the signal's reason", async (done) => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const onProgress = (fraction: number) => {
    if (fraction >= done) controller.abort(reason);
  };
  const loading = Model.load(fixture("llama").model, { signal: controller.signal, onProgress });
  await expect(loading).rejects.toBe(reason);
});

test("what onTokens throws rejects its run, once, and the engine goes on", async () => {
  await withEngine({}, async (engine) => {
    const mine = new Error("mine");
    let calls = 0;
    const onTokens = () => {
      calls++;
      throw mine;
    };
    await expect(engine.run({ prompt, branches: [long, long, long] }, { onTokens })).rejects.toBe(mine);
    expect((await runOne(engine, prompt, { maxTokens: 2 })).tokens).toHaveLength(2);
    expect(calls).toBe(1);
  });
});

test("leaving a stream ends its run; one that is read to its end returns the result", async () => {
  await withEngine({ contextTokens: 2048 }, async (engine) => {
    const whole = await runOne(engine, prompt, { maxTokens: 30 });
    let text = "";
    const stream = engine.stream(prompt, { maxTokens: 30 });
    let next = await stream.next();
    for (; !next.done; next = await stream.next()) text += next.value.text;
    expect(next.value).toEqual(whole);
    expect(text).toBe(whole.text);

    for await (const chunk of engine.stream(prompt, { maxTokens: 900 })) {
      expect(chunk.tokens.length).toBeGreaterThan(0);
      break;
    }
    await runOne(engine, prompt, { maxTokens: 1 });
    const { decodes } = engine.statistics();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(engine.statistics().decodes).toBe(decodes);
  });
});

test("two engines on one model and two models run at once", async () => {
  const alone = await withEngine({}, (engine) => runOne(engine, prompt, { maxTokens: 30 }));
  const first = await open();
  const second = await first.model.createEngine({ threads: 1, contextTokens: 512 });
  const third = await open();
  const engines = [first.engine, second, third.engine];
  const results = await Promise.all(engines.map((engine) => runOne(engine, prompt, { maxTokens: 30 })));
  for (const result of results) expect(result.tokens).toEqual(alone.tokens);
  await first.model.dispose();
  await third.model.dispose();
});
