import { sideEffects } from "../../../lib/evaluate/side-effects";

const answers = (list: [string, number][]) => list.map(([completion, score]) => ({ completion, score }));

describe("side effects", () => {
  it("are answers made worse, of all that changed and of those whose score changed", () => {
    const baseline = answers([
      ["A", 1],
      ["B", 0],
      ["C", 0],
      ["D", 1],
      ["A", 0],
    ]);
    const steered = answers([
      ["B", 0],
      ["A", 1],
      ["D", 0],
      ["D", 1],
      ["B", 1],
    ]);
    expect(sideEffects(baseline, steered)).toEqual({
      changed: 4,
      worse: 1,
      better: 2,
      ofChanged: 1 / 4,
      ofRescored: 1 / 3,
    });
  });

  it("have no ratio when nothing changed, or nothing was scored otherwise", () => {
    const baseline = answers([
      ["A", 1],
      ["B", 0],
    ]);
    expect(sideEffects(baseline, baseline)).toMatchObject({ changed: 0, ofChanged: null, ofRescored: null });
    expect(
      sideEffects(
        baseline,
        answers([
          ["A", 1],
          ["C", 0],
        ]),
      ),
    ).toMatchObject({ ofChanged: 0, ofRescored: null });
  });
});
