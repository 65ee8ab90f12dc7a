import type { NativeExamples, NativeKept } from "../native/addon";
import { seededRandom, shuffled } from "../statistics/random";
import { BEFORE, WIDTH } from "./context";
import type { Context } from "./format";

/** Of the activations of a feature, fifths. */
export const N_RANGES = 5;

/** What is known of one feature from the text. */
export interface FeatureExamples {
  /** Rows on which it is active. */
  readonly active: number;
  /** Of its activations on these; 0 where there are none. */
  readonly meanActivation: number;
  /** Strongest first. */
  readonly top: readonly Context[];
  /** Contexts drawn from those on which it is active, in fifths by activation, the strongest first. */
  readonly ranges: readonly (readonly Context[])[];
  /** Positions drawn in the same way, for nothing but scoring labels. */
  readonly heldOut: readonly number[];
  /** Whether it is active in each probe, a bit each: the first 32 and the others. */
  readonly probes: readonly [number, number];
}

/** @param index of the feature among those that were taken; @param feature of the SAE: what is drawn depends on it */
export function examplesOf(
  kept: NativeKept,
  index: number,
  feature: number,
  { top, perRange, seed }: { top: number; perRange: number; seed: number },
): FeatureExamples {
  const active = kept.active[index]!;
  const nShown = N_RANGES * perRange;
  const list = contexts(kept.sample, index * 2 * nShown, Math.min(active, 2 * nShown));
  const drawn = shuffled(list, seededRandom(seed ^ feature));
  const nHeldOut = Math.floor(drawn.length / 2);
  const shown = drawn.slice(nHeldOut).sort(([a, strength], [b, other]) => other - strength || a - b);
  return {
    active,
    meanActivation: active > 0 ? rounded(kept.sums[index]! / active) : 0,
    top: contexts(kept.top, index * top, kept.nTop[index]!),
    ranges: evenParts(shown, N_RANGES),
    heldOut: drawn.slice(0, nHeldOut).map(([position]) => position),
    probes: [kept.probes[2 * index]!, kept.probes[2 * index + 1]!],
  };
}

/** In order, of sizes that differ by at most one. */
export function evenParts<T>(items: readonly T[], nParts: number): T[][] {
  const begin = (part: number) => Math.round((part * items.length) / nParts);
  return Array.from({ length: nParts }, (_, part) => items.slice(begin(part), begin(part + 1)));
}

function contexts({ positions, activations, largest, contexts }: NativeExamples, begin: number, n: number): Context[] {
  return Array.from({ length: n }, (_, i): Context => {
    const place = begin + i;
    const levels = contexts.subarray(place * WIDTH, (place + 1) * WIDTH);
    const around = Array.from(levels, (level, at) => (level > 0 ? [at - BEFORE, level] : [])).flat();
    return [positions[place]!, rounded(activations[place]!), rounded(largest[place]!), around];
  });
}

/** To what is shown of it. */
export function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
