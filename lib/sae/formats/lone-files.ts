import { basename } from "node:path";
import { unsupported, type EncoderPlan } from "../config";
import { tensorPlaces } from "../weights";
import { sizesOf, type SaeFormat } from "./format";
import { outputOfBlock, residualHook } from "./residual";
import { LINEAR } from "./tensor-names";

/** Names of tensors by publisher: Goodfire, qresearch. */
const LAYOUTS: readonly Required<
  Pick<EncoderPlan["tensors"], "encoder" | "encoderBias" | "decoder" | "decoderBias">
>[] = [
  {
    ...{ encoder: "encoder_linear.weight", encoderBias: "encoder_linear.bias" },
    ...{ decoder: "decoder_linear.weight", decoderBias: "decoder_linear.bias" },
  },
  { ...LINEAR, decoderBias: "decoder.bias" },
];

/** Goodfire and qresearch: one PyTorch file, whose name ends in its layer, like `-l19.pth`. */
export const loneFiles: SaeFormat = {
  family: "torch state dictionary",
  find: (names) => [...names].filter((name) => /sae.*\.pth?$/i.test(name)),

  async read({ weightsPath }, { layer }) {
    const places = await tensorPlaces(weightsPath);
    const names = places.map(({ name }) => name);
    if (names.some((name) => name.endsWith("latent_bias")))
      throw unsupported("of OpenAI's SAEs the copies in SAELens' format are read");
    const found = LAYOUTS.flatMap((layout) => within(layout, names))[0];
    if (!found) throw unsupported(`expected the tensors of an SAE, found ${names.join(", ")}`);
    const [dSae, dModel] = sizesOf(weightsPath, found.encoder, places);
    const block = /[-_]l(\d+)\.pth?$/.exec(basename(weightsPath))?.[1];
    return {
      ...{ dModel, dSae, modelName: undefined, neuronpediaId: undefined },
      hook: block === undefined ? outputOfBlock(layer) : residualHook(`blocks.${block}.hook_resid_post`, layer),
      encoder: {
        ...{ activation: "relu", tensors: found, transposed: ["encoder", "decoder"] },
        ...{ subtractDecoderBias: false, inputNormalization: "none", inputScale: 1 },
      },
    };
  },
};

/** The names of a layout where they are, also in a dict within the file's. */
function within<T extends Readonly<Record<string, string>> & { readonly encoder: string }>(
  layout: T,
  names: readonly string[],
): T[] {
  const encoder = names.find((name) => name === layout.encoder || name.endsWith(`.${layout.encoder}`));
  if (encoder === undefined) return [];
  const prefix = encoder.slice(0, -layout.encoder.length);
  const prefixed = Object.entries(layout).map(([role, name]) => [role, prefix + name] as const);
  return [Object.fromEntries(prefixed) as T];
}
