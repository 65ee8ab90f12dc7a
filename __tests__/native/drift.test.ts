import { saeDrift } from "../../lib/agreement/drift";
import { readModel } from "../../lib/agreement/read-model";
import { findSaes, saesOfLayers } from "../../lib/sae/set";
import { model, saes } from "../support/command-line";

test("tells of the features of a profile that are of the SAE, in their order, and of no other", async () => {
  const [sae] = saesOfLayers(await findSaes(saes), [1]);
  const { signal } = new AbortController();
  await using first = await readModel(model, [sae!], {}, signal);
  await using second = await readModel(model, [sae!], {}, signal);
  const asked = [5, 2].map((feature) => ({ layer: 1, sae: sae!.id, feature }));
  const { features, pooled } = await saeDrift(
    sae!,
    [first, second],
    [...asked, { layer: 1, sae: "another", feature: 1 }],
    {},
  );
  expect(features.map(({ feature }) => feature)).toEqual([5, 2]);
  for (const { texts, means, r } of features) {
    expect([texts[0], means[0]]).toEqual([texts[1], means[1]]);
    if (r !== null) expect(r).toBeCloseTo(1);
  }
  expect(features.some(({ r }) => r !== null)).toBe(true);
  expect(pooled.drifting).toBe(0);
});
