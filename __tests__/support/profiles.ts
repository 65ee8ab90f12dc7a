import { join } from "node:path";
import { modelIdentity } from "../../lib/model/identity";
import { Model } from "../../lib/model/model";
import { saveProfile, type SteeringProfile } from "../../lib/steering/profile";
import { fixture, randomVector } from "../native/models";

/** Profiles that steer block 1 of a tiny model, each its own way, strongly enough to change what it says. */
export async function saveProfiles(folder: string, names: readonly string[], modelName = "qwen3"): Promise<void> {
  await using model = await Model.load(fixture(modelName).model);
  const { info } = model;
  for (const [i, name] of names.entries()) {
    const profile: SteeringProfile = {
      format: "corrsteer-steering-profile",
      version: 2,
      name,
      model: await modelIdentity(model),
      saes: [],
      convention: "sae",
      features: [
        {
          sae: "none",
          layer: 1,
          site: "resid_post",
          nativeLayer: 1,
          feature: i,
          coefficient: 1,
          r: 0.5,
          frequency: 0.5,
        },
      ],
      task: "none",
      n: 8,
      versions: { corrsteer: "0.0.0", llamaCpp: "0.0.0" },
      vectors: { nEmbd: info.nEmbd, layers: Int32Array.of(1), rows: randomVector(i + 1, 40) },
    };
    await saveProfile(join(folder, `${name}.steer.json`), profile);
  }
}
