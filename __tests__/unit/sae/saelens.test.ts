import { errorCode } from "../../../lib/errors";
import type { SaeConfigOptions } from "../../../lib/sae/config";
import { parseSaelensConfig } from "../../../lib/sae/formats/saelens";

const tensors = { encoder: "W_enc", encoderBias: "b_enc", decoder: "W_dec", decoderBias: "b_dec" };

/** SAELens 6: no hook_layer, and all that is not arithmetic under `metadata`. */
const nested = {
  architecture: "jumprelu",
  d_in: 64,
  d_sae: 256,
  dtype: "float32",
  apply_b_dec_to_input: false,
  normalize_activations: "none",
  reshape_activations: "none",
  metadata: { model_name: "tiny", hook_name: "blocks.3.hook_resid_post", hook_head_index: null },
};

/** SAELens 3 to 5. */
const flat = {
  architecture: "standard",
  d_in: 64,
  d_sae: 256,
  model_name: "tiny",
  hook_name: "blocks.3.hook_resid_pre",
  hook_layer: 3,
  hook_head_index: null,
  activation_fn_str: "relu",
  activation_fn_kwargs: {},
  apply_b_dec_to_input: true,
  finetuning_scaling_factor: false,
  normalize_activations: "none",
};

function reason(json: unknown, options?: SaeConfigOptions): string {
  try {
    parseSaelensConfig(json, options);
  } catch (error) {
    expect(errorCode(error)).toBe("ERR_SAE_FORMAT");
    return (error as Error).message;
  }
  throw new Error("was accepted");
}

test("reads a nested configuration of SAELens 6", () => {
  expect(parseSaelensConfig(nested)).toEqual({
    dModel: 64,
    dSae: 256,
    hook: { layer: 3, site: "resid_post" },
    modelName: "tiny",
    encoder: {
      activation: "jumprelu",
      tensors: { ...tensors, threshold: "threshold" },
      subtractDecoderBias: false,
      inputNormalization: "none",
      inputScale: 1,
    },
  });
});

test("reads a flat configuration of SAELens 3 to 5", () => {
  expect(parseSaelensConfig(flat)).toEqual({
    dModel: 64,
    dSae: 256,
    hook: { layer: 3, site: "resid_pre" },
    modelName: "tiny",
    encoder: { activation: "relu", tensors, subtractDecoderBias: true, inputNormalization: "none", inputScale: 1 },
  });
});

test("reads the first generation's names and defaults", () => {
  const first = {
    hook_point: "blocks.8.hook_resid_pre",
    hook_point_layer: 8,
    hook_point_head_index: null,
    d_in: 768,
    d_sae: 24576,
    dtype: "torch.float32",
    normalize_activations: false,
  };
  const { hook, encoder } = parseSaelensConfig(first);
  expect(hook).toEqual({ layer: 8, site: "resid_pre" });
  expect(encoder).toMatchObject({ activation: "relu", subtractDecoderBias: true, inputNormalization: "none" });
});

test("takes a standard SAE with a top-k activation as top-k", () => {
  const config = { ...flat, activation_fn_str: "topk", activation_fn_kwargs: { k: 32 } };
  expect(parseSaelensConfig(config).encoder).toMatchObject({ activation: "topk", k: 32, rescaleByDecoderNorm: false });
});

test("reads top-k of SAELens 6 with its rescaling", () => {
  const config = { ...nested, architecture: "topk", k: 16, rescale_acts_by_decoder_norm: true };
  expect(parseSaelensConfig(config).encoder).toMatchObject({ activation: "topk", k: 16, rescaleByDecoderNorm: true });
});

test("names the tensors of a gated SAE", () => {
  expect(parseSaelensConfig({ ...nested, architecture: "gated" }).encoder).toMatchObject({
    activation: "gated",
    tensors: { gateBias: "b_gate", magnitudeScale: "r_mag", magnitudeBias: "b_mag" },
  });
});

test.each(["layer_norm", "constant_norm_rescale"])("normalises rows by %s", (normalize_activations) => {
  const { encoder } = parseSaelensConfig({ ...nested, normalize_activations });
  expect(encoder).toMatchObject({ inputNormalization: normalize_activations, inputScale: 1 });
});

test.each(["expected_average_only_in", true])("asks for the input scale that %s needs", (normalize_activations) => {
  const config = { ...nested, normalize_activations };
  expect(reason(config)).toContain("normScalingFactor");
  expect(parseSaelensConfig(config, { normScalingFactor: 0.25 }).encoder.inputScale).toBe(0.25);
});

test("refuses an input scale that the SAE has no use for", () => {
  expect(reason(nested, { normScalingFactor: 2 })).toContain("normScalingFactor");
});

test("centres rows where the configuration or the caller says so", () => {
  const centred = { ...flat, model_from_pretrained_kwargs: { center_writing_weights: true } };
  expect(parseSaelensConfig(centred).encoder.inputNormalization).toBe("center");
  expect(parseSaelensConfig(centred, { center: false }).encoder.inputNormalization).toBe("none");
  expect(parseSaelensConfig(flat, { center: true }).encoder.inputNormalization).toBe("center");
});

test("reads the hook point of a Hugging Face module as its output", () => {
  const config = { ...nested, metadata: { hook_name: "model.layers.12" } };
  expect(parseSaelensConfig(config).hook).toEqual({ layer: 12, site: "resid_post" });
});

test("takes a layer from the caller only where the configuration has none, or the same", () => {
  const nameless = { ...nested, metadata: {} };
  expect(parseSaelensConfig(nameless, { layer: 5 }).hook).toEqual({ layer: 5, site: "resid_post" });
  expect(parseSaelensConfig(nested, { layer: 3 }).hook.layer).toBe(3);
  expect(reason(nested, { layer: 4 })).toContain("layer 4");
  expect(reason({ ...flat, hook_layer: 7 })).toContain("layer 7");
  expect(reason(nameless)).toContain("layer=path");
});

test.each([
  "transcoder",
  "skip_transcoder",
  "jumprelu_transcoder",
  "temporal",
  "matching_pursuit",
  "crosscoder",
  "batchtopk",
  "matryoshka_batchtopk",
])("refuses the architecture %s by name", (architecture) => {
  expect(reason({ ...nested, architecture })).toContain(`"${architecture}"`);
});

test.each([
  ["another activation function", { ...flat, activation_fn_str: "tanh-relu" }, "tanh-relu"],
  ["another place in the model", { ...flat, hook_name: "blocks.3.hook_mlp_out" }, "blocks.3.hook_mlp_out"],
  ["attention heads", { ...flat, hook_name: "blocks.3.attn.hook_z", hook_head_index: 2 }, "head 2"],
  ["flattened heads", { ...nested, metadata: { hook_name: "blocks.3.attn.hook_z" } }, "hook_z"],
  ["a fine-tuned scale", { ...flat, finetuning_scaling_factor: true }, "finetuning_scaling_factor"],
  ["k beyond the features", { ...nested, architecture: "topk", k: 257 }, "257"],
  ["top-k without k", { ...flat, activation_fn_str: "topk" }, "k"],
  ["an unknown normalisation", { ...nested, normalize_activations: "batch" }, "normalize_activations"],
  ["no width", { ...nested, d_in: undefined }, "d_in"],
  ["a width that is no number", { ...nested, d_in: "64" }, "d_in"],
  ["what is no object", [], "object"],
])("refuses %s", (_what, config, expected) => {
  expect(reason(config)).toContain(expected);
});
