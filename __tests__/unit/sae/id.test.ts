import { saeIds, sharesId } from "../../../lib/sae/id";

const sae = { layer: 3, site: "resid_post", dSae: 512 } as const;

describe("the ids of SAEs", () => {
  it("are their hook points", () => {
    expect(saeIds([sae, { ...sae, layer: 4, site: "resid_pre" }])).toEqual([
      "blocks.3.hook_resid_post",
      "blocks.4.hook_resid_pre",
    ]);
  });

  it("are their publisher's, where that can be read and typed", () => {
    const published = { ...sae, neuronpediaId: "gemma-2-2b/3-gemmascope-res-16k" };
    expect(saeIds([published, { ...sae, neuronpediaId: "\u001b[2J\ud800" }])).toEqual([
      "gemma-2-2b/3-gemmascope-res-16k",
      "blocks.3.hook_resid_post",
    ]);
  });

  it("have the width of those of one hook point, and the content of those of one width", () => {
    const same = [
      { ...sae, weights: "a".repeat(64) },
      { ...sae, weights: "b".repeat(64) },
    ];
    expect(saeIds([sae, { ...sae, dSae: 1024 }])).toEqual(["blocks.3.hook_resid_post.512", "blocks.3.hook_resid_post.1024"]); // prettier-ignore
    expect(saeIds([{ ...sae, dSae: 1024 }, ...same])).toEqual([
      "blocks.3.hook_resid_post.1024",
      "blocks.3.hook_resid_post.512.aaaaaaaa",
      "blocks.3.hook_resid_post.512.bbbbbbbb",
    ]);
    expect(sharesId([{ ...sae, dSae: 1024 }, ...same])).toEqual([false, true, true]);
  });
});
