import { candidatesOf } from "../../../lib/select/candidates";
import { rankedFeature, rankingOf, rankingWithNull } from "../../support/ranking";
import { saeId } from "../../support/sae-id";

const forced = { significance: "none", most: 1 } as const;
const familyWise = { significance: "family-wise", most: 1 } as const;
const names = (layers: readonly (readonly { layer: number; feature: number }[])[]) =>
  layers.map((features) => features.map(({ layer, feature }) => `${layer}:${feature}`));

describe("candidates", () => {
  const ranking = rankingWithNull([
    { ...rankedFeature(1, 7, 0.4), familyWiseP: 0.2 },
    { ...rankedFeature(1, 3, 0.3), familyWiseP: 0.6 },
    { ...rankedFeature(2, 9, 0.6), familyWiseP: 0.001 },
    { ...rankedFeature(2, 1, 0.5), familyWiseP: 0.05 },
    { ...rankedFeature(2, 4, 0.1), familyWiseP: 0.9 },
  ]);

  it("drops a layer whose best may be chance, and names it with its p", () => {
    const { layers, dropped } = candidatesOf(ranking, familyWise);
    expect(names(layers)).toEqual([["2:9"]]);
    expect(dropped).toEqual([{ sae: saeId(1), layer: 1, feature: 7, r: 0.4, familyWiseP: 0.2 }]);
  });

  it("keeps of a layer's best only those that survive", () => {
    expect(names(candidatesOf(ranking, { ...familyWise, most: 3 }).layers)).toEqual([["2:9", "2:1"]]);
  });

  it("forces the paper's choice without significance, in ascending layers", () => {
    const { layers, dropped } = candidatesOf(ranking, { ...forced, most: 2 });
    expect(names(layers)).toEqual([
      ["1:7", "1:3"],
      ["2:9", "2:1"],
    ]);
    expect(dropped).toEqual([]);
  });

  it("may leave no layer: nothing survives is an answer", () => {
    const chance = rankingWithNull([{ ...rankedFeature(1, 7, 0.4), familyWiseP: 0.2 }]);
    expect(candidatesOf(chance, familyWise).layers).toEqual([]);
  });

  it("asks for a null where it has to judge significance", () => {
    const without = rankingOf([rankedFeature(1, 7, 0.4)]);
    expect(() => candidatesOf(without, familyWise)).toThrow(expect.objectContaining({ code: "ERR_RUN_INCOMPLETE" }));
    expect(names(candidatesOf(without, forced).layers)).toEqual([["1:7"]]);
  });

  it("says so when no layer has a feature of the wanted sign", () => {
    const degenerate = expect.objectContaining({ code: "ERR_DEGENERATE" });
    expect(() => candidatesOf(rankingOf([]), forced)).toThrow(degenerate);
    expect(() => candidatesOf(rankingOf([]), familyWise)).toThrow(degenerate);
  });
});
