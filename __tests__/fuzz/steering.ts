import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DEMO_MODEL } from "../support/corrsteer";
import { program } from "./built";
import type { Kind } from "./kind";
import { mutateProfile } from "./mutate-profile";

/** Profiles of all that steering can be, read and made steering of: many, as no model runs. */
export const steering: Kind = {
  async prepare(folder) {
    const originals = join(folder, "originals");
    if (existsSync(originals)) return;
    mkdirSync(originals);
    await using model = await program.Model.load(DEMO_MODEL);
    const direction = new Float32Array(model.info.nEmbd).fill(0.1);
    const reach = { weights: direction, bias: 0.5, threshold: 1, from: "above" } as const;
    const vectors = program.createSteering([0, 2].map((layer) => ({ layer, vector: direction })));
    const all = vectors
      .within(-2, 9)
      .when({ layer: 0, direction, above: 0.25 })
      .plus(vectors.fromPrompt().during("reasoning"))
      .plus(program.createSteering([{ layer: 1, reach }]));
    for (const [name, of] of Object.entries({ plain: vectors, all })) {
      mkdirSync(join(originals, name));
      await program.saveSteering(join(originals, name, "it.steer.json"), of, model);
    }
  },

  originals: ["plain", "all"],
  put(original, folder) {
    rmSync(join(folder, "profile"), { recursive: true, force: true });
    cpSync(join(folder, "originals", original), join(folder, "profile"), { recursive: true });
  },

  make(random, folder) {
    const original = steering.originals[random(2)]!;
    steering.put(original, folder);
    return mutateProfile(join(folder, "profile"), "it", random);
  },

  async open(folder) {
    const profile = await program.loadProfile(join(folder, "profile", "it.steer.json"));
    program.profileSteering(profile).scaled(0.5).within(1, 3);
  },
};
