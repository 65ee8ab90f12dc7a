import { collect } from "../../lib/collect/collect";
import { Model } from "../../lib/model/model";
import { rank } from "../../lib/rank/rank";
import { findSaes } from "../../lib/sae/set";
import { fixture } from "../native/models";
import { parityTask, TINY_SAES, tinySamples } from "./tiny-task";

/** A ranked run of the tiny model that has a chat template: a few features of each of three layers. */
export async function rankedRun(directory: string): Promise<string> {
  const { model: path } = fixture("qwen3");
  await using model = await Model.load(path);
  await collect(model, await findSaes(TINY_SAES), parityTask, {
    ...{ directory, samples: tinySamples(24), chunkSamples: 10, sae: { threads: 1 } },
    engine: { threads: 1, contextTokens: 1024 },
    environment: { model: path, sae: TINY_SAES, task: "parity" },
  });
  await rank(directory, { permutations: 19, bootstrap: 0, sign: "both", minSupport: 1, topK: 5 });
  return directory;
}
