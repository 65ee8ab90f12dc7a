import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Model } from "../../lib";
import { DEMO_MODEL } from "../support/corrsteer";
import { program } from "./built";
import { copyRun, demoRun, makeDemoRuns } from "./demo-run";
import type { Kind } from "./kind";
import { mutateFile } from "./mutate-file";

/** Steering profiles: the document, and the vectors beside it. */
export const profile: Kind = {
  prepare: makeDemoRuns,

  originals: ["A"],
  put: (_, folder) => copyRun(join(demoRun(folder, "sparse"), "profiles"), join(folder, "profiles")),

  make(random, folder) {
    profile.put("A", folder);
    const profiles = join(folder, "profiles");
    const [document, vectors] = [join(profiles, "A.steer.json"), join(profiles, "A.safetensors")];
    const file = random(2) === 0 ? document : vectors;
    let name = `${file === document ? "document" : "vectors"}: ${mutateFile(file, random)}`;
    if (file === vectors && random(4) > 0 && statSync(vectors, { throwIfNoEntry: false })?.isFile()) {
      const text = readFileSync(document, "utf8");
      const sha256 = createHash("sha256").update(readFileSync(vectors)).digest("hex");
      writeFileSync(document, text.replace(/(?<="file": "A.safetensors",\s*"sha256": ")[0-9a-f]{64}/, sha256));
      name += ", with their hash";
    }
    const sizes = [document, vectors].map((path) => (existsSync(path) ? statSync(path).size : 0));
    return { name, sizeBytes: sizes[0]! + sizes[1]! };
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
