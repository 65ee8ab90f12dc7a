import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { finite, listOf, shapeOf, text } from "../arguments/kinds";
import { integer } from "../options/kinds";
import { outOfRange } from "../errors";
import type { SaeConfig } from "./config";
import { saeIds } from "./id";

/**
 * The coordinates of the residual stream after a block, in place of an SAE's features: coordinate i of a row is its
 * "activation", of either sign, and its direction is the unit vector e_i. The published `--raw`.
 */
export interface ResidualBasis {
  readonly id: string;
  readonly path: string;
  readonly config: Omit<SaeConfig, "encoder"> & { readonly encoder: { readonly basis: "residual" } };
}

const basesArguments = z.object({
  model: shapeOf({ nEmbd: integer(1), nLayer: integer(0), name: text() }, "what a model is"),
  layers: z.union([z.literal("all"), listOf(finite(), "layers")], '"all", or a list of layers'),
});

/** Of each layer. @throws RangeError `ERR_OUT_OF_RANGE` for a layer that the model lacks */
export function residualBases(
  model: { readonly nEmbd: number; readonly nLayer: number; readonly name: string },
  layers: "all" | readonly number[] = "all",
): ResidualBasis[] {
  checkArguments(basesArguments, { model, layers });
  const { nEmbd, nLayer, name } = model;
  const chosen = layers === "all" ? Array.from({ length: nLayer }, (_, layer) => layer) : [...new Set(layers)];
  return chosen.map((layer) => {
    if (!Number.isInteger(layer) || layer < 0 || layer >= nLayer)
      throw outOfRange("layers", `integers in [0, ${nLayer})`, layer);
    const hook = { layer, site: "resid_post" } as const;
    return {
      id: saeIds([{ ...hook, dSae: nEmbd }])[0]!,
      path: `residual stream, layer ${layer}`,
      config: {
        dModel: nEmbd,
        dSae: nEmbd,
        hook,
        modelName: name,
        neuronpediaId: undefined,
        encoder: { basis: "residual" },
      },
    };
  });
}

/** Unit vectors [features.length, width]. */
export function unitVectors(features: readonly number[], width: number): Float32Array {
  const rows = new Float32Array(features.length * width);
  features.forEach((feature, i) => (rows[i * width + feature] = 1));
  return rows;
}
