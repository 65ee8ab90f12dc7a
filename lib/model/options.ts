import { z } from "zod";
import type { NativeEngineOptions } from "../native/addon";
import { callback, integer, list, oneOf, text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { workOptions } from "../progress";

const KV_TYPES = ["f16", "f32", "bf16", "q8_0"] as const satisfies readonly NativeEngineOptions["kvType"][];
export const PRODUCTS = [
  "fastest",
  "float32",
  "llama.cpp",
] as const satisfies readonly NativeEngineOptions["products"][];
const MOST = 2 ** 31 - 1;

const VERIFY = ["never", "unknown", "always"] as const;
/** Which model files are loaded in a child process first. */
export type Verify = (typeof VERIFY)[number];
const FIRST_LOAD = "load the file in a child process first: never, if it is unknown, or always";
const VERDICT =
  "A file over which llama.cpp ends the process ends that one, and is refused; the verdict is remembered.";

const DEVICES = 'auto, cpu, cuda, vulkan, metal, or a name that "corrsteer doctor" lists';

/** What does the arithmetic. */
export const deviceOptions = z.object({
  device: option(`where the weights lie: ${DEVICES}`, text("the name of a device").default("auto"), {
    value: "name",
    more: "auto is the first GPU that has a driver and whose backend is installed, else the CPU.",
  }),
  threads: option("threads of the CPU", integer(1, 512).exactOptional(), {
    otherwise: "one less than there are cores",
  }),
});

const gpuLayers = option("layers of the model on the device, the last ones", integer(0, MOST).exactOptional(), {
  otherwise: "all",
  more: "The unembedding counts as the last layer; the others are computed by the CPU.",
});

const adapters = option(
  "LoRA adapters to add: GGUF files, with a scale as in FILE:0.5 or whole",
  list(text("FILE or FILE:scale").min(1, "FILE or FILE:scale"), "a list of FILE or FILE:scale").exactOptional(),
  {
    flag: "lora",
    value: "file",
    reads: "texts",
    otherwise: "none",
  },
);

export const loadOptions = z.object({
  ...deviceOptions.pick({ device: true }).shape,
  gpuLayers,
  adapters,
  verify: option(FIRST_LOAD, oneOf(VERIFY).default("never"), {
    more:
      `${VERDICT} A library starts no processes and writes no cache unasked: ask for it where files come from others. ` +
      "What takes a model by its path, like the command line, asks for it.",
  }),
  onProgress: option("told which fraction of the file is read", callback<(fraction: number) => void>().optional(), {
    more: "From 0 to 1; what it throws ends the loading.",
  }),
  signal: workOptions.shape.signal,
});

/** @interface */
export type ModelOptions = Given<typeof loadOptions>;

/** Cells of the key-value cache unless asked otherwise, of a model that was trained on as many. */
export const CONTEXT_TOKENS = 4096;

export const engineOptions = z.object({
  contextTokens: option("cells of the key-value cache", integer(1, 2 ** 24).exactOptional(), {
    flag: "context",
    value: "tokens",
    otherwise: `${CONTEXT_TOKENS}, or the training context if that is less`,
    more:
      "All that runs at once shares them. A run whose answers are written has more, for 64 of them at once, within a quarter " +
      "of a GiB, or of the model's file where that is more.",
  }),
  batchTokens: option("most tokens of one decode", integer(1, MOST).default(512)),
  microBatchTokens: option("most tokens of one pass through the graph", integer(1, MOST).exactOptional(), {
    otherwise: "batchTokens",
  }),
  maxSequences: option("most sequences resident at once", integer(2, 256).default(64), {
    more: "Shared prefixes are some of them.",
  }),
  ...deviceOptions.pick({ threads: true }).shape,
  kvType: option(
    "type of the key-value cache; f32 to compare with other implementations",
    oneOf(KV_TYPES).default("f16"),
  ),
  products: option("how rows are multiplied with the model's weights on the CPU", oneOf(PRODUCTS).exactOptional(), {
    otherwise: "fastest; llama.cpp where a device computes",
    more:
      "llama.cpp rounds the rows to the weights' precision, for quantised weights to 8 bits, and so does fastest for those; for " +
      "others it rounds nothing. float32 never does, where there are 8 rows or more, but leaves weights that llama.cpp " +
      "rearranged (Q4_0, Q4_K) to it. A run keeps to what it began with.",
  }),
});

/**
 * Sizes and number formats of an engine.
 * @interface
 */
export type EngineOptions = Given<typeof engineOptions>;

/** A model, and the room in which it runs. */
export const modelOptions = z.object({
  model: option(
    "the model: a GGUF file, or one of the hub such as hf:user/repository:Q4_K_M",
    text("the path of a GGUF file"),
    {
      value: "file",
      reads: "path",
    },
  ),
  verify: option(FIRST_LOAD, oneOf(VERIFY).exactOptional(), { otherwise: "unknown", more: VERDICT }),
  ...deviceOptions.shape,
  gpuLayers,
  adapters,
  ...engineOptions.pick({ contextTokens: true, products: true }).shape,
});
