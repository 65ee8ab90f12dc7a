import { groupsOfLabels, membersOf, type Groups } from "./groups";

/** Samples of one value, or of several that follow each other. */
type Run = readonly number[];

/**
 * Each group parted into neighbours by a value: samples of equal value stay together, by themselves where they are at
 * least `least`, else with the values next to theirs, so that about `least` are together. No frequent value is joined with
 * others: a yes or no is parted exactly, however rare the one is.
 */
export function neighbours(groups: Groups, values: ArrayLike<number>, least: number): Groups {
  const labels = new Uint32Array(groups.of.length);
  let label = 0;
  for (const members of membersOf(groups)) {
    for (const samples of stretches(runsOf(members, values), least)) {
      for (const sample of samples) labels[sample] = label;
      label += 1;
    }
  }
  return groupsOfLabels(labels);
}

/** Samples of equal value, ascending by it. */
function runsOf(members: readonly number[], values: ArrayLike<number>): Run[] {
  const order = [...members].sort((a, b) => values[a]! - values[b]! || a - b);
  const runs: number[][] = [];
  order.forEach((sample, i) => {
    if (i > 0 && values[sample] === values[order[i - 1]!]) runs.at(-1)!.push(sample);
    else runs.push([sample]);
  });
  return runs;
}

/** Frequent values as they are; what lies between two of them in even parts. */
function stretches(runs: readonly Run[], least: number): Run[] {
  const parts: Run[] = [];
  const between: Run[] = [];
  for (const run of runs) {
    if (run.length < least) between.push(run);
    else parts.push(...evenParts(between.splice(0), least), run);
  }
  return [...parts, ...evenParts(between, least)];
}

/** As many parts as have `least` samples on average; each value belongs where its middle lies. */
function evenParts(runs: readonly Run[], least: number): Run[] {
  const total = runs.reduce((sum, samples) => sum + samples.length, 0);
  const nParts = Math.max(1, Math.floor(total / least));
  const parts: number[][] = Array.from({ length: nParts }, () => []);
  let before = 0;
  for (const samples of runs) {
    const middle = before + samples.length / 2;
    parts[Math.min(nParts - 1, Math.floor((middle * nParts) / total))]!.push(...samples);
    before += samples.length;
  }
  return parts.filter((samples) => samples.length > 0);
}
