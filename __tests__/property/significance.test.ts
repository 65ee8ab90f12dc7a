import fc from "fast-check";
import { NullDistribution, strengthOf } from "../../lib/rank/significance";

const r = fc.double({ min: -1, max: 1, noNaN: true });
const layers = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 19, max: 60 })).chain(([nLayers, n]) =>
  fc.array(
    fc.array(r, { minLength: n, maxLength: n }).map((values) => Float64Array.from(values)),
    { minLength: nLayers, maxLength: nLayers },
  ),
);

describe("family-wise p", () => {
  it("falls as r grows, is never 0, and is no smaller than that of the layer alone", () => {
    fc.assert(
      fc.property(layers, r, r, (layers, a, b) => {
        const all = NullDistribution.ofAll(layers);
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(all.p(more)).toBeLessThanOrEqual(all.p(less));
        expect(all.p(more)).toBeGreaterThanOrEqual(1 / (1 + layers[0]!.length));
        expect(all.p(less)).toBeLessThanOrEqual(1);
        for (const best of layers) expect(new NullDistribution(best).p(a)).toBeLessThanOrEqual(all.p(a));
      }),
    );
  });

  it("is the share of permutations at least as strong, this one counted in", () => {
    fc.assert(
      fc.property(layers, r, ([best], strength) => {
        const asStrong = best!.filter((other) => other >= strength - 1e-12).length;
        expect(new NullDistribution(best!).p(strength)).toBeCloseTo((1 + asStrong) / (1 + best!.length), 14);
      }),
    );
  });

  it("is at most 0.05 for what is above the threshold, and for nothing else", () => {
    fc.assert(
      fc.property(layers, r, ([best], strength) => {
        const distribution = new NullDistribution(best!);
        fc.pre(Math.abs(strength - distribution.threshold) > 1e-9); // ties are told apart by 1e-12
        expect(distribution.p(strength) <= 0.05).toBe(strength > distribution.threshold);
      }),
    );
  });
});

test("turning all r round turns what is looked for round", () => {
  fc.assert(
    fc.property(r, (r) => {
      expect(strengthOf(-r, "negative")).toBe(0 + strengthOf(r, "positive"));
      expect(strengthOf(r, "both")).toBe(Math.max(strengthOf(r, "positive"), strengthOf(r, "negative")));
    }),
  );
});
