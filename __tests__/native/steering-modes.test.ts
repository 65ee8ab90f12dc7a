import { createSteering } from "../../lib/steering/create-steering";
import type { Operation, Probe } from "../../lib/steering/operation";
import { linearProbe } from "../../lib/steering/operation";
import { Steering } from "../../lib/steering/steering";
import { randomVector, runOne, withEngine } from "./models";
import { dot, exact, expectClose, forced, plus, prompt, readRows } from "./steering-rows";

const weights = randomVector(11);
const vector = randomVector(12);
const positions = forced.map((_, t) => t);

function clamp(of: Probe, value: number, direction: Float32Array): Steering {
  const operation: Operation = { layer: of.layer, vector: direction, scale: 1, target: { of, value, from: "either" }, from: 0, to: undefined, phase: undefined, when: undefined }; // prettier-ignore
  return Steering.of([operation]);
}

test("a clamp adds what is missing to its target, times the direction", async () => {
  const feature: Probe = { layer: 2, weights, bias: 0.1, threshold: 0.2, normalization: "layer_norm" };
  const activation = (row: Float32Array) => {
    const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
    const deviation = Math.sqrt(row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (row.length - 1));
    const p = dot(row.map((x) => (x - mean) / (deviation + 1e-5)), weights) + 0.1; // prettier-ignore
    return p > 0.2 ? p : 0;
  };
  await withEngine(exact, async (engine) => {
    const plain = await readRows(engine, {});
    const active = positions.filter((t) => activation(plain.at(2, t)) > 0);
    expect(active.length).toBeGreaterThan(0);
    expect(active.length).toBeLessThan(forced.length);
    for (const target of [5, 0]) {
      const { at, result } = await readRows(engine, { steering: clamp(feature, target, vector) });
      for (const t of positions) {
        const before = plain.at(2, t);
        expectClose(at(2, t), plus(before, vector, target - activation(before)));
      }
      const rows = target === 0 ? active.length : forced.length;
      expect(result.receipt[0]).toMatchObject({ rows, leftAlone: forced.length - rows });
    }
  });
});

test("reaching brings every score above its threshold down to it, and leaves the others alone", async () => {
  const threshold = 0.05;
  const bias = -0.1;
  const score = (row: Float32Array) => dot(row, weights) + bias;
  await withEngine(exact, async (engine) => {
    const plain = await readRows(engine, {});
    for (const direction of [undefined, vector]) {
      const reach = { weights, bias, threshold, from: "above" } as const;
      const steering = createSteering([{ layer: 1, reach, ...(direction && { vector: direction }) }]);
      const { at, result } = await readRows(engine, { steering });
      let rows = 0;
      let added = 0;
      for (const t of positions) {
        const before = plain.at(1, t);
        if (score(before) > threshold) {
          rows++;
          expect(Math.abs(score(at(1, t)) - threshold)).toBeLessThanOrEqual(1e-5);
          added += Math.hypot(...at(1, t).map((x, i) => x - before[i]!));
        } else expectClose(at(1, t), before);
      }
      expect(rows).toBeGreaterThan(0);
      expect(rows).toBeLessThan(forced.length);
      const [receipt] = result.receipt;
      expect(receipt).toMatchObject({ rows, leftAlone: forced.length - rows });
      expect(receipt!.meanAddedNorm).toBeCloseTo(added / rows, 4);
      expect(receipt!.addedShare).toBeCloseTo(receipt!.meanAddedNorm / receipt!.meanResidualNorm, 12);
    }
    // Half of the way, and none.
    const half = createSteering([{ layer: 1, reach: { weights, bias, threshold, from: "above" } }]).scaled(0.5);
    const { at } = await readRows(engine, { steering: half });
    for (const t of positions) {
      const before = score(plain.at(1, t));
      expect(score(at(1, t))).toBeCloseTo(before > threshold ? (before + threshold) / 2 : before, 4);
    }
  });
});

test.each([0, 2])("a condition on layer %i is tested on the row before it is steered", async (layer) => {
  const above = 0.02;
  const steering = createSteering([{ layer: 2, vector: plus(vector, weights, 50) }]);
  const conditional = steering.when({ layer, direction: weights, above });
  await withEngine(exact, async (engine) => {
    const plain = await readRows(engine, {});
    const { at, result } = await readRows(engine, { steering: conditional });
    const held = positions.filter((t) => dot(plain.at(layer, t), weights) > above);
    expect(held.length).toBeGreaterThan(0);
    expect(held.length).toBeLessThan(forced.length);
    for (const t of positions) {
      const before = plain.at(2, t);
      expectClose(at(2, t), held.includes(t) ? plus(plus(before, vector), weights, 50) : before);
    }
    expect(result.receipt[0]).toMatchObject({ rows: held.length, leftAlone: forced.length - held.length });
  });
});

