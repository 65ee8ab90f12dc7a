import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findSaes } from "../../lib/sae/set";
import { temporaryFolder } from "../support/temporary-folder";
import { npzFile, safetensorsFile, torchFile, type Tensors } from "../support/tensor-files";

const folder = temporaryFolder();

const of = (...shape: number[]) => ({ shape, values: new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(1) });
const SAE: Tensors = { W_enc: of(2, 4), b_enc: of(4), W_dec: of(4, 2), b_dec: of(2), threshold: of(4) };
const LINEAR: Tensors = {
  ...{ "encoder.weight": of(4, 2), "encoder.bias": of(4), "decoder.weight": of(2, 4), "decoder.bias": of(2) },
};

const gemma2 = (config: object) => ({
  "a/config.json": { type: "sae", architecture: "jump_relu", hf_hook_point_in: "model.layers.3.output", ...config },
  "a/params.safetensors": safetensorsFile(SAE),
});
const HYPERPARAMETERS = {
  ...{ hook_point_in: "blocks.3.hook_resid_post", hook_point_out: "blocks.3.hook_resid_post", d_model: 2, d_sae: 4 },
  ...{ act_fn: "jumprelu", jump_relu_threshold: 0.5, norm_activation: "dataset-wise" },
  ...{ dataset_average_activation_norm: { in: 1, out: 1 }, sparsity_include_decoder_norm: true },
};
const llamaScope = (config: object) => ({
  "a/hyperparams.json": { ...HYPERPARAMETERS, ...config },
  "a/checkpoints/final.safetensors": safetensorsFile(LINEAR),
});
const openMoss = (config: object, tensors: Tensors = LINEAR) => ({
  "a/config.json": { ...HYPERPARAMETERS, ...config },
  "a/sae_weights.safetensors": safetensorsFile(tensors),
});
const sparsify = (module: string, config: object = {}) => ({
  [`${module}/cfg.json`]: { d_in: 2, num_latents: 4, k: 1, ...config },
  [`${module}/sae.safetensors`]: safetensorsFile(LINEAR),
});
const dictionary = (trainer: object) => ({
  "a/config.json": { trainer: { dict_class: "AutoEncoder", activation_dim: 2, dict_size: 4, layer: 3, ...trainer } },
  "a/ae.pt": torchFile(LINEAR),
});
const saelens = (config: object, tensors: Tensors = {}) => ({
  "a/cfg.json": { d_in: 2, d_sae: 4, metadata: { hook_name: "blocks.3.hook_resid_post" }, ...config },
  "a/sae_weights.safetensors": safetensorsFile({ ...SAE, ...tensors }),
});
const mlp = { hook_point_in: "blocks.3.ln2.hook_normalized", hook_point_out: "blocks.3.hook_mlp_out" };

