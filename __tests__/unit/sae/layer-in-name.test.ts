import { layerInName } from "../../../lib/sae/layer-in-name";

describe("layerInName", () => {
  it.each([
    ["layer_12/width_16k/average_l0_82/params.npz", 12],
    ["blocks.3.hook_resid_post/cfg.json", 3],
    ["Llama3_1-8B-Base-L12R-8x/checkpoints/final.safetensors", 12],
    ["layers.5/sae.safetensors", 5],
    ["layer0.sae.pt", 0],
    ["resid_post_all/layer_17_width_16k_l0_small/config.json", 17],
    ["resid_post_layer_11/trainer_0/ae.pt", 11],
    ["width_16k/average_l0_82/params.npz", undefined],
    ["Goodfire-SAE.pt", undefined],
  ])("of %s is %s", (path, layer) => {
    expect(layerInName(path)).toBe(layer);
  });
});
