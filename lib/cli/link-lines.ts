import type { Labelled } from "../sae/labels";
import type { FeatureKey } from "../sae/name";
import { table } from "./output";

/** Where features are shown: "20:345  https://...", with labels where they were asked for. */
export function linkLines({ links, noLabels }: Labelled, nameOf: (feature: FeatureKey) => string): string[] {
  const rows = links.map((link) => [nameOf(link), link.dashboard, link.label ?? ""]);
  return [...table(rows, [0, 1, 2]), ...(noLabels === null ? [] : [`Labels are missing: ${noLabels}`])];
}
