import type { Draw } from "./draw";

/**
 * As many samples of each template as BBQ's have where so many are drawn of its 343: few, and unlike numbers.
 * @returns the template of each sample
 */
export function templatesOf(draw: Draw, n: number): string[] {
  const TEMPLATES = 343;
  const weights = Array.from({ length: TEMPLATES }, () => Math.exp(0.8 * draw.normal()));
  const ends: number[] = [];
  for (const weight of weights) ends.push((ends.at(-1) ?? 0) + weight);
  return Array.from({ length: n }, () => {
    const at = draw.uniform(0, ends.at(-1)!);
    return `template ${ends.findIndex((end) => at < end)}`;
  });
}

/** Something drawn for each template, and the same for all of its samples. */
export function byTemplate<T>(templates: readonly string[], drawOne: () => T): T[] {
  const drawn = new Map(templates.map((template) => [template, undefined as T | undefined]));
  for (const template of drawn.keys()) drawn.set(template, drawOne());
  return templates.map((template) => drawn.get(template)!);
}

/** Features of which half of the activation, or so, is the template's: some fire in all of its samples, some in none. */
export function featuresOfTemplates(draw: Draw, templates: readonly string[], nFeatures: number): number[][] {
  return Array.from({ length: nFeatures }, () => {
    const [rate, share] = [draw.uniform(0.05, 0.6), draw.uniform(0.3, 1)];
    const own = byTemplate(templates, () => draw.flip(rate) * Math.exp(draw.normal() / 2));
    return own.map((value) => (draw.flip(share) === 1 ? value : draw.flip(rate) * Math.exp(draw.normal() / 2)));
  });
}
