import { z } from "zod";
import { finite, listOf, path, shapeOf, text } from "../arguments/kinds";
import type { NativeSaePlan } from "../native/addon";
import { integer, oneOf, yesOrNo } from "../options/kinds";
import { SITES } from "./hook-point";

const ACTIVATIONS = ["relu", "jumprelu", "topk", "gated"] as const satisfies readonly NativeSaePlan["activation"][];
const NORMALIZATIONS = [
  ...(["none", "center", "layer_norm", "constant_norm_rescale"] as const),
] as const satisfies readonly NativeSaePlan["inputNormalization"][];

const encoder = shapeOf(
  {
    tensors: z.record(text(), text(), "names of tensors"),
    activation: oneOf(ACTIVATIONS),
    transposed: listOf(oneOf(["encoder", "decoder"]), "matrices").optional(),
    k: integer(1).optional(),
    threshold: finite().optional(),
    thresholdByDecoderNorm: yesOrNo().optional(),
    rescaleByDecoderNorm: yesOrNo().optional(),
    subtractDecoderBias: yesOrNo(),
    inputNormalization: oneOf(NORMALIZATIONS),
    inputScale: finite(),
    outputScale: finite().optional(),
  },
  "how an SAE encodes",
);

const config = {
  dModel: integer(1),
  dSae: integer(1),
  hook: shapeOf({ layer: integer(0), site: oneOf(SITES) }, "a hook point"),
  modelName: text().optional(),
  neuronpediaId: text().optional(),
};

/** What `SaeFolder` is, to a caller without types. */
export function saeFolder() {
  const stored = shapeOf({ id: text(), path: path(), weightsPath: path(), config: shapeOf({ ...config, encoder }, "a configuration") }, SAE); // prettier-ignore
  const basis = shapeOf({ basis: z.literal("residual") }, "a basis");
  const residual = shapeOf({ id: text(), path: path(), config: shapeOf({ ...config, encoder: basis }, "a configuration") }, SAE); // prettier-ignore
  return z.union([stored, residual], SAE);
}

const SAE = "an SAE, as findSaes or residualBases gives it";

export function saeFolders() {
  return listOf(saeFolder(), "a list of SAEs");
}
