import fc from "fast-check";
import { clustersOf, clusterTotals, exchangeable } from "../../lib/statistics/clusters";
import { groupsOfLabels, membersOf, oneGroup } from "../../lib/statistics/groups";

const label = fc.option(fc.nat(8).map(String), { nil: undefined });
const data = fc.array(fc.record({ cluster: label, group: fc.nat(2), value: fc.nat(20) }), {
  minLength: 1,
  maxLength: 60,
});
type Data = (typeof data extends fc.Arbitrary<infer T> ? T : never)[number][];

const partsOf = (samples: Data, order?: { least: number }) => {
  const clusters =
    clustersOf(samples.map(({ cluster }) => cluster)) ?? groupsOfLabels(samples.map((_, sample) => sample));
  const groups = groupsOfLabels(samples.map(({ group }) => group));
  const value = samples.map(({ value }) => value);
  return { clusters, groups, parts: exchangeable(clusters, groups, order && { value, ...order }) };
};

describe("what clusters leave exchangeable", () => {
  it("is within groups", () => {
    fc.assert(
      fc.property(data, (samples) => {
        const { groups, parts } = partsOf(samples);
        for (const members of membersOf(parts)) {
          expect(new Set(members.map((sample) => groups.of[sample])).size).toBe(1);
        }
      }),
    );
  });

  it.each([undefined, { least: 3 }])(
    "is of clusters that have as many samples in each part as each other: %p",
    (order) => {
      fc.assert(
        fc.property(data, (samples) => {
          const { clusters, parts } = partsOf(samples, order);
          const partsOfCluster = membersOf(clusters).map((own) => own.map((sample) => parts.of[sample]!).sort());
          for (const one of partsOfCluster) {
            for (const other of partsOfCluster)
              if (one.some((part) => other.includes(part))) expect(other).toEqual(one);
          }
        }),
      );
    },
  );

  it("is all of a group where each sample is by itself", () => {
    fc.assert(
      fc.property(data, (samples) => {
        const { groups, parts } = partsOf(samples.map((sample) => ({ ...sample, cluster: undefined })));
        expect(parts.of).toEqual(groups.of);
      }),
    );
  });

  it("is ordered by a value: a cluster's samples correspond to the other ones' from the least on", () => {
    const clusters = groupsOfLabels(["a", "a", "b", "b", "c", "c"]);
    const value = [5, 1, 2, 6, 9, 8];
    const { of } = exchangeable(clusters, oneGroup(6), { value, least: 3 });
    expect([of[1] === of[2], of[2] === of[5], of[0] === of[3], of[0] === of[1]]).toEqual([true, true, true, false]);
  });
});

test("a cluster's total is of its own values, also of the first ones only", () => {
  const clusters = clustersOf(["a", undefined, "b", "a"]);
  expect(clusterTotals([1, 2, 4, 8], clusters)).toEqual([
    { sum: 9, size: 2 },
    { sum: 2, size: 1 },
    { sum: 4, size: 1 },
  ]);
  expect(clusterTotals([1, 2], clusters)).toHaveLength(2);
  expect(clustersOf(["a", undefined, "b", undefined])).toBeUndefined();
});
