import { serverNamed } from "../hub/environment";
import type { SaeIdentity } from "./identity";

/** Half of a character: an id that has one is no part of an address. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Where dashboards are: neuronpedia.org, or `NEURONPEDIA_URL` for one of one's own. @throws ERR_INVALID_ARGUMENT */
export function dashboardSite(): string {
  return serverNamed("NEURONPEDIA_URL", "https://www.neuronpedia.org");
}

/** A published SAE's page on Neuronpedia, whose id SAELens keeps with it; null where it has none. */
export function dashboardPage(neuronpediaId: string | undefined): string | null {
  if (neuronpediaId === undefined || LONE_SURROGATE.test(neuronpediaId)) return null;
  return `${dashboardSite()}/${neuronpediaId.split("/").map(encodeURIComponent).join("/")}`;
}

/** A feature's page there. */
export function dashboardUrl(sae: SaeIdentity | undefined, feature: number): string | null {
  const page = dashboardPage(sae?.neuronpediaId);
  return page === null ? null : `${page}/${feature}`;
}
