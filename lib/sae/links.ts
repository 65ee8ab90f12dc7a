import { dashboardUrl } from "./dashboard";
import type { SaeIdentity } from "./identity";
import type { FeatureKey } from "./name";

/** A feature that a public dashboard shows. */
export interface FeatureLink extends FeatureKey {
  readonly dashboard: string;
  /** What the dashboard calls it, where it was asked. */
  readonly label?: string;
}

/** Links of the features whose SAEs have a dashboard, each once, in their order. */
export function featureLinks(features: Iterable<FeatureKey>, saes: readonly SaeIdentity[]): FeatureLink[] {
  const byId = new Map(saes.map((sae) => [sae.id, sae]));
  const links = new Map<string, FeatureLink>();
  for (const { sae, layer, feature } of features) {
    const dashboard = dashboardUrl(byId.get(sae), feature);
    if (dashboard !== null) links.set(`${sae}:${feature}`, { sae, layer, feature, dashboard });
  }
  return [...links.values()];
}
