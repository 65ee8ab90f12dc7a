import type { SaeIdentity } from "../../../lib/sae/identity";
import { featureLinks } from "../../../lib/sae/links";

const sae = (id: string, layer: number, neuronpediaId?: string) =>
  ({ id, layer, ...(neuronpediaId !== undefined && { neuronpediaId }) }) as SaeIdentity;

it("links each feature once, those alone whose SAE has a dashboard", () => {
  const saes = [sae("a", 3, "gemma-2-2b/3-gemmascope-res-16k"), sae("b", 4)];
  const features = [
    { sae: "a", layer: 3, feature: 17 },
    { sae: "b", layer: 4, feature: 17 },
    { sae: "a", layer: 3, feature: 9 },
    { sae: "a", layer: 3, feature: 17, coefficient: 2 },
  ];
  expect(featureLinks(features, saes)).toEqual([
    { sae: "a", layer: 3, feature: 17, dashboard: "https://www.neuronpedia.org/gemma-2-2b/3-gemmascope-res-16k/17" },
    { sae: "a", layer: 3, feature: 9, dashboard: "https://www.neuronpedia.org/gemma-2-2b/3-gemmascope-res-16k/9" },
  ]);
});
