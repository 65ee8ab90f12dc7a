import { designOf, isPartial } from "../../../lib/rank/design";
import type { Variable } from "../../../lib/rank/variables";

const N = 120;
const y = Float64Array.from({ length: N }, (_, i) => Number((i * 7) % 11 < 5));
const numbers = (value: (i: number) => number) => Array.from({ length: N }, (_, i) => value(i));
const lengths = numbers((i) => (i * 37) % N);

const design = (covariates: Record<string, Variable>, stratifyBy?: readonly [string, Variable]) =>
  designOf(y, { target: "score", covariates: new Map(Object.entries(covariates)), stratifyBy });

describe("what a correlation is given", () => {
  it("is nothing unless asked: Pearson's r", () => {
    const { groups, span } = design({});
    expect([groups.sizes, span.size, isPartial(design({}))]).toEqual([[N], 0, false]);
  });

  it("parts samples by categories, and by numbers of few values, however rare", () => {
    const option = numbers((i) => i % 3).map(String);
    const valid = numbers((i) => Number(i > 1));
    const { groups, span } = design({ option, valid });
    expect([...groups.sizes].sort((a, b) => a - b)).toEqual([1, 1, 39, 39, 40]);
    expect(span.size).toBe(0);
  });

  it("is the same whether strata or a covariate say it", () => {
    const option = numbers((i) => i % 3).map(String);
    expect(design({ option }).groups).toEqual(design({}, ["option", option]).groups);
  });

  it("parts samples into about ten neighbours by other numbers, within categories, and takes their trend out", () => {
    const option = numbers((i) => i % 2).map(String);
    const { groups, span } = design({ lengths, option });
    expect([...groups.sizes]).toEqual(new Array(12).fill(10));
    expect(span.size).toBe(5);
    for (let group = 0; group < 12; group++) {
      const own = lengths.filter((_, i) => groups.of[i] === group);
      expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(18); // of every second length
    }
  });

  it("orders neighbours by what several numbers together say of the target", () => {
    const widths = numbers((i) => (i * 53) % N);
    const { groups, span } = design({ lengths, widths });
    expect(groups.sizes).toHaveLength(12);
    expect(span.size).toBe(10);
  });

  it("names what says nothing new", () => {
    const twice = lengths.map((length) => 2 * length);
    const option = numbers((i) => i % 3).map(String);
    const { redundant } = design({ option, same: numbers(() => 7), again: option, lengths, twice });
    expect(redundant).toEqual(["same", "again", "twice"]);
  });

  it("has to leave something of the target", () => {
    const said = expect.objectContaining({ code: "ERR_DEGENERATE" }) as Error;
    expect(() => design({ score: [...y] })).toThrow(said);
    expect(() => design({}, ["score", [...y]])).toThrow(said);
  });
});
