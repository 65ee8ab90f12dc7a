import fc from "fast-check";
import { createSteering } from "../../lib/steering/create-steering";
import type { Steering } from "../../lib/steering/steering";
import { randomTokens, randomVector, runOne, withEngine } from "./models";

/** Of whole numbers, so that sums are exact. */
const vector = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 4, maxLength: 4 });
const steering = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -1, max: 3 }), vector), { minLength: 1, selector: ([layer]) => layer })
  .map((of) => createSteering(of.map(([layer, values]) => ({ layer, vector: Float32Array.from(values) }))));

function sameAs(a: Steering, b: Steering): void {
  expect(a.fingerprint).toBe(b.fingerprint);
  expect(a.layers).toEqual(b.layers);
}

test("vectors add up in any order", () => {
  fc.assert(
    fc.property(steering, steering, steering, (a, b, c) => {
      sameAs(a.plus(b), b.plus(a));
      sameAs(a.plus(b).plus(c), a.plus(b.plus(c)));
    }),
  );
});

test("scales multiply, and go over sums", () => {
  fc.assert(
    fc.property(steering, steering, (a, b) => {
      sameAs(a.scaled(2).scaled(-0.5), a.scaled(-1));
      sameAs(a.plus(b).scaled(4), a.scaled(4).plus(b.scaled(4)));
    }),
  );
});

test("what is kept of some layers and what is kept of the others make the whole", () => {
  fc.assert(
    fc.property(steering, (a) => {
      sameAs(a.onLayers([-1, 1, 3]).plus(a.onLayers([0, 2])), a);
      expect(a.onLayers([-1, 2]).layers).toEqual(a.layers.filter((layer) => [-1, 2].includes(layer)));
      expect(a.onLayers([9]).isEmpty).toBe(true);
    }),
  );
});

test("a steering does not change with the vector that it was made of", () => {
  const values = Float32Array.of(1, 2, 3, 4);
  const made = createSteering([{ layer: 0, vector: values }]);
  values.fill(9);
  sameAs(made.scaled(1), createSteering([{ layer: 0, vector: Float32Array.of(1, 2, 3, 4) }]));
});

test("refuses what is too large, of another model, or no steering", () => {
  const made = createSteering([{ layer: 0, vector: Float32Array.of(1, 2, 3, 4) }]);
  const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
  expect(() => made.scaled(1e39)).toThrow(code("ERR_NON_FINITE"));
  expect(() => made.scaled(NaN)).toThrow(code("ERR_OUT_OF_RANGE"));
  expect(() => made.plus(createSteering([{ layer: 0, vector: new Float32Array(3) }]))).toThrow(code("ERR_SHAPE_MISMATCH")); // prettier-ignore
  expect(() => made.plus(createSteering([{ layer: 1, vector: new Float32Array(3) }]))).toThrow(code("ERR_SHAPE_MISMATCH")); // prettier-ignore
  expect(() => made.plus({} as never)).toThrow(code("ERR_INVALID_ARGUMENT"));
});

test("a steering that does nothing is the baseline", async () => {
  const nothing = createSteering([{ layer: 1, vector: randomVector(1) }]).onLayers([]);
  await withEngine({}, async (engine) => {
    const result = await runOne(engine, randomTokens(1, 9), { maxTokens: 4, steering: nothing });
    expect(result).toEqual(await runOne(engine, randomTokens(1, 9), { maxTokens: 4 }));
  });
});
