import fc from "fast-check";
import { groupsOfLabels, membersOf } from "../../lib/statistics/groups";
import { neighbours } from "../../lib/statistics/neighbours";

const LEAST = 4;
const data = fc.array(fc.record({ group: fc.nat(2), value: fc.oneof(fc.nat(3), fc.nat(40)) }), {
  minLength: 1,
  maxLength: 80,
});

/** Each stretch of neighbours, as values, with its group. */
function stretchesOf(samples: readonly { group: number; value: number }[]) {
  const groups = groupsOfLabels(samples.map(({ group }) => group));
  const parted = neighbours(
    groups,
    samples.map(({ value }) => value),
    LEAST,
  );
  expect(parted.sizes).toEqual(membersOf(parted).map(({ length }) => length));
  return membersOf(parted).map((members) => ({
    groups: [...new Set(members.map((sample) => samples[sample]!.group))],
    values: members.map((sample) => samples[sample]!.value).sort((a, b) => a - b),
  }));
}

const holds = (property: (stretches: ReturnType<typeof stretchesOf>) => void) =>
  fc.assert(fc.property(data, (samples) => property(stretchesOf(samples))));

describe("neighbours", () => {
  it("are of one group", () => holds((all) => expect(all.every(({ groups }) => groups.length === 1)).toBe(true)));

  it("keep equal values together, and no others between them", () =>
    holds((all) => {
      for (const group of [0, 1, 2]) {
        const own = all.filter(({ groups }) => groups[0] === group).sort((a, b) => a.values[0]! - b.values[0]!);
        for (const [i, { values }] of own.entries()) {
          if (i > 0) expect(values[0]).toBeGreaterThan(own[i - 1]!.values.at(-1)!);
        }
      }
    }));

  it("are joined only where each value is rare, and few then", () =>
    holds((all) => {
      for (const { values } of all) {
        const counts = [...new Set(values)].map((value) => values.filter((other) => other === value).length);
        if (counts.length > 1) expect(Math.max(...counts)).toBeLessThan(LEAST);
        if (counts.length > 1) expect(values.length).toBeLessThan(4 * LEAST);
      }
    }));
});

test("unlike values make parts of even size", () => {
  const groups = groupsOfLabels(new Array<string>(33).fill("one"));
  const { sizes } = neighbours(
    groups,
    Array.from({ length: 33 }, (_, i) => (i * 7) % 33),
    10,
  );
  expect([...sizes]).toEqual([11, 11, 11]);
});

test("a rare no is not joined with a frequent yes", () => {
  const yes = Array.from({ length: 30 }, (_, i) => Number(i > 1));
  expect([...neighbours(groupsOfLabels(yes.map(() => 0)), yes, 10).sizes]).toEqual([2, 28]);
});
