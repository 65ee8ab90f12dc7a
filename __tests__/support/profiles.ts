import { join } from "node:path";
import { modelIdentity } from "../../lib/model/identity";
import { Model } from "../../lib/model/model";
import { saeIdentity } from "../../lib/sae/identity";
import { findSaes } from "../../lib/sae/set";
import { decoderDirections } from "../../lib/steering/directions";
import { saveProfile, type SteeringProfile } from "../../lib/steering/profile";
import { sumVectors } from "../../lib/steering/vectors";
import { fixture, randomVector } from "../native/models";
import { TINY_SAES } from "./tiny-task";

const HEAD = {
  format: "corrsteer-steering-profile",
  version: 2,
  convention: "sae",
  task: "none",
  n: 8,
  versions: { corrsteer: "0.0.0", llamaCpp: "0.0.0" },
} as const;

const AT_BLOCK_1 = { layer: 1, site: "resid_post", nativeLayer: 1, frequency: 0.5 } as const;

/** Profiles that steer block 1 of a tiny model, each its own way, strongly enough to change what it says. */
export async function saveProfiles(folder: string, names: readonly string[], modelName = "qwen3"): Promise<void> {
  await using model = await Model.load(fixture(modelName).model);
  const { nEmbd } = model.info;
  for (const [i, name] of names.entries()) {
    const profile: SteeringProfile = {
      ...{ ...HEAD, name, model: await modelIdentity(model), saes: [] },
      features: [{ ...AT_BLOCK_1, sae: "none", feature: i, coefficient: 1, r: 0.5 }],
      vectors: { nEmbd, layers: Int32Array.of(1), rows: randomVector(i + 1, 40) },
    };
    await saveProfile(join(folder, `${name}.steer.json`), profile);
  }
}

/** A profile of features of the tiny SAE of block 1, as `select` makes them. */
export async function saveFeatureProfile(
  folder: string,
  name: string,
  coefficients: Readonly<Record<number, number>>,
  modelName = "qwen3",
): Promise<void> {
  await using model = await Model.load(fixture(modelName).model);
  const saes = await findSaes(TINY_SAES);
  const sae = await saeIdentity(saes.find(({ id }) => id.startsWith("blocks.1."))!);
  const features = Object.entries(coefficients).map(([feature, coefficient]) => ({
    ...{ ...AT_BLOCK_1, sae: sae.id, feature: Number(feature), coefficient, r: 0.5 },
  }));
  const vectors = await sumVectors(features, model.info.nEmbd, decoderDirections(saes));
  const profile = { ...HEAD, name, model: await modelIdentity(model), saes: [sae], features, vectors };
  await saveProfile(join(folder, `${name}.steer.json`), profile);
}
