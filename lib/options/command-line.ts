import { flagOf, isRepeated, words } from "./flags";
import { aboutOf, defaultOf, type About, type Group } from "./option";

/**
 * The arguments that say a group's values on a command line; a default that is a constant is not said.
 *
 * @param values by the options' names; null is not given
 * @param shown how a value, or an item of it, is written
 */
export function commandLine(
  { shape }: Group,
  values: Readonly<Record<string, unknown>>,
  shown: (text: string, about: About) => string,
): string[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const about = aboutOf(schema);
    const value = values[name] ?? undefined;
    const constant = defaultOf(schema);
    if (!about || value === undefined || (constant !== undefined && words(value) === words(constant))) return [];
    const flag = flagOf(name, about);
    if (typeof value === "boolean") return value ? [flag] : [];
    if (about.means) return [flag];
    const texts = isRepeated(about.reads) ? [value].flat().map(String) : [words(value)];
    return [flag, ...texts.map((text) => shown(text, about))];
  });
}
