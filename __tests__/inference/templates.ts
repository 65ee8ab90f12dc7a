import type { Draw } from "./draw";

/**
 * As many samples of each template as BBQ's have where so many are drawn of its 343: few, and unlike numbers.
 * @returns the template of each sample
 */
export function templatesOf(draw: Draw, n: number): string[] {
  const TEMPLATES = 343;
  const weights = Array.from({ length: TEMPLATES }, () => Math.exp(0.8 * draw.normal()));
  let end = 0;
  const ends = weights.map((weight) => (end += weight));
  return Array.from({ length: n }, () => {
    const at = draw.uniform(0, end);
    return `template ${ends.findIndex((bound) => at < bound)}`;
  });
}

/** Something drawn for each template, and the same for all of its samples. */
export function byTemplate<T>(templates: readonly string[], drawOne: () => T): T[] {
  const drawn = new Map<string, T>();
  for (const template of templates) if (!drawn.has(template)) drawn.set(template, drawOne());
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
