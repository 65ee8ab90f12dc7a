import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildProfile } from "../../../lib/select/build-profile";
import { checkProfile } from "../../../lib/steering/check";
import { loadProfile, saveProfile } from "../../../lib/steering/profile";
import { rankedFeature, rankingOf } from "../../support/ranking";
import { reader as addon } from "../../support/read-safetensors";
import { temporaryFolder } from "../../support/temporary-folder";
import type { FeatureOf } from "../../../lib/steering/vectors";
import { saeId } from "../../support/sae-id";

const folder = temporaryFolder();

/** Direction of feature f in layer l: [l, f, 0, 1]. */
const directions = (features: readonly FeatureOf[]) =>
  Promise.resolve(features.map(({ sae, feature }) => Float32Array.of(layerOf(sae), feature, 0, 1)));
const layerOf = (sae: string) => ranking.saes.find(({ id }) => id === sae)!.layer;

const chosen = [rankedFeature(2, 5, 0.5, 0.5), rankedFeature(1, 3, 0.4, 2)];
const ranking = rankingOf(chosen);
const build = () => buildProfile("A", ranking, chosen, directions);

describe("a steering profile", () => {
  it("adds coefficient times decoder direction in each layer, ascending", async () => {
    const { vectors, features } = await build();
    expect([...vectors.layers]).toEqual([1, 2]);
    expect([...vectors.rows]).toEqual([2, 6, 0, 2, 1, 2.5, 0, 0.5]);
    expect(features.map(({ layer, nativeLayer, feature }) => [layer, nativeLayer, feature])).toEqual([
      [1, 1, 3],
      [2, 2, 5],
    ]);
  });

  it("adds a decoder bias to the first layer only, in decode mode, and to none without features", async () => {
    const biasOf = (sae: string) => Promise.resolve(Float32Array.of(10 * layerOf(sae), 0, 0, 0));
    const { vectors, decoderBias } = await buildProfile("A", ranking, chosen, directions, { biasOf });
    expect([...vectors.rows]).toEqual([12, 6, 0, 2, 1, 2.5, 0, 0.5]);
    expect(decoderBias).toBe(saeId(1));
    expect((await buildProfile("A", ranking, [], directions, { biasOf })).decoderBias).toBeUndefined();
  });

  it("sums features of one layer into one vector", async () => {
    const { vectors } = await buildProfile(
      "two",
      ranking,
      [rankedFeature(1, 3, 0.4, 2), rankedFeature(1, 4, 0.3, 1)],
      directions,
    );
    expect([...vectors.layers]).toEqual([1]);
    expect([...vectors.rows]).toEqual([3, 10, 0, 3]);
  });

  it("goes one layer down in the published code's convention, and for an SAE of resid_pre", async () => {
    const official = await buildProfile("A", { ...ranking, convention: "official" }, chosen, directions);
    expect([...official.vectors.layers]).toEqual([0, 1]);
    const pre = ranking.saes.map((sae) => ({ ...sae, site: "resid_pre" as const }));
    expect([...(await buildProfile("A", { ...ranking, saes: pre }, chosen, directions)).vectors.layers]).toEqual([
      0, 1,
    ]);
  });

  it("comes back from its two files as it was, also when it steers nothing", async () => {
    for (const [i, profile] of [await build(), await buildProfile("P", ranking, [], directions)].entries()) {
      const path = join(folder, `p${i}.steer.json`);
      await saveProfile(path, profile);
      expect(await loadProfile(path, addon)).toEqual(profile);
      expect(readdirSync(folder)).toContain(`p${i}.safetensors`);
    }
  });

  it("notices vectors of another profile, and missing or damaged files", async () => {
    const path = join(folder, "damaged.steer.json");
    await saveProfile(path, await build());
    const code = { code: "ERR_FILE_FORMAT" };
    appendFileSync(join(folder, "damaged.safetensors"), "x");
    await expect(loadProfile(path, addon)).rejects.toMatchObject(code);
    rmSync(join(folder, "damaged.safetensors"));
    await expect(loadProfile(path, addon)).rejects.toMatchObject(code);
    writeFileSync(path, readFileSync(path, "utf8").replace('"nEmbd": 4', '"nEmbd": "four"'));
    await expect(loadProfile(path, addon)).rejects.toMatchObject({
      ...code,
      message: expect.stringContaining("nEmbd"),
    });
    await expect(loadProfile(join(folder, "absent.steer.json"), addon)).rejects.toMatchObject(code);
  });

  it("fits its own model, warns of another file of the same shape and of other adapters, refuses another shape", async () => {
    const profile = await build();
    expect(checkProfile(profile, profile.model)).toBeUndefined();
    expect(checkProfile(profile, { ...profile.model, sha256: "e".repeat(64) })).toContain("another file");
    const adapters = [{ sha256: "a".repeat(64), scale: 0.5 }];
    const adapted = { ...profile, model: { ...profile.model, adapters } };
    expect(checkProfile(adapted, adapted.model)).toBeUndefined();
    expect(checkProfile(adapted, profile.model)).toMatch(/adapter a{12} at scale 0.5, the model has no LoRA adapter$/);
    expect(checkProfile(profile, adapted.model)).toMatch(/made with no LoRA adapter, the model has/);
    for (const change of [{ nEmbd: 8 }, { nLayer: 2 }]) {
      expect(() => checkProfile(profile, { ...profile.model, ...change })).toThrow(
        expect.objectContaining({ code: "ERR_SHAPE_MISMATCH" }),
      );
    }
  });
});
