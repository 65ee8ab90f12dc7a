import { Moments } from "../../../lib/statistics/moments";
import { momentsFromArrow, momentsToArrow } from "../../../lib/run/moments-arrow";
import { sparseRows } from "../../support/rows";

const code = (value: string) => expect.objectContaining({ code: value }) as Error;

describe("Moments", () => {
  it("counts zeros: z = [0, 0, 2, 4] against y = [0, 1, 1, 1] gives r = sqrt(3/11)", () => {
    // means 1.5 and 0.75; co-deviations 1.5; squared deviations 11 and 0.75; r = 1.5 / sqrt(8.25)
    const moments = Moments.of(1, sparseRows([[0], [0], [2], [4]]), [0, 1, 1, 1]);
    const feature = moments.feature(0);
    expect(feature.r).toBeCloseTo(Math.sqrt(3 / 11), 14);
    expect(feature).toMatchObject({ mean: 1.5, variance: 2.75, nActive: 2, nActiveCorrect: 2, meanIncorrect: 0 });
    expect(feature.meanCorrect).toBe(2); // (0 + 2 + 4) / 3
  });

  it("keeps r where raw sums of squares would lose it: activations near 1e6 that differ by ones", () => {
    const z = [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3];
    const moments = Moments.of(1, sparseRows(z.map((x) => [x])), [0, 0, 1, 1]);
    expect(moments.feature(0).r).toBeCloseTo(2 / Math.sqrt(5), 12);
  });

  it("gives r = 0 to a feature that never fires and to one that is constant", () => {
    const moments = Moments.of(
      2,
      sparseRows([
        [0, 0.1],
        [0, 0.1],
        [0, 0.1],
      ]),
      [0, 1, 1],
    );
    expect(moments.feature(0).r).toBe(0);
    expect(moments.feature(1).r).toBe(0);
  });

  it("takes coefficients from the steer pooling and r from the other", () => {
    const moments = Moments.of(1, sparseRows([[4], [2], [0]], [[3], [1], [0]]), [1, 0, 1]);
    expect(moments.feature(0)).toMatchObject({ mean: 2, meanCorrect: 1.5, meanIncorrect: 1 });
  });

  it("calls a sample correct when its score is above 0", () => {
    const moments = Moments.of(1, sparseRows([[1], [1], [0]]), [0.25, 0, 1]);
    expect(moments.state.nCorrect).toBe(2);
    expect(moments.feature(0)).toMatchObject({ nActive: 2, nActiveCorrect: 1 });
  });

  it.each([
    ["one sample", [[1]], [1]],
    ["all right", [[1], [0]], [1, 1]],
    ["all wrong", [[1], [0]], [0, 0]],
  ])("has r = 0 for %s", (_, rows, scores) => {
    expect(Moments.of(1, sparseRows(rows), scores).feature(0)).toMatchObject({ r: 0, nActive: 1 });
  });

  it.each([NaN, Infinity])("rejects the score %p and adds nothing", (score) => {
    const moments = Moments.empty(1);
    expect(() => moments.addRows(sparseRows([[1], [1]]), [1, score])).toThrow(code("ERR_NON_FINITE"));
    expect(moments.state.n).toBe(0);
  });

  it("rejects an infinite activation and a feature index outside the SAE", () => {
    expect(() => Moments.of(1, sparseRows([[Infinity]]), [1])).toThrow(code("ERR_NON_FINITE"));
    expect(() => Moments.of(1, sparseRows([[0, 1]]), [1])).toThrow(code("ERR_OUT_OF_RANGE"));
  });

  it("does not merge moments of different SAEs", () => {
    expect(() => Moments.empty(2).merge(Moments.empty(3))).toThrow(code("ERR_SHAPE_MISMATCH"));
  });

  it("comes back from its file bit by bit", () => {
    const moments = Moments.of(
      3,
      sparseRows([
        [0.1, 0, 3],
        [0.7, 0, 0],
        [0.3, 0, 1.5],
      ]),
      [0.3, 0, 1],
    );
    expect(momentsFromArrow(momentsToArrow(moments), "m.arrow", moments.state.dSae).state).toEqual(moments.state);
  });

  it("says which file is not one of moments", () => {
    expect(() => momentsFromArrow(new Uint8Array([1, 2, 3]), "m.arrow", 3)).toThrow(code("ERR_FILE_FORMAT"));
  });
});
