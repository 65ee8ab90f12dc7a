import { randomControl } from "../../../lib/evaluate/random-control";
import { buildProfile } from "../../../lib/profile/build";
import { Moments } from "../../../lib/rank/moments";
import { rankedFeature, rankingOf } from "../../support/ranking";
import { sparseRows } from "../../support/rows";

/** 40 features of layer 1: feature j fires in j / 2 of 20 samples, its direction has norm j + 1. */
const rows = Array.from({ length: 20 }, (_, i) => Array.from({ length: 40 }, (_, j) => Number(i < Math.floor(j / 2))));
const moments = Moments.of(
  40,
  sparseRows(rows),
  rows.map((_, i) => Number(i % 3 === 0)),
);
const momentsOf = () => Promise.resolve(moments);
const directionOf = (_: number, feature: number) => Promise.resolve(Float32Array.of(0, feature + 1, 0, 0));
const chosen = [rankedFeature(1, 20, 0.4, 0.5)];
const profile = () => buildProfile("A", rankingOf(chosen), chosen, directionOf);

describe("the random control", () => {
  it("takes another feature that fires about as often, at the same norm", async () => {
    const control = await randomControl("random", await profile(), 1, momentsOf, directionOf);
    const [feature] = control.features;
    expect(feature!.feature).not.toBe(20);
    expect(Math.abs(feature!.frequency - 10 / 20)).toBeLessThanOrEqual(4 / 20);
    expect(feature!.r).toBe(moments.feature(feature!.feature).r);
    expect([...control.vectors.vectors]).toEqual([0, 0.5 * 21, 0, 0]);
    expect(control.name).toBe("random");
  });

  it("is the same for the same seed, and not for all seeds", async () => {
    const drawn = async (seed: number) =>
      (await randomControl("random", await profile(), seed, momentsOf, directionOf)).features[0]!.feature;
    const features = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(drawn));
    expect(await drawn(1)).toBe(features[0]);
    expect(new Set(features).size).toBeGreaterThan(1);
  });

  it("says when a layer has no other feature that fires", async () => {
    const lonely = Moments.of(
      40,
      sparseRows(rows.map((row) => row.map((z, j) => (j === 20 ? z : 0)))),
      moments.state.nActive.slice(0, 20).map((_, i) => i % 2),
    );
    await expect(
      randomControl("random", await profile(), 1, () => Promise.resolve(lonely), directionOf),
    ).rejects.toMatchObject({ code: "ERR_DEGENERATE" });
  });
});
