import type { GatedRecord } from "./selection";

/** What a gate does, or that it does nothing, in words. */
export function gatedWords({ candidates, chosen }: GatedRecord): string {
  if (chosen === null) return "no threshold helps: it steers nothing";
  const { saes, above } = candidates[chosen]!;
  return `rows brought to ${above} deviations above the mean of the probes of ${saes.join(", ")}`;
}
