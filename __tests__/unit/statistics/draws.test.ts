import { beyondDraws } from "../../../lib/statistics/beyond-draws";
import { clustersOf, exchangeable } from "../../../lib/statistics/clusters";
import { dealing } from "../../../lib/statistics/dealing";
import { adjustedRankPs, rankP } from "../../../lib/statistics/draw-rank";
import { groupsOfLabels, oneGroup } from "../../../lib/statistics/groups";
import { seededRandom } from "../../../lib/statistics/random";

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("the rank p of a value among draws", () => {
  it("counts the draws that are as large, and itself", () => {
    expect(rankP({ value: 20, draws: upTo(19) })).toBe(1 / 20);
    expect(rankP({ value: 18, draws: upTo(19) })).toBe(2 / 20);
    expect(rankP({ value: 0.1 + 0.2, draws: [0.3, 0.1] })).toBe(2 / 3);
  });

  it("is that of one value where there is one", () => {
    for (const value of [-1, 3.5, 18, 30])
      expect(adjustedRankPs([{ value, draws: upTo(19) }])).toEqual([rankP({ value, draws: upTo(19) })]);
  });

  it("compares the best of several with the best of each draw, the next one with those left", () => {
    const first = { value: 9, draws: [1, -1, -1.5] };
    const second = { value: 6, draws: [2, -1, 3.2] };
    expect(adjustedRankPs([first, second])).toEqual([1 / 4, 1 / 4]);
    expect(adjustedRankPs([second, first])).toEqual([1 / 4, 1 / 4]);
    // A draw that is as large in place of either leaves none the best; one as large as the next leaves the best.
    const out = { value: 9, draws: [1, 40, -1.5] };
    expect(adjustedRankPs([out, second])).toEqual([2 / 4, 2 / 4]);
    expect(adjustedRankPs([first, { value: 6, draws: [2, 7, 3.2] }])).toEqual([1 / 4, 2 / 4]);
    expect(adjustedRankPs([{ value: 9, draws: [1, 7, -1.5] }, second])).toEqual([1 / 4, 1 / 4]);
    expect(adjustedRankPs([first, { value: 6, draws: [2, 90, 3.2] }])[0]).toBe(2 / 4);
  });

  it("is 1 where nothing varies, or nothing was drawn", () => {
    expect(adjustedRankPs([{ value: 0, draws: [0, 0, 0] }])).toEqual([1]);
    expect(adjustedRankPs([{ value: 5, draws: [] }])).toEqual([1]);
  });

  it("is at most 1 in 20 for one of three values no more often than that, however they hang together", () => {
    const random = seededRandom(5);
    const normal = () =>
      Math.sqrt(-2 * Math.log((random(1e9) + 1) / 1e9)) * Math.cos((2 * Math.PI * random(1e9)) / 1e9);
    const nTrials = 2000;
    let hits = 0;
    for (let trial = 0; trial < nTrials; trial++) {
      const columns = upTo(20).map(() => {
        const common = normal();
        return [common, common + normal(), 10 * normal() ** 3];
      });
      const families = upTo(3).map((f) => {
        const [value, ...draws] = columns.map((column) => column[f]!) as [number, ...number[]];
        return { value, draws };
      });
      if (adjustedRankPs(families).some((p) => p <= 0.05)) hits += 1;
    }
    expect(hits / nTrials).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / nTrials));
    expect(hits / nTrials).toBeGreaterThan(0.03);
  });
});

describe("the interval of a difference from draws", () => {
  it("is widened by what Student's interval says of their mean", () => {
    // R: t.test(1:4)$conf.int is 0.445739743239121 to 4.554260256760879, a half-width of 2.054260256760879.
    const [low, high] = beyondDraws(5, [4, 7], [1, 2, 3, 4]);
    expect(low).toBeCloseTo(5 - Math.hypot(1, 2.054260256760879), 6);
    expect(high).toBeCloseTo(5 + Math.hypot(2, 2.054260256760879), 6);
  });

  it("is as it was where draws are alike, or there is one", () => {
    expect(beyondDraws(5, [4, 7], [2, 2, 2])).toEqual([4, 7]);
    expect(beyondDraws(5, [4, 7], [2])).toEqual([4, 7]);
  });
});

describe("scores that are dealt out anew", () => {
  it("stay in their group", () => {
    const groups = groupsOfLabels([0, 1, 0, 1, 1, 0]);
    const from = dealing(groups, undefined, seededRandom(3));
    expect([...from].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    from.forEach((sample, i) => {
      expect(groups.of[sample]).toBe(groups.of[i]);
    });
  });

  it("take each order equally often", () => {
    const random = seededRandom(8);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = dealing(oneGroup(3), undefined, random).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });

  it("keep clusters together, which change places with those of their size", () => {
    const labels = ["a", "a", "b", "b", "c", "c", "d", undefined];
    const clusters = clustersOf(labels)!;
    const groups = exchangeable(clusters, oneGroup(labels.length), undefined);
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const from = dealing(groups, clusters, seededRandom(seed));
      for (const pair of [0, 2, 4]) expect(clusters.of[from[pair]!]).toBe(clusters.of[from[pair + 1]!]);
      expect([from[6], from[7]].map((sample) => sample! >= 6)).toEqual([true, true]);
      seen.add(from.join(""));
    }
    expect(seen.size).toBeGreaterThan(60); // of 3! ways for the pairs, 2 within each, 2 for the rest: 96
  });
});
