import { invalidArgument } from "../errors";
import type { Watched } from "../model/branch";
import type { Reply } from "../model/generate/reply";
import type { LoadedModel } from "../model/loaded-model";
import { watchFeatures } from "../steering/features";
import { loadProfile } from "../steering/profile";
import { list, saeSource } from "./options";
import { table } from "./output";

/** Values of one feature, at the row that chose each generated token. */
export interface FeatureValues {
  readonly name: string;
  readonly values: readonly number[];
}

/** What to watch: features between commas, or those of a profile. @param saes as `--sae` names them */
export async function watchedBy(names: string | { profile: string }, saes: readonly string[]): Promise<Watched> {
  const named = typeof names === "string" ? list(names) : await profileFeatures(names.profile);
  return watchFeatures(named, saeSource([...saes]));
}

async function profileFeatures(path: string): Promise<string[]> {
  const { features } = await loadProfile(path);
  if (features.length === 0) throw invalidArgument("profile", "one that has features, where none are named", path);
  return features.map(({ sae, feature }) => `${sae}/${feature}`);
}

/** @param watched [tokens, names] */
export function featureValues({ names }: Watched, watched: ArrayLike<number> = []): FeatureValues[] {
  const nTokens = watched.length / names.length;
  return names.map((name, i) => ({
    name,
    values: Array.from({ length: nTokens }, (_, token) => watched[token * names.length + i]!),
  }));
}

/** Of each feature how active it was in an answer, and at which of its tokens most. */
export function featureLines(watch: Watched, { tokens, watched }: Reply, model: LoadedModel): string[] {
  const rows = featureValues(watch, watched).map(({ name, values }) => {
    const max = Math.max(...values);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const at = values.indexOf(max);
    const token = max > 0 ? JSON.stringify(model.detokenize(tokens.slice(at, at + 1))) : "";
    return [name, mean.toPrecision(3), max.toPrecision(3), token];
  });
  return table([["feature", "mean", "max", "most at"], ...rows], [0, 3]);
}
