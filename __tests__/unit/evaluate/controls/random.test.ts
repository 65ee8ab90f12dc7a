import { drawRandomControl } from "../../../../lib/evaluate/controls/random";
import { buildProfile } from "../../../../lib/select/build-profile";
import { Moments } from "../../../../lib/statistics/moments";
import { rankedFeature, rankingOf } from "../../../support/ranking";
import { sparseRows } from "../../../support/rows";
import { saeId } from "../../../support/sae-id";
import type { FeatureOf } from "../../../../lib/steering/vectors";

/** 40 features of layer 1: feature j fires in j / 2 of 20 samples, its direction has norm j + 1. */
const rows = Array.from({ length: 20 }, (_, i) => Array.from({ length: 40 }, (_, j) => Number(i < Math.floor(j / 2))));
const scores = rows.map((_, i) => Number(i % 3 === 0));
const moments = Moments.of(40, sparseRows(rows), scores);
const directionsOf = (features: readonly FeatureOf[]) =>
  Promise.resolve(features.map(({ feature }) => Float32Array.of(0, feature + 1, 0, 0)));
const chosen = [rankedFeature(1, 20, 0.4, 0.5)];

async function draw({ seed = 1, nDraws = 5, coefficient = 0.5, of = moments } = {}) {
  const features = [rankedFeature(1, 20, 0.4, coefficient)];
  const profile = await buildProfile("A", rankingOf(chosen), features, directionsOf);
  const momentsOf = () => Promise.resolve(of);
  const arms = await drawRandomControl(profile, { nDraws, seed, momentsOf, directionsOf });
  return { arms, draws: arms.map(({ steered }) => steered) };
}

/** The moments when only these features fire. */
function onlyFiring(features: readonly number[]): Moments {
  return Moments.of(40, sparseRows(rows.map((row) => row.map((z, j) => (features.includes(j) ? z : 0)))), scores);
}

describe("the random control", () => {
  it("takes other features that fire about as often, at the same norm", async () => {
    const { arms, draws } = await draw();
    for (const { role, profile } of arms) expect([role, profile]).toEqual(["random", "A"]);
    expect(draws.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5].map((i) => `random-A-${i}`));
    for (const { features, vectors } of draws) {
      const [feature] = features;
      expect(feature!.feature).not.toBe(20);
      expect(feature!.frequency).toBe(moments.state.nActive[feature!.feature]! / 20);
      expect(Math.abs(feature!.frequency - 10 / 20)).toBeLessThanOrEqual(4 / 20);
      expect(feature!.r).toBe(moments.feature(feature!.feature).r);
      expect(vectors.rows[1]).toBeCloseTo(0.5 * 21, 5);
    }
  });

  it("keeps the decoder bias of a profile in decode mode", async () => {
    const biasOf = () => Promise.resolve(Float32Array.of(7, 7, 0, 0));
    const profile = await buildProfile("A", rankingOf(chosen), chosen, directionsOf, { biasOf });
    const momentsOf = () => Promise.resolve(moments);
    const [arm] = await drawRandomControl(profile, { nDraws: 1, seed: 1, momentsOf, directionsOf });
    const { decoderBias, vectors } = arm!.steered;
    expect([decoderBias, ...vectors.rows]).toEqual([saeId(1), 7, expect.closeTo(7 + 0.5 * 21, 4), 0, 0]);
  });

  it("keeps a coefficient's sign", async () => {
    const { draws } = await draw({ coefficient: -0.5 });
    for (const { vectors } of draws) expect(vectors.rows[1]).toBeCloseTo(-0.5 * 21, 5);
  });

  it("draws no feature twice, and more draws than are near in frequency from farther", async () => {
    const { draws } = await draw({ nDraws: 30 });
    expect(new Set(draws.map(({ features }) => features[0]!.feature)).size).toBe(30);
  });

  it("draws less often when not so many features fire", async () => {
    const { draws } = await draw({ of: onlyFiring([20, 18, 24]) });
    expect(draws.map(({ features }) => features[0]!.feature).sort()).toEqual([18, 24]);
  });

  it("draws from all features that fire alike, not from the first of them", async () => {
    const { draws } = await draw({ of: Moments.of(40, sparseRows(rows.map(() => Array<number>(40).fill(1))), scores) });
    expect(Math.max(...draws.map(({ features }) => features[0]!.feature))).toBeGreaterThan(16);
  });

  it("is the same for the same seed, and not for all seeds", async () => {
    const drawn = async (seed: number) => (await draw({ seed })).draws.map(({ features }) => features[0]!.feature);
    const bySeed = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(drawn));
    expect(await drawn(1)).toEqual(bySeed[0]);
    expect(new Set(bySeed.map(String)).size).toBeGreaterThan(1);
  });

  it("draws for each SAE of a layer by itself, and as ever where it is the only one", async () => {
    const features = ["one", "other"].map((sae) => ({ ...rankedFeature(1, 20, 0.4, 0.5), sae }));
    const [sae] = rankingOf(chosen).saes;
    const ranking = { ...rankingOf(chosen), saes: features.map((feature) => ({ ...sae!, id: feature.sae })) };
    const drawn = async (...some: typeof features) => {
      const profile = await buildProfile("A", ranking, some, directionsOf);
      const arms = await drawRandomControl(profile, { nDraws: 5, seed: 1, momentsOf, directionsOf });
      return some.map((_, i) => arms.map(({ steered }) => steered.features[i]!.feature));
    };
    const momentsOf = () => Promise.resolve(moments);
    const [one, other] = await drawn(...features);
    expect(one).not.toEqual(other);
    expect(await drawn(features[1]!)).toEqual([(await draw()).draws.map(({ features }) => features[0]!.feature)]);
  });

  it("says when a layer has no other feature that fires", async () => {
    await expect(draw({ of: onlyFiring([20]) })).rejects.toMatchObject({ code: "ERR_DEGENERATE" });
  });
});
