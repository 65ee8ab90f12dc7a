import { loadAddon } from "../native/load";
import type { ModelInfo } from "./loaded-model";
import type { EngineOptions } from "./options";

type Products = NonNullable<EngineOptions["products"]>;

/**
 * Whose products of rows with a model's weights an engine computes with. "fastest" is not the same arithmetic on every
 * processor: it rounds the rows to 8 bits for quantised weights where there are instructions for that, else nothing.
 */
export const PRODUCTS_USED = ["fastest-int8", "fastest-float32", "float32", "llama.cpp"] as const;
export type ProductsUsed = (typeof PRODUCTS_USED)[number];

/** The choice that stands for what was used. */
export function productsOf(used: ProductsUsed): Products {
  return used === "fastest-int8" || used === "fastest-float32" ? "fastest" : used;
}

/** Unless asked otherwise: where a device computes, it does by llama.cpp. */
export function defaultProducts({ nLayer, hostLayers }: Pick<ModelInfo, "nLayer" | "hostLayers">): Products {
  return hostLayers < nLayer ? "llama.cpp" : "fastest";
}

/** What an engine uses on this machine that is asked for them. */
export function productsUsed(products: Products): ProductsUsed {
  if (products !== "fastest") return products;
  const { fastestProducts } = loadAddon();
  return fastestProducts === "llama.cpp" ? fastestProducts : `fastest-${fastestProducts}`;
}
