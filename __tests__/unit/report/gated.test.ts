import { gatedDetails } from "../../../lib/report/sections/gated";
import type { GatedRecord } from "../../../lib/select/selection";

const tried = {
  ...{ n: 200, effect: 0.1, interval: [0.05, 0.15] as [number, number], scoreDifference: 0.1, choiceDifference: 0.1 },
  ...{ pValue: 0.001, adjustedP: 0.002, helps: true, droppedAtStage: null },
};
const record: GatedRecord = {
  ...{ outcome: "score", stages: [25, 200], chosen: 0, cost: { decodedTokens: 4000, answers: 600 } },
  probes: [{ sae: "blocks.3.hook_resid_post", layer: 3, mean: 0, deviation: 1, auc: 0.71 }],
  candidates: [
    { saes: ["blocks.3.hook_resid_post"], above: 2, ...tried },
    { saes: ["blocks.3.hook_resid_post"], above: 4, ...tried, pValue: null, adjustedP: null, helps: false },
  ],
};

describe("a gate in the report", () => {
  it("says which probes are brought how far, how well they tell, and what was tried", () => {
    const page = gatedDetails(record).text.replaceAll(/\s+/g, " ");
    expect(page).toContain("rows brought to 2 deviations above the mean of the probes of blocks.3.hook_resid_post");
    for (const part of ["0.710", "given up", "600 answers and 4,000 decoded tokens"]) expect(page).toContain(part);
  });

  it("says so where it does nothing", () => {
    expect(gatedDetails({ ...record, chosen: null }).text).toContain("no threshold helps: it steers nothing");
  });
});
