import { requireOfRanking, requireRanked } from "../../../lib/select/require-ranked";
import { rankedFeature, rankingOf } from "../../support/ranking";
import { saeId } from "../../support/sae-id";

const ranking = rankingOf([rankedFeature(1, 3, 0.4), rankedFeature(2, 0, 0.3)]);
const check = (layer: number, feature: number, r: number) => () => {
  requireRanked("run", ranking, [rankedFeature(2, 0, 0.3), { sae: saeId(layer), layer, feature, r }]);
};

it("takes features that are ranked with the same r, whatever their coefficient", () => {
  expect(check(1, 3, 0.4)).not.toThrow();
});

it.each([
  ["that is not ranked", check(1, 0, 0.4), "expected feature 1:0 in ranking.json with r = 0.4, found none"],
  ["with another r", check(1, 3, 0.5), "expected feature 1:3 in ranking.json with r = 0.5, found r = 0.4"],
])("refuses a feature %s, and says what to do", (_, selecting, message) => {
  expect(selecting).toThrow(expect.objectContaining({ code: "ERR_RUN_MISMATCH" }));
  expect(selecting).toThrow(message);
  expect(selecting).toThrow("Run select again");
});

it("refuses a stray feature in a file that names the ranking by its hash", () => {
  const sha256 = "a".repeat(64);
  const selected = { ranking: sha256, features: [rankedFeature(3, 0, 0.3)] };
  expect(() => {
    requireOfRanking("run", "selection.json", selected, { document: ranking, sha256 });
  }).toThrow(expect.objectContaining({ code: "ERR_RUN_MISMATCH" }));
});
