import { nullSummaryOf } from "../../../lib/evaluate/null-summary";
import { rankedFeature, rankingOf, rankingWithNull } from "../../support/ranking";
import { saeId } from "../../support/sae-id";

const features = [rankedFeature(1, 3, 0.5), rankedFeature(2, 0, 0.3)];

test("is null where no scores were permuted", () => {
  expect(nullSummaryOf(rankingOf(features))).toBeNull();
});

test("counts the survivors of all layers, and says where features of each are added", () => {
  const ranked = rankingWithNull(features);
  const layer = { threshold: 0.4, quantiles: [], bestInsideNull: false };
  const layers = [1, 2].map((number) => ({ ...layer, sae: saeId(number), layer: number, nSurvivors: number }));
  const summaryOf = (convention: "sae" | "official") =>
    nullSummaryOf({ ...ranked, convention, null: { ...ranked.null!, layers } })!;
  expect(summaryOf("sae")).toMatchObject({ nSurvivors: 3, threshold: 0.45, target: "score", sign: "positive" });
  expect(summaryOf("sae").layers.map(({ nativeLayer }) => nativeLayer)).toEqual([1, 2]);
  expect(summaryOf("official").layers.map(({ nativeLayer }) => nativeLayer)).toEqual([0, 1]);
});
