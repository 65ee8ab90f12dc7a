import { knownReleases } from "../../../../lib/sae/catalogue/releases";
import { resolveKnownSaes } from "../../../../lib/sae/catalogue/resolve";

const one = (name: string) => {
  const { repo, saes } = resolveKnownSaes(name)!;
  expect(saes).toHaveLength(1);
  return { repo, ...saes[0]! };
};

describe("a name of the catalogue", () => {
  it("is a release's id and an SAE's id, as in SAELens' registry", () => {
    expect(resolveKnownSaes("gemma-scope-2b-pt-res-canonical/layer_12/width_16k/canonical")).toMatchObject({
      release: { name: "gemma-scope-2b-pt-res-canonical", model: "google/gemma-2-2b", licence: "CC-BY-4.0" },
      repo: "google/gemma-scope-2b-pt-res",
      revision: "main",
      saes: [
        {
          ...{ layer: 12, site: "resid_post", dModel: 2304, dSae: 16384, l0: 82 },
          files: ["layer_12/width_16k/average_l0_82/params.npz"],
          neuronpediaId: "gemma-2-2b/12-gemmascope-res-16k",
        },
      ],
    });
  });

  it.each([
    ["llama_scope_lxr_8x/l12r_8x", "Llama3_1-8B-Base-L12R-8x/checkpoints/final.safetensors", 4096, 32768],
    ["llama_scope_r1_distill/l3r_800m_slimpajama", "800M-Slimpajama-0-OpenR1-Math-220k/L3R/sae_weights.safetensors", 4096, 32768],
    ["gemma-scope-2-270m-it-res/layer_12_width_16k_l0_medium", "resid_post/layer_12_width_16k_l0_medium/params.safetensors", 640, 16384],
    ["gemma-scope-2-12b-pt-res-all/layer_47_width_262k_l0_big", "resid_post_all/layer_47_width_262k_l0_big/params.safetensors", 3840, 262144],
    ["qwen-scope-3-1.7b-base-w32k-l50/layer27", "layer27.sae.pt", 2048, 32768],
    ["goodfire-llama-3.1-8b-instruct/layer_19", "Llama-3.1-8B-Instruct-SAE-l19.pth", 4096, 65536],
    ["llama-3.1-8b-instruct-andyrdt/resid_post_layer_15_trainer_1", "resid_post_layer_15/trainer_1/ae.pt", 4096, 131072],
    ["gpt2-small-resid-post-v5-32k/blocks.3.hook_resid_post", "v5_32k_layer_3.pt/sae_weights.safetensors", 768, 32768],
    ["pythia-70m-deduped-res-sm/blocks.5.hook_resid_post", "5-res-sm/sae_weights.safetensors", 512, 32768],
  ])("%s is in %s", (name, file, dModel, dSae) => {
    const sae = one(name);
    expect(sae.files).toContain(file);
    expect(sae).toMatchObject({ dModel, dSae });
  }); // prettier-ignore

  it("is a whole release, of which only the layers asked for are taken", () => {
    const { saes } = resolveKnownSaes("gemma-scope-2-270m-it-res")!;
    expect(saes.map(({ id }) => id)).toEqual([5, 9, 12, 15].map((layer) => `layer_${layer}_width_16k_l0_medium`));
    const some = resolveKnownSaes("gemma-scope-9b-pt-res-canonical", [3, 41])!;
    expect(some.saes.map(({ path }) => path)).toEqual([
      "layer_3/width_16k/average_l0_90",
      "layer_41/width_16k/average_l0_113",
    ]);
  });

  it("is a set of a release", () => {
    const { saes } = resolveKnownSaes("gemma-scope-2b-pt-res-canonical/width_1m")!;
    expect(saes.map(({ layer, dSae }) => [layer, dSae])).toEqual([5, 12, 19].map((layer) => [layer, 1048576]));
  });

  it("is the id of a dashboard", () => {
    expect(one("gemma-2-2b/12-gemmascope-res-16k").path).toBe("layer_12/width_16k/average_l0_82");
    expect(one("gpt2-small/12-res-jb")).toMatchObject({ layer: 11, site: "resid_post" });
  });

  it("may name a revision", () => {
    expect(resolveKnownSaes("llama_scope_lxr_8x@v1.0", [0])).toMatchObject({ revision: "v1.0", saes: [{ layer: 0 }] });
  });

  it("is none for what the catalogue does not have", () => {
    for (const name of ["", "@", "saes/blocks.3.hook_resid_post", "gemma-scope", "google/gemma-scope-2b-pt-res"])
      expect(resolveKnownSaes(name)).toBeUndefined();
  });

  it("is refused for a set, an SAE or a layer that its release does not have", () => {
    expect(() => resolveKnownSaes("gemma-scope-2b-pt-res-canonical/layer_26/width_16k/canonical")).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }),
    );
    expect(() => resolveKnownSaes("gemma-scope-9b-it-res-canonical", [9, 10])).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
    );
  });
});

describe("what an SAE's own files do not say", () => {
  it("is with the SAE", () => {
    expect(one("gpt2-small-res-jb/blocks.4.hook_resid_pre").overrides).toEqual({ center: true });
    expect(one("mistral-7b-res-wg/blocks.16.hook_resid_pre").overrides).toEqual({
      normalizeActivations: "constant_norm_rescale",
    });
    expect(one("gemma-2b-res-jb/blocks.12.hook_resid_post").overrides.normScalingFactor).toBeCloseTo(0.21382, 5);
    expect(one("gemma-2b-res-jb/blocks.10.hook_resid_post").overrides).toEqual({});
  });
});

describe("the catalogue", () => {
  const saes = knownReleases().flatMap(({ name, sets }) =>
    sets.flatMap((set) => set.saes.map((sae) => ({ ...sae, name: `${name}/${sae.id}` }))),
  );

  it("has every SAE and every dashboard once", () => {
    const names = saes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const dashboards = saes.flatMap(({ neuronpediaId = [] }) => neuronpediaId);
    expect(new Set(dashboards).size).toBe(dashboards.length);
  });

  it("says the L0 of every layer where it says it of one", () => {
    const { sets } = knownReleases().find(({ name }) => name === "gemma-scope-2-4b-it-res-all")!;
    expect(sets[0]!.saes.map(({ l0 }) => l0)).toEqual([
      ...[60, 65, 70, 75, 81, 86, 91, 97, 102, 107, 112, 118],
      ...Array.from({ length: 22 }, () => 120),
    ]);
    for (const { sets } of knownReleases())
      for (const { saes } of sets) expect(new Set(saes.map(({ l0 }) => typeof l0)).size).toBe(1);
  });

  it("leaves no template unfilled, and no path that leads out of the repository", () => {
    const texts = saes.flatMap((sae) => [sae.path, ...sae.files, ...sae.optionalFiles, sae.neuronpediaId ?? ""]);
    expect(texts.filter((text) => /[{}\\]|^\/|\.\./.test(text))).toEqual([]);
  });
});
