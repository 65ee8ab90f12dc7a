import { selectJointly, type Predictor } from "../../../lib/select/joint";
import { mean } from "../../../lib/statistics/mean";
import { normal, seededRandom } from "../../../lib/statistics/random";
import { rankedFeature } from "../../support/ranking";

const N = 200;
const random = seededRandom(3);
const noise = () => Array.from({ length: N }, () => normal(random));
const correct = Uint8Array.from({ length: N }, (_, i) => i % 2);
const outcomes = { correct, nCorrect: N / 2 };
const options = { clusters: undefined, seed: 1 };

function predictor(index: number, values: readonly number[], r = 0.5): Predictor {
  const activations = Float64Array.from(values, (value) => value - mean(values));
  return { feature: rankedFeature(index % 2, index, r), activations, steerActivations: activations.map((x) => 3 * x) };
}

/** Higher by `gap` where the answer is right. */
const telling = (gap: number) => noise().map((value, i) => value + gap * correct[i]!);
const indices = ({ features }: { readonly features: readonly { feature: number }[] }) =>
  features.map(({ feature }) => feature);

describe("the sparse joint fit", () => {
  it("keeps features that each tell something, in the order given, and says how sure it is of the others", async () => {
    const values = [telling(1.2), noise(), telling(1.2)];
    const { features, record } = await selectJointly(
      values.map((own, i) => predictor(i, own)),
      outcomes,
      options,
    );
    expect(indices({ features })).toEqual([0, 2]);
    expect(record).toMatchObject({ n: N, nCorrect: N / 2, nCandidates: 3, nFits: 100, agreement: 0.75 });
    for (const { feature, share, kept } of record.features) expect(kept).toBe(share >= 0.75 && feature !== 1);
  });

  it("keeps one of two features that are the same", async () => {
    const values = telling(1.5);
    const { features } = await selectJointly([predictor(0, values), predictor(1, values)], outcomes, options);
    expect(features).toHaveLength(1);
  });

  it("leaves out a feature whose weight has the other sign than its r", async () => {
    const { features, record } = await selectJointly([predictor(0, telling(1.5), -0.5)], outcomes, options);
    expect(features).toEqual([]);
    expect(record.features).toMatchObject([{ feature: 0, kept: false, share: 1 }]);
  });

  it("gives one feature the coefficient that is its contrast, in the units of coefficients", async () => {
    const values = telling(1.5);
    const of = (flag: number) => mean(values.filter((_, i) => correct[i] === flag));
    const { features } = await selectJointly([predictor(0, values)], outcomes, options);
    expect(features[0]!.coefficient).toBeCloseTo(3 * (of(1) - of(0)), 10);
  });

  it("gives several features what together moves the mean wrong answer to the mean right one", async () => {
    const values = [telling(1.2), telling(0.8)];
    const { features, record } = await selectJointly(
      values.map((own, i) => predictor(i, own)),
      outcomes,
      options,
    );
    const deviations = values.map((own) => Math.sqrt(mean(own.map((value) => (value - mean(own)) ** 2))));
    const weights = [0, 1].map((i) => record.features.find(({ feature }) => feature === i)!.weight);
    const logOdds = (moves: readonly number[]) =>
      moves.reduce((sum, by, i) => sum + (weights[i]! * by) / deviations[i]!, 0);
    const gaps = values.map((own) => mean(own.filter((_, i) => i % 2 === 1)) - mean(own.filter((_, i) => i % 2 === 0)));
    expect(logOdds(features.map(({ coefficient }) => coefficient / 3))).toBeCloseTo(logOdds(gaps), 8);
  });

  it("chooses among the 128 of the largest F, and passes over one that does not vary", async () => {
    const few = Array.from({ length: 130 }, (_, i) =>
      predictor(i, i === 129 ? Array<number>(N).fill(1) : telling(i / 300)),
    );
    const { record } = await selectJointly(few, outcomes, options);
    expect(record.nCandidates).toBe(128);
    expect(record.features.map(({ feature }) => feature)).not.toContain(129);
  }, 20_000);
});
