import { z } from "zod";
import { checkArguments } from "../../arguments/check";
import { anyOptions, path as aPath } from "../../arguments/kinds";
import { invalidArgument } from "../../errors";
import { number } from "../../options/kinds";
import { type Given, option } from "../../options/option";
import { refuseUnknown } from "../../options/refuse-unknown";
import { resolveOptions } from "../../options/resolve";
import { steeringProfile, type SteeringProfile } from "../profile";
import { controlVectorOptions, writeControlVector } from "./file";
import { layerLess, type Numbering } from "./numbering";

export const exportOptions = z.object({
  ...controlVectorOptions.shape,
  scale: option("factor on the profile's vectors", number("a finite number").default(1), { value: "x" }),
});

/** @interface */
export type ExportControlVectorOptions = Given<typeof exportOptions>;

/** What became of a profile. */
export interface ExportedControlVector {
  readonly path: string;
  /** Those that the file has a vector of, block indices from 0. */
  readonly layers: readonly number[];
  /** What of the profile is lost in it, as sentences. */
  readonly losses: readonly string[];
}

const exportArguments = z.object({ profile: steeringProfile, path: aPath(), options: anyOptions() });

/**
 * Writes the vectors of a profile as a GGUF control vector, for `--control-vector` of llama.cpp's programs. It has no place
 * for what goes to the output of block 0, and is added at every token.
 *
 * @throws ERR_INVALID_ARGUMENT for a profile of which nothing would be left; ERR_FILE_WRITE
 */
export async function exportControlVector(
  profile: SteeringProfile,
  path: string,
  options: ExportControlVectorOptions = {},
): Promise<ExportedControlVector> {
  checkArguments(exportArguments, { profile, path, options });
  refuseUnknown(options, exportOptions);
  const { numbering, scale } = resolveOptions(exportOptions, options);
  const { name, model } = profile;
  const holds = (layer: number) => {
    const k = layer - layerLess(numbering);
    return k >= 1 && k < model.nLayer;
  };
  const { sums, losses } = additionsOf(profile);
  const layers = [...sums.keys()].filter(holds);
  if (layers.length === 0) {
    const expected = "a profile that adds something at a layer of which a control vector can have a vector";
    throw invalidArgument("profile", expected, Array.from(profile.vectors.layers));
  }
  const rows = Float32Array.from(layers.flatMap((layer) => Array.from(sums.get(layer)!, (value) => value * scale)));
  const kept = { nEmbd: profile.vectors.nEmbd, layers: Int32Array.from(layers), rows };
  await writeControlVector(path, kept, { architecture: model.architecture, name }, numbering);
  const lost = [...sums.keys()].filter((layer) => !holds(layer));
  return { path, layers, losses: [...lost.map(withoutPlace), ...losses, ...lossesOf(numbering)] };
}

/** What a profile adds at each layer, and what of how it does so no control vector can say. */
function additionsOf({ vectors, operations }: SteeringProfile) {
  const { nEmbd, layers, rows } = vectors;
  const sums = new Map<number, Float64Array>();
  const losses = new Set<string>();
  layers.forEach((layer, i) => {
    const { scale = 1, from = 0, to = null, phase, target, when } = operations?.[i] ?? {};
    if (target || when) {
      losses.add(`${placeOf(layer)}: what depends on the text, by a condition or a value to reach, is lost`);
      return;
    }
    if (to !== null || (from ?? 0) > 0 || phase)
      losses.add(`${placeOf(layer)}: that it is added in a part of the text alone is lost`);
    const sum = sums.get(layer) ?? new Float64Array(nEmbd);
    rows.subarray(i * nEmbd, (i + 1) * nEmbd).forEach((value, j) => (sum[j]! += scale * value));
    sums.set(layer, sum);
  });
  return { sums, losses: [...losses] };
}

function withoutPlace(layer: number): string {
  return `${placeOf(layer)} has no vector in it: what the profile adds there is lost`;
}

function lossesOf(numbering: Numbering): string[] {
  return [
    ...(numbering === "llama.cpp" ? [] : ["llama.cpp adds each vector one block after the one that it is of"]),
    "llama.cpp adds it at every token of prompt and answer, a profile from the prompt's last token on unless it says more",
  ];
}

function placeOf(layer: number): string {
  return layer < 0 ? "the input of block 0" : `the output of block ${layer}`;
}
