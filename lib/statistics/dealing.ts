import type { Clusters } from "./clusters";
import { groupsOfLabels, membersOf, type Groups } from "./groups";
import { shuffled, type RandomBelow } from "./random";

/**
 * Which sample's score each sample gets when scores are dealt out anew, as each permutation of the null does: whole clusters
 * change places with those that have as many samples in each group, then samples with those of their cluster and group.
 *
 * @param groups of `exchangeable` where there are clusters, which then share a group only where they are alike
 */
export function dealing(groups: Groups, clusters: Clusters, random: RandomBelow): Uint32Array {
  const byGroup = (a: number, b: number) => groups.of[a]! - groups.of[b]! || a - b;
  const all = clusters ? membersOf(clusters) : Array.from(groups.of, (_, sample) => [sample]);
  const ordered = all.map((samples) => [...samples].sort(byGroup));
  const alike = membersOf(groupsOfLabels(ordered.map(([first]) => groups.of[first!]!)));
  const from = new Uint32Array(groups.of.length);
  for (const kind of alike) {
    const places = kind.flatMap((cluster) => ordered[cluster]!);
    const dealt = shuffled(kind, random).flatMap((cluster) => withinGroups(ordered[cluster]!, groups, random));
    places.forEach((sample, i) => (from[sample] = dealt[i]!));
  }
  return from;
}

/** @param samples one group after the other */
function withinGroups(samples: readonly number[], groups: Groups, random: RandomBelow): number[] {
  const own = membersOf(groupsOfLabels(samples.map((sample) => groups.of[sample]!)));
  return own.flatMap((members) =>
    shuffled(
      members.map((i) => samples[i]!),
      random,
    ),
  );
}
