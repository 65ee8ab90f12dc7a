import { join } from "node:path";
import type { Model } from "../../lib";
import { DEMO_MODEL } from "../support/corrsteer";
import { program } from "./built";
import { copyRun, demoRun, makeDemoRuns } from "./demo-run";
import type { Kind } from "./kind";
import { mutateProfile } from "./mutate-profile";

/** Steering profiles: the document, and the vectors beside it. */
export const profile: Kind = {
  prepare: makeDemoRuns,

  originals: ["A"],
  put: (_, folder) => copyRun(join(demoRun(folder, "sparse"), "profiles"), join(folder, "profiles")),

  make(random, folder) {
    profile.put("A", folder);
    return mutateProfile(join(folder, "profiles"), "A", random);
  },

  async open(folder) {
    const path = join(folder, "profiles", "A.steer.json");
    await program.inspect(path);
    const steering = await program.loadSteering(path, await demoModel());
    await using engine = await (await demoModel()).createEngine({ threads: 1, contextTokens: 256 });
    const prompt = (await demoModel()).tokenize("7+5=");
    await engine.run({ prompt, branches: [{ maxTokens: 2, steering }] });
  },
};

let loaded: Promise<Model> | undefined;

function demoModel(): Promise<Model> {
  return (loaded ??= program.Model.load(DEMO_MODEL));
}
