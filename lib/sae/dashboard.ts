import type { SaeIdentity } from "./identity";

/** A feature's page on Neuronpedia, whose id SAELens keeps with a published SAE; null where it has none. */
export function dashboardUrl(sae: SaeIdentity | undefined, feature: number): string | null {
  if (sae?.neuronpediaId === undefined) return null;
  const path = sae.neuronpediaId.split("/").map(encodeURIComponent).join("/");
  return `https://www.neuronpedia.org/${path}/${feature}`;
}
