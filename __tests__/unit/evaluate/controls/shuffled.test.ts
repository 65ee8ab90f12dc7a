import { join } from "node:path";
import { shuffledControls } from "../../../../lib/evaluate/controls/shuffled";
import { rank } from "../../../../lib/rank/rank";
import { readShards } from "../../../../lib/run/shards";
import { bestOfLayers } from "../../../../lib/select/candidates";
import { buildProfile } from "../../../../lib/select/build-profile";
import { norm } from "../../../../lib/statistics/norm";
import { seededRandom } from "../../../../lib/statistics/random";
import type { FeatureOf } from "../../../../lib/steering/vectors";
import { heldRun } from "../../../support/held-run";
import { temporaryFolder } from "../../../support/temporary-folder";
import { writeRun } from "../../../support/written-run";

const N = 60;
const FEATURES = 12;
const directory = join(temporaryFolder(), "run");
const random = seededRandom(4);
const scores = Array.from({ length: N }, (_, i) => Number(i % 3 > 0));
/** Feature 0 is the score; feature 1 is the cluster; the others are noise. */
const layer = () =>
  scores.map((score, i) => [
    score,
    Math.floor(i / 10) % 2,
    ...Array.from({ length: FEATURES - 2 }, () => random(100) / 100),
  ]);

/** Features of a layer point along their own coordinates, each with a norm of its own. */
const asked: FeatureOf[][] = [];
const directionsOf = (features: readonly FeatureOf[]) => {
  asked.push([...features]);
  return Promise.resolve(
    features.map(({ feature }) => Float32Array.from({ length: FEATURES }, (_, i) => (i === feature ? 1 + feature : 0))),
  );
};
const biasOf = () => Promise.resolve(new Float32Array(FEATURES).fill(7));

/** A profile of the best features of a layer, `n` of each of these. */
async function profiles(n: Record<number, number>, { decode = false } = {}) {
  const ranking = await rank(directory, { permutations: 0, bootstrap: 0, lock: await heldRun(directory) });
  const model = { ...ranking.model, nEmbd: FEATURES };
  const best = bestOfLayers(ranking).flatMap((features) => features.slice(0, n[features[0]!.layer] ?? 0));
  const profile = await buildProfile("A", { ...ranking, model }, best, directionsOf, decode ? { biasOf } : {});
  return { ranking: { ...ranking, model }, profile };
}

async function draws(n: Record<number, number>, { seed = 1, decode = false } = {}) {
  const { ranking, profile } = await profiles(n, { decode });
  const found = await readShards([directory]);
  const shards = found.map((shard) => ({
    ...shard,
    manifest: { ...shard.manifest, model: { ...shard.manifest.model, nEmbd: FEATURES } },
  }));
  const [control] = shuffledControls([profile], ranking, shards, { seed, directionsOf, biasOf });
  return { profile, control: control!, arms: await control!.draw(0, 6) };
}

beforeAll(() => writeRun(directory, [layer(), layer(), layer()], scores.map((score) => ({ score })))); // prettier-ignore

describe("the control of shuffled scores", () => {
  it("has as many features at each of the profile's layers, and adds as much there", async () => {
    const { profile, arms } = await draws({ 0: 1, 2: 3 });
    expect(arms.map(({ role, profile, steered }) => [role, profile, steered.name])).toEqual(
      [1, 2, 3, 4, 5, 6].map((i) => ["shuffled", "A", `shuffled-A-${i}`]),
    );
    const norms = ({ vectors: { rows } }: typeof profile) =>
      [0, 1].map((row) => norm(rows.subarray(row * FEATURES, (row + 1) * FEATURES)));
    for (const { steered } of arms) {
      expect([...steered.vectors.layers]).toEqual([0, 2]);
      expect(steered.features.map(({ nativeLayer }) => nativeLayer)).toEqual([0, 2, 2, 2]);
      norms(steered).forEach((length, row) => {
        expect(length / norms(profile)[row]!).toBeCloseTo(1, 5);
      });
    }
  });

  it("takes what goes with scores that were dealt out anew, another dealing each time", async () => {
    const { arms } = await draws({ 0: 1, 1: 1, 2: 1 });
    const chosen = arms.map(({ steered }) => steered.features.map(({ feature }) => feature).join(" "));
    expect(new Set(chosen).size).toBeGreaterThan(3);
    expect(chosen.filter((features) => features === "0 0 0")).toEqual([]);
    for (const { steered } of arms) for (const { r } of steered.features) expect(r).toBeLessThan(0.6);
  });

  it("is the same draw for the same seed, whatever was drawn before", async () => {
    const { control, arms } = await draws({ 0: 1, 1: 1 });
    const later = await control.draw(4, 6);
    expect(later.map(({ steered }) => steered)).toEqual(arms.slice(4).map(({ steered }) => steered));
    expect((await draws({ 0: 1, 1: 1 })).arms).toEqual(arms);
    expect((await draws({ 0: 1, 1: 1 }, { seed: 90 })).arms).not.toEqual(arms);
  });

  it("adds the decoder bias where the profile does, beyond what its features add", async () => {
    const { arms } = await draws({ 1: 1 }, { decode: true });
    for (const { steered } of arms) {
      const [{ feature }] = steered.features as [(typeof steered.features)[0]];
      expect(steered.decoderBias).toBeDefined();
      steered.vectors.rows.forEach((x, i) => {
        if (i !== feature) expect(x).toBe(7);
      });
    }
  });

  it("reads no SAE of a layer that no profile steers", async () => {
    asked.length = 0;
    await draws({ 1: 1 });
    expect(new Set(asked.flat().map(({ sae }) => sae)).size).toBe(1);
  });
});
