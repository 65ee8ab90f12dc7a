import { z } from "zod";
import { checkArguments } from "../../arguments/check";
import { anyOptions, path as aPath } from "../../arguments/kinds";
import { invalidArgument } from "../../errors";
import { number } from "../../options/kinds";
import { type Given, option } from "../../options/option";
import { refuseUnknown } from "../../options/refuse-unknown";
import { resolveOptions } from "../../options/resolve";
import { steeringProfile, type SteeringProfile, type SteeringVectors } from "../profile";
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
  const { name, model, vectors } = profile;
  if (profile.operations) {
    throw invalidArgument("profile", "one that adds each vector from the last prompt token on, and nothing else", name);
  }
  const holds = (layer: number) => {
    const k = layer - layerLess(numbering);
    return k >= 1 && k < model.nLayer;
  };
  const layers = Array.from(vectors.layers).filter(holds);
  if (layers.length === 0) {
    const expected = "a profile that steers a layer of which a control vector can have a vector";
    throw invalidArgument("profile", expected, Array.from(vectors.layers));
  }
  const kept = vectorsOf(vectors, layers, scale);
  await writeControlVector(path, kept, { architecture: model.architecture, name }, numbering);
  const lost = Array.from(vectors.layers).filter((layer) => !holds(layer));
  return { path, layers, losses: lossesOf(lost, numbering) };
}

function vectorsOf({ nEmbd, layers, rows }: SteeringVectors, wanted: readonly number[], scale: number) {
  const kept = wanted.map((layer) => rows.subarray(layers.indexOf(layer) * nEmbd).subarray(0, nEmbd));
  return {
    nEmbd,
    layers: Int32Array.from(wanted),
    rows: Float32Array.from(kept.flatMap((row) => Array.from(row, (value) => value * scale))),
  };
}

function lossesOf(lost: readonly number[], numbering: Numbering): string[] {
  return [
    ...lost.map((layer) => `${placeOf(layer)} has no vector in it: what the profile adds there is lost`),
    ...(numbering === "llama.cpp" ? [] : ["llama.cpp adds each vector one block after the one that it is of"]),
    "llama.cpp adds it at every token of prompt and answer, this profile from the prompt's last token on",
  ];
}

function placeOf(layer: number): string {
  return layer < 0 ? "the input of block 0" : `the output of block ${layer}`;
}
