import { basename } from "node:path";
import { z } from "zod";
import { checkArguments } from "../../arguments/check";
import { anyOptions, path as aPath } from "../../arguments/kinds";
import { SteeringError } from "../../errors";
import { modelIdentity } from "../../model/identity";
import { model as aModel } from "../../model/kinds";
import type { Model } from "../../model/model";
import { loadAddon } from "../../native/load";
import { text } from "../../options/kinds";
import { type Given, option } from "../../options/option";
import { refuseUnknown } from "../../options/refuse-unknown";
import { resolveOptions } from "../../options/resolve";
import { workOptions } from "../../progress";
import { VERSION } from "../../version";
import type { SteeringProfile } from "../profile";
import { controlVectorOptions, readControlVector } from "./file";

export const importOptions = z.object({
  ...controlVectorOptions.shape,
  name: option("what the profile is called", text("a name").min(1, "a name").exactOptional(), {
    value: "name",
    otherwise: "the file's name",
  }),
  signal: workOptions.shape.signal,
});

/** @interface */
export type ImportControlVectorOptions = Given<typeof importOptions>;

const importArguments = z.object({ path: aPath(), model: aModel(), options: anyOptions() });

/**
 * A GGUF control vector as a steering profile of `model`: without features, as nobody knows which made it.
 *
 * @throws ERR_SHAPE_MISMATCH when it is for another model; as `readControlVector`
 */
export async function importControlVector(
  path: string,
  model: Model,
  options: ImportControlVectorOptions = {},
): Promise<SteeringProfile> {
  checkArguments(importArguments, { path, model, options });
  refuseUnknown(options, importOptions);
  const { numbering, name = basename(path, ".gguf"), signal } = resolveOptions(importOptions, options);
  const vectors = await readControlVector(path, { numbering });
  const versions = { corrsteer: VERSION, llamaCpp: loadAddon().loadedRelease };
  const { nEmbd, nLayer } = model.info;
  const actual = { nEmbd: vectors.nEmbd, lastLayer: vectors.layers.at(-1)! };
  if (actual.nEmbd !== nEmbd || actual.lastLayer >= nLayer) {
    throw new SteeringError(
      "ERR_SHAPE_MISMATCH",
      `${path} is for a model with n_embd ${actual.nEmbd} and at least ${actual.lastLayer + 1} layers, ` +
        `${model.info.name} has n_embd ${nEmbd} and ${nLayer} layers`,
      { expected: { nEmbd, nLayer }, actual },
    );
  }
  return {
    ...{ format: "corrsteer-steering-profile", version: 2, name },
    ...{ model: await modelIdentity(model, { signal }), saes: [], convention: "sae", features: [] },
    ...{ task: `control vector ${basename(path)}`, n: 0, versions, vectors },
  };
}
