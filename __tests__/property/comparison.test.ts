import fc from "fast-check";
import { compare, metricOf } from "../../lib/evaluate/compare";
import { holm } from "../../lib/statistics/holm";
import { outcome, plannedArm, type Answer } from "../unit/evaluate/outcome";

const binary = fc.constantFrom(0, 1);
const graded = fc.constantFrom(0, 0.25, 0.5, 1);
const completion = fc.constantFrom("A", "B", "");

/** Answers of two arms to the same questions. */
const pairs = fc.constantFrom(binary, graded).chain((score) => {
  const answer = fc.record({ score, completion });
  return fc.array(fc.tuple(answer, answer), { minLength: 1, maxLength: 40 });
});

function compared(answers: readonly (readonly [before: Answer, after: Answer])[]) {
  const reference = outcome(
    plannedArm("baseline"),
    answers.map(([before]) => before),
  );
  const arm = outcome(
    plannedArm("A"),
    answers.map(([, after]) => after),
  );
  return compare(arm, reference, { metric: metricOf([reference, arm]), seed: 3 });
}

describe("a comparison of two arms", () => {
  it("does not depend on the order of the questions", () => {
    fc.assert(
      fc.property(pairs, fc.infiniteStream(fc.nat()), (answers, order) => {
        const shuffled = answers
          .map((pair) => ({ pair, at: order.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ pair }) => pair);
        expect(compared(shuffled)).toEqual(compared(answers));
      }),
      { numRuns: 50 },
    );
  });

  it("has the opposite sign, and the same p, when the arms change places", () => {
    fc.assert(
      fc.property(pairs, (answers) => {
        const there = compared(answers);
        const back = compared(answers.map(([before, after]) => [after, before] as const));
        expect(back.difference).toBeCloseTo(-there.difference, 12);
        expect(back.pValue).toBe(there.pValue);
        expect(back.changes).toEqual({
          ...there.changes,
          rightToWrong: there.changes.wrongToRight,
          wrongToRight: there.changes.rightToWrong,
        });
        expect(back.sideEffects).toMatchObject({ better: there.sideEffects.worse, worse: there.sideEffects.better });
        if (there.test === "mid-p McNemar") {
          expect(back.interval[0]).toBeCloseTo(-there.interval[1], 12);
          expect(back.interval[1]).toBeCloseTo(-there.interval[0], 12);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("keeps p, intervals and ratios where they can be", () => {
    fc.assert(
      fc.property(pairs, (answers) => {
        const { pValue, interval, bootstrapInterval, difference, sideEffects } = compared(answers);
        expect(pValue).toBeGreaterThan(0);
        expect(pValue).toBeLessThanOrEqual(1);
        for (const [low, high] of [interval, bootstrapInterval]) {
          expect(low).toBeGreaterThanOrEqual(-1);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(difference + 1e-12);
          expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
        }
        const { changed, worse, better, ofChanged, ofRescored } = sideEffects;
        expect(worse + better).toBeLessThanOrEqual(changed);
        if (ofChanged !== null && ofRescored !== null) expect(ofChanged).toBeLessThanOrEqual(ofRescored);
      }),
      { numRuns: 50 },
    );
  });
});

describe("Holm's adjustment", () => {
  it("is at least p, at most n p, keeps the order, and does not depend on it", () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 20 }), (pValues) => {
        const adjusted = holm(pValues);
        pValues.forEach((value, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(value);
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, pValues.length * value));
          pValues.forEach((other, j) => {
            if (value < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
          });
        });
        expect(holm([...pValues].reverse())).toEqual([...adjusted].reverse());
      }),
    );
  });
});