type Files = Readonly<Record<string, Buffer | object>>;
const REFUSED: readonly (readonly [what: string, files: Files, ...said: string[]])[] = [
  [
    "Gemma Scope of the MLP",
    { "gemma-scope-2b-pt-mlp/layer_3/width_16k/params.npz": npzFile(SAE) },
    "blocks.3.hook_mlp_out",
  ],
  ["Gemma Scope of the heads", { "gemma-scope-9b-pt-att/layer_3/x/params.npz": npzFile(SAE) }, "blocks.3.attn.hook_z"],
  [
    "a transcoder of Gemma Scope",
    { "gemma-scope-2b-pt-transcoders/layer_3/x/params.npz": npzFile(SAE) },
    "blocks.3.ln2.hook_normalized",
  ],
  ["Gemma Scope nobody knows the layer of", { "a/params.npz": npzFile(SAE) }, "layer=path"],
  [
    "Gemma Scope 2 of the MLP",
    gemma2({ hf_hook_point_in: "model.layers.3.post_feedforward_layernorm.output" }),
    "model.layers.3.post_feedforward_layernorm",
  ],
  [
    "Gemma Scope 2 of attention, by its folder",
    { "attn_out/layer_3_width_16k_l0_small/params.safetensors": safetensorsFile(SAE) },
    "blocks.3.hook_attn_out",
  ],
  ["a transcoder of Gemma Scope 2", gemma2({ type: "transcoder" }), "transcoder", "model.layers.3.output"],
  ["a crosscoder of Gemma Scope 2", gemma2({ type: "crosscoder" }), "crosscoder"],
  ["an affine connection", gemma2({ affine_connection: true }), "affine"],
  ["a transcoder of Llama Scope", llamaScope(mlp), "blocks.3.ln2.hook_normalized", "blocks.3.hook_mlp_out"],
  [
    "Llama Scope of the MLP",
    llamaScope({ hook_point_in: "blocks.3.hook_mlp_out", hook_point_out: "blocks.3.hook_mlp_out" }),
    "blocks.3.hook_mlp_out",
  ],
  ["top-k of Llama Scope's trainer", llamaScope({ act_fn: "topk" }), '"topk"'],
  ["a gated linear encoder", llamaScope({ use_glu_encoder: true }), "use_glu_encoder"],
  ["rows normalised one by one", llamaScope({ norm_activation: "token-wise" }), '"token-wise"'],
  ["a transcoder of OpenMOSS' library", openMoss({ sae_type: "transcoder", ...mlp }), "transcoder", "blocks.3.ln2"],
  ["OpenMOSS' activation nobody knows", openMoss({ act_fn: "sigmoid" }), '"sigmoid"'],
  ["OpenMOSS without its norm", openMoss({}), "dataset_average_activation_norm.blocks.3.hook_resid_post"],
  ["OpenMOSS without an encoder", openMoss({}, SAE), "encoder.weight"],
  ["sparsify of the MLP", sparsify("layers.3.mlp"), "layers.3.mlp"],
  ["sparsify of attention", sparsify("layers.3.attention"), "layers.3.attention"],
  ["sparsify of the embedding", sparsify("embed_tokens"), "embed_tokens"],
  ["sparsify nobody knows the layer of", sparsify("renamed"), "layer=path"],
  ["a transcoder of sparsify", sparsify("layers.3.mlp", { transcode: true }), "transcoder of layers.3.mlp"],
  ["groupmax", sparsify("layers.3", { activation: "groupmax" }), '"groupmax"'],
  ["signed activations", sparsify("layers.3", { signed: true }), "signed"],
  ["dictionary_learning of the MLP", dictionary({ submodule_name: "mlp_out_layer_3" }), "mlp_out_layer_3"],
  ["a class nobody knows", dictionary({ dict_class: "CrossCoder" }), '"CrossCoder"'],
  ["top-k without k", dictionary({ dict_class: "AutoEncoderTopK" }), "k"],
  [
    "Qwen-Scope of another place",
    {
      "a/config.json": { model_type: "topk_sae", d_model: 2, d_sae: 4, k: 1, hook_point: "mlp_out" },
      "a/layer3.sae.pt": torchFile(SAE),
    },
    "blocks.3.hook_mlp_out",
  ],
  ["OpenAI's own files", { "a/sae-l3.pt": torchFile({ latent_bias: of(4), pre_bias: of(2) }) }, "OpenAI"],
  ["PyTorch files of something else", { "a/sae-l3.pt": torchFile({ weight: of(4) }) }, "weight"],
  ["one file nobody knows the layer of", { "a/sae.pt": torchFile(LINEAR) }, "layer=path"],
  [
    "a transcoder of SAELens",
    saelens({
      architecture: "skip_transcoder",
      metadata: { hook_name: "blocks.3.hook_mlp_in", hook_name_out: "blocks.3.hook_mlp_out" },
    }),
    ...['"skip_transcoder"', "blocks.3.hook_mlp_in", "blocks.3.hook_mlp_out"],
  ],
  ["SAELens of the heads", saelens({ metadata: { hook_name: "blocks.3.attn.hook_z" } }), "blocks.3.attn.hook_z"],
  ["temporal SAEs", saelens({ architecture: "temporal" }), '"temporal"'],
  ["matching pursuit", saelens({ architecture: "matching_pursuit" }), '"matching_pursuit"'],
  ["batch top-k without its threshold", saelens({ architecture: "batchtopk" }), "topk_threshold"],
  [
    "scales other than one",
    saelens({ metadata: undefined, hook_point: "blocks.3.hook_resid_pre" }, { scaling_factor: { shape: [1], values: [2] } }), // prettier-ignore
    "scaling_factor",
  ],
];

const cases = REFUSED.map(([what, files, ...said]) => ({ what, files, said }));

test.each(cases)("refuses $what", async ({ what, files, said }) => {
  const root = put(what, files);
  const refusal = findSaes(root);
  for (const words of said) {
    const message = expect.stringContaining(words) as string;
    await expect(refusal).rejects.toMatchObject({ code: "ERR_SAE_FORMAT", message, details: { path: expect.any(String) } }); // prettier-ignore
  }
});

test("refuses overrides of SAELens' configurations for others", async () => {
  const root = put("overrides", llamaScope({}));
  for (const options of [{ normScalingFactor: 2 }, { center: true }, { normalizeActivations: "layer_norm" }] as const) {
    await expect(findSaes(root, options)).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
  }
  expect(await findSaes(root, { center: false })).toHaveLength(1);
});

function put(name: string, files: Files): string {
  const root = join(folder, name.replaceAll(/\W/g, "-"));
  for (const [file, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), Buffer.isBuffer(contents) ? contents : JSON.stringify(contents));
  }
  return root;
}