test("a condition that never holds leaves all alone, and the receipt says so", async () => {
  const never = createSteering([{ layer: 2, vector }]).when({ layer: 1, direction: weights, above: 1e9 });
  await withEngine(exact, async (engine) => {
    const { receipt, logits } = await runOne(engine, prompt, { steering: never, forcedTokens: forced, logits: "generated" }); // prettier-ignore
    expect(receipt).toEqual([
      { layer: 2, rows: 0, leftAlone: forced.length, meanAddedNorm: 0, maxAddedNorm: 0, meanResidualNorm: 0, addedShare: 0 },
    ]); // prettier-ignore
    expectClose(logits, (await runOne(engine, prompt, { forcedTokens: forced, logits: "generated" })).logits);
  });
});

test("a phase is told by the text, from the token after its mark on", async () => {
  const steering = createSteering([{ layer: 2, vector }]);
  const text = "ab<t>cd</t>ef";
  await withEngine(exact, async (engine) => {
    const forcedTokens = engine.model.tokenize(text, { addSpecial: false });
    const rows = async (acting: Steering, isOpen: boolean, begin?: string) => {
      const reasoning = { end: "</t>", isOpen, ...(begin !== undefined && { begin }) };
      return (await runOne(engine, prompt, { forcedTokens, steering: acting, reasoning })).receipt[0]!.rows;
    };
    const all = forcedTokens.length;
    expect(all).toBe(text.length); // tokens of single bytes
    const [opened, closed] = [text.indexOf("cd"), text.indexOf("ef")];
    expect(await rows(steering.during("reasoning"), true)).toBe(closed);
    expect(await rows(steering.during("answer"), true)).toBe(all - closed);
    expect(await rows(steering.during("reasoning"), false, "<t>")).toBe(closed - opened);
    expect(await rows(steering.during("answer"), false, "<t>")).toBe(all - closed + opened);
    const { receipt } = await runOne(engine, prompt, { forcedTokens, steering: steering.during("reasoning") });
    expect(receipt[0]!.rows).toBe(0); // without marks all is the answer
  });
});

test("watched numbers are those of the row after steering, one row for each token, streamed too", async () => {
  const probes = [linearProbe(2, weights, 0.5), linearProbe(-1, vector)];
  const watch = { names: ["w", "v"], probes };
  const steering = createSteering([{ layer: 2, vector: randomVector(5) }]);
  await withEngine(exact, async (engine) => {
    const { at, result } = await readRows(engine, { steering, watch });
    expect(result.watched).toHaveLength(2 * forced.length);
    for (const t of positions) {
      expect(result.watched[2 * t]).toBeCloseTo(dot(at(2, t), weights) + 0.5, 4);
      expect(result.watched[2 * t + 1]).toBeCloseTo(dot(at(-1, t), vector), 4);
    }
    const streamed: number[] = [];
    const branch = { maxTokens: 20, steering, watch, stop: ["zz"] };
    const options = { onTokens: ({ watched }: { watched: Float32Array }) => void streamed.push(...watched) };
    const { branches } = await engine.run({ prompt, branches: [branch] }, options);
    expect(streamed).toEqual([...branches[0]!.watched]);
    expect(streamed).toHaveLength(2 * branches[0]!.tokens.length);
  });
});

test("refuses conditions and probes that the model has no place for", async () => {
  const steering = createSteering([{ layer: 2, vector }]);
  const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
  expect(() => steering.when({ layer: 3, direction: weights, above: 0 })).toThrow(code("ERR_INVALID_ARGUMENT"));
  expect(() => steering.when({ layer: 1, direction: weights.slice(1), above: 0 })).toThrow(
    code("ERR_INVALID_ARGUMENT"),
  );
  expect(() => steering.when({ layer: 1, direction: weights, above: NaN })).toThrow(code("ERR_OUT_OF_RANGE"));
  expect(() => steering.within(3, 3)).toThrow(code("ERR_INVALID_ARGUMENT"));
  expect(() => steering.within(0.5)).toThrow(code("ERR_OUT_OF_RANGE"));
  expect(() => steering.during("thought" as never)).toThrow(code("ERR_INVALID_ARGUMENT"));
  const across = weights.map((x, i) => (i === 0 ? 0 : i === 1 ? 0 : x * 0));
  const reach = { weights, threshold: 0, from: "above" } as const;
  expect(() => createSteering([{ layer: 1, reach, vector: across }])).toThrow(code("ERR_INVALID_ARGUMENT"));
  await withEngine({}, async (engine) => {
    const watch = { names: ["x"], probes: [linearProbe(9, weights)] };
    await expect(runOne(engine, prompt, { watch })).rejects.toMatchObject({ code: "ERR_HOOK_POINT" });
    const narrow = { names: ["x"], probes: [linearProbe(1, weights.slice(1))] };
    await expect(runOne(engine, prompt, { watch: narrow })).rejects.toMatchObject({ code: "ERR_SHAPE_MISMATCH" });
    const reasoning = { end: "" };
    await expect(runOne(engine, prompt, { reasoning })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  });
});
