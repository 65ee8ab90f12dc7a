/** A document of a run, of a profile, as it was before SAEs had ids. */
export function beforeIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(beforeIds);
  if (typeof value !== "object" || value === null) return value;
  const rest = { ...(value as Record<string, unknown>) };
  if ("layer" in rest) delete rest["sae"]; // a setup's is where they lie
  if ("dSae" in rest) delete rest["id"];
  return Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, beforeIds(inner)]));
}
