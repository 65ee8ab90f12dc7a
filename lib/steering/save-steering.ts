import { basename } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, path as aPath, steering as aSteering } from "../arguments/kinds";
import { invalidArgument } from "../errors";
import { modelIdentity } from "../model/identity";
import { model as aModel } from "../model/kinds";
import type { Model } from "../model/model";
import { loadAddon } from "../native/load";
import { abortSignal, text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { VERSION } from "../version";
import type { Operation } from "./operation";
import { saveProfile, type ProfileHashes, type SteeringProfile, type SteeringVectors } from "./profile";
import { isPlain, ProbeTable, withoutWeights } from "./profile-operation";
import type { Steering } from "./steering";

const saveOptions = z.object({
  name: option("what the profile is called", text("a name").min(1, "a name").exactOptional(), {
    value: "name",
    otherwise: "the file's name",
  }),
  signal: abortSignal().optional(),
});

/** @interface */
export type SaveSteeringOptions = Given<typeof saveOptions>;

const saveArguments = z.object({ path: aPath(), steering: aSteering(), model: aModel(), options: anyOptions() });

/**
 * Writes a steering of `model` as a profile, from which `loadSteering` makes the same again: `path` (`*.steer.json`) and its
 * vectors beside it. It has no features, as what it is made of is not known of it.
 *
 * @throws ERR_FILE_WRITE; ERR_INVALID_ARGUMENT for one that replaces rows: a profile has no word for it
 */
export async function saveSteering(
  path: string,
  steering: Steering,
  model: Model,
  options: SaveSteeringOptions = {},
): Promise<ProfileHashes> {
  checkArguments(saveArguments, { path, steering, model, options });
  refuseUnknown(options, saveOptions);
  const { name = basename(path, ".steer.json"), signal } = resolveOptions(saveOptions, options);
  return saveProfile(path, await steeringProfileOf(steering, model, { name, signal }));
}

/** A steering of `model` as a profile. */
export async function steeringProfileOf(
  steering: Steering,
  model: Model,
  { name, signal }: { readonly name: string; readonly signal?: AbortSignal | undefined },
): Promise<SteeringProfile> {
  return {
    ...{ format: "corrsteer-steering-profile", name, model: await modelIdentity(model, { signal }) },
    ...{ saes: [], convention: "sae", features: [], task: "by hand", n: 0 },
    versions: { corrsteer: VERSION, llamaCpp: loadAddon().loadedRelease },
    ...steeringContent(steering.operations, model.info.nEmbd),
  };
}

type Content = Pick<SteeringProfile, "version" | "operations" | "probes" | "vectors">;

/** What a profile says of operations. */
export function steeringContent(operations: readonly Operation[], nEmbd: number): Content {
  if (operations.some(({ replace }) => replace !== undefined))
    throw invalidArgument(
      "steering",
      "one that adds to rows: a profile cannot say what they are replaced by",
      "replaceRows",
    );
  if (operations.every(isPlain)) return { version: 2, vectors: summed(operations, nEmbd) };
  const sorted = [...operations].sort((a, b) => a.layer - b.layer);
  const table = new ProbeTable();
  return {
    version: 3,
    operations: sorted.map((operation) => table.operation(operation)),
    probes: table.probes.map(withoutWeights),
    vectors: {
      ...packed(sorted, nEmbd),
      probes: Float32Array.from(table.probes.flatMap(({ weights }) => [...weights])),
    },
  };
}

/** One vector a layer, as the engine adds it: summed in double. */
function summed(operations: readonly Operation[], nEmbd: number): SteeringVectors {
  const layers = [...new Set(operations.map(({ layer }) => layer))].sort((a, b) => a - b);
  const sums = layers.map((layer) => {
    const sum = new Float64Array(nEmbd);
    for (const { vector, scale } of operations.filter((of) => of.layer === layer))
      vector.forEach((value, i) => (sum[i]! += scale * value));
    return { layer, vector: Float32Array.from(sum) };
  });
  return packed(sums, nEmbd);
}

function packed(of: readonly Pick<Operation, "layer" | "vector">[], nEmbd: number): SteeringVectors {
  const rows = new Float32Array(of.length * nEmbd);
  of.forEach(({ vector }, i) => {
    rows.set(vector, i * nEmbd);
  });
  return { nEmbd, layers: Int32Array.from(of, ({ layer }) => layer), rows };
}
