import type { SaeIdentity } from "./identity";

/** Half of a character: an id that has one is no part of an address. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** A feature's page on Neuronpedia, whose id SAELens keeps with a published SAE; null where it has none. */
export function dashboardUrl(sae: SaeIdentity | undefined, feature: number): string | null {
  if (sae?.neuronpediaId === undefined || LONE_SURROGATE.test(sae.neuronpediaId)) return null;
  const path = sae.neuronpediaId.split("/").map(encodeURIComponent).join("/");
  return `https://www.neuronpedia.org/${path}/${feature}`;
}
