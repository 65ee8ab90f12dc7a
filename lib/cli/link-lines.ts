import type { FeatureLink } from "../sae/links";
import type { FeatureKey } from "../sae/name";
import { table } from "./output";

/** Where features are shown: "20:345  https://..." */
export function linkLines(links: readonly FeatureLink[], nameOf: (feature: FeatureKey) => string): string[] {
  return table(
    links.map((link) => [nameOf(link), link.dashboard]),
    [0, 1],
  );
}
