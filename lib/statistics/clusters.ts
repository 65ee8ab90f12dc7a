import { groupsOfLabels, membersOf, type Groups } from "./groups";
import { neighbours } from "./neighbours";

/** Samples that are not independent of each other, such as questions of one passage; undefined: each is by itself. */
export type Clusters = Groups | undefined;

/** @param labels of samples, undefined for one that is by itself. @returns undefined where each is */
export function clustersOf(labels: readonly (string | undefined)[]): Clusters {
  if (labels.every((label) => label === undefined)) return undefined; // of millions a group each would be gigabytes
  const clusters = groupsOfLabels(labels.map((label, sample) => (label === undefined ? sample : `of ${label}`)));
  return clusters.sizes.length === labels.length ? undefined : clusters;
}

/** What orders samples of a group, and how many of them are about alike in it. */
interface Order {
  readonly value: ArrayLike<number>;
  readonly least: number;
}

/**
 * Groups parted so that whole clusters can change places: with those that have as many samples in each group. Given an
 * order these are about `least` clusters of about the same mean value, and their samples correspond by their place in it.
 */
export function exchangeable(clusters: Groups, groups: Groups, order: Order | undefined): Groups {
  const members = membersOf(clusters);
  let kinds = groupsOfLabels(members.map((samples) => composition(samples, groups)));
  if (order)
    kinds = neighbours(
      kinds,
      members.map((samples) => meanOf(samples, order.value)),
      order.least,
    );
  const places = new Uint32Array(groups.of.length);
  if (order) for (const samples of members) placeSamples(samples, groups, order, places);
  return groupsOfLabels(
    Array.from(groups.of, (group, sample) => `${kinds.of[clusters.of[sample]!]} ${group} ${places[sample]}`),
  );
}

/** How many samples a cluster has in each group. */
function composition(samples: readonly number[], { of }: Groups): string {
  const counts = new Map<number, number>();
  for (const sample of samples) counts.set(of[sample]!, (counts.get(of[sample]!) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b).join(" ");
}

/** Numbers a cluster's samples of each group by their value; about `least` have one number where they are many. */
function placeSamples(samples: readonly number[], { of }: Groups, { value, least }: Order, places: Uint32Array): void {
  const own = new Map<number, number[]>();
  for (const sample of samples) own.set(of[sample]!, [...(own.get(of[sample]!) ?? []), sample]);
  for (const cell of own.values()) {
    const nPlaces = cell.length < 2 * least ? cell.length : Math.floor(cell.length / least);
    cell.sort((a, b) => value[a]! - value[b]! || a - b);
    cell.forEach((sample, i) => (places[sample] = Math.floor((i * nPlaces) / cell.length)));
  }
}

function meanOf(samples: readonly number[], value: ArrayLike<number>): number {
  return samples.reduce((sum, sample) => sum + value[sample]!, 0) / samples.length;
}

/** A cluster's values, or one value that is by itself. */
export interface Total {
  readonly sum: number;
  readonly size: number;
}

/** Of each cluster that has values. @param values of the first samples, or of all */
export function clusterTotals(values: readonly number[], clusters: Clusters): Total[] {
  if (!clusters) return values.map((sum) => ({ sum, size: 1 }));
  const totals = clusters.sizes.map(() => ({ sum: 0, size: 0 }));
  values.forEach((value, sample) => {
    const own = totals[clusters.of[sample]!]!;
    own.sum += value;
    own.size += 1;
  });
  return totals.filter(({ size }) => size > 0);
}
