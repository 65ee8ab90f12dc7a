import { spanOf, residualOf } from "../../../lib/rank/covariate-span";
import type { Variable } from "../../../lib/rank/variables";

const spanOfColumns = (n: number, covariates: Record<string, Variable>) =>
  spanOf(n, new Map(Object.entries(covariates)));

describe("the span of covariates", () => {
  it("is orthonormal, the constant first, a column less than there are categories", () => {
    const n = 8;
    const { rows, size } = spanOfColumns(n, {
      length: [1, 2, 3, 4, 5, 6, 7, 1e6],
      option: ["A", "B", "C", "A", "B", "C", "A", "B"],
    });
    expect(size).toBe(1 + 1 + 2);
    const vector = (i: number) => rows.subarray(i * n, (i + 1) * n);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const product = vector(i).reduce((sum, x, k) => sum + x * vector(j)[k]!, 0);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
      }
    }
    expect(vector(0)[0]).toBeCloseTo(1 / Math.sqrt(n), 15);
  });

  it("leaves out and names what says nothing new", () => {
    const { size, redundant } = spanOfColumns(5, {
      a: [1, 2, 3, 4, 6],
      same: [7, 7, 7, 7, 7],
      twice: [2, 4, 6, 8, 12],
    });
    expect(size).toBe(2);
    expect(redundant).toEqual(["same", "twice"]);
  });

  it("takes what varies little beside its size, such as dates, but no rounding", () => {
    const { size, redundant } = spanOfColumns(5, {
      date: [1, 2, 3, 4, 6].map((s) => 1.7e9 + s),
      sum: [0.3, 0.1 + 0.2, 0.3, 0.3, 0.3],
    });
    expect([size, redundant]).toEqual([2, ["sum"]]);
  });

  it("leaves nothing of what covariates say", () => {
    const span = spanOfColumns(6, { option: ["A", "A", "B", "B", "C", "C"] });
    const residual = residualOf(Float64Array.of(1, 1, 5, 5, 9, 9), span);
    for (const value of residual) expect(value).toBeCloseTo(0, 12);
    expect(residualOf(Float64Array.of(1, 3, 0, 0, 0, 0), span)[1]).toBeCloseTo(1, 12);
  });

  it("wants samples enough to correlate in what is left", () => {
    const option = ["A", "B", "C", "D"];
    expect(() => spanOfColumns(4, { option })).toThrow(expect.objectContaining({ code: "ERR_DEGENERATE" }) as Error);
  });
});
