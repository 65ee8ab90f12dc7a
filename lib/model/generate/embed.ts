import { z } from "zod";
import { checkArguments } from "../../arguments/check";
import { instanceOf, int32Array, listOf, optionsOf, text } from "../../arguments/kinds";
import { invalidArgument, outOfRange, SteeringError } from "../../errors";
import type { SparseRows } from "../../native/addon";
import { cancellable } from "../../native/cancellable";
import { loadAddon } from "../../native/load";
import { temporarySpool } from "../../native/temporary-spool";
import { abortSignal, integer, oneOf } from "../../options/kinds";
import { type Given, option } from "../../options/option";
import { resolveOptions } from "../../options/resolve";
import { nativeLayer } from "../../sae/hook-point";
import type { Sae } from "../../sae/sae";
import type { Engine } from "../engine";

const POOLINGS = ["mean", "max", "last"] as const;

export const embedOptions = z.object({
  sae: option(
    "an SAE, whose features are then the coordinates, where it reads",
    instanceOf<Sae>("a Sae", { config: "object", decoderRows: "function" }).exactOptional(),
    { otherwise: "none: the residual stream" },
  ),
  layer: option("whose output is read, where there is no SAE", integer(0).exactOptional(), {
    otherwise: "the last one",
  }),
  pooling: option("over the tokens of a text, or of the last one alone", oneOf(POOLINGS).default("mean"), {
    more: "A beginning-of-sequence token that the tokenizer puts in front does not count.",
  }),
  signal: abortSignal().optional(),
});

/** @interface */
export type EmbedOptions = Given<typeof embedOptions>;

/** The features of an SAE that a text has. */
export interface SparseEmbedding {
  /** Ascending. */
  readonly features: Uint32Array;
  /** Of each, its pooled activation. */
  readonly values: Float32Array;
}

/** Text, or tokens. */
export type EmbeddedText = string | Int32Array;

const embedArguments = z.object({
  texts: listOf(z.union([text(), int32Array()], "a string or tokens"), "a list of texts"),
  options: optionsOf(embedOptions.partial().shape),
});

/** Texts in work at once: their rows wait for the encoder together. */
const WINDOW = 64;
/** Rows beyond this wait in a file. */
const SPOOL_BYTES = 2 ** 28;

/** [n_embd] of each text, or with an SAE [d_sae]. @throws as `Generator.embed` */
export async function embed(
  engine: Engine,
  texts: readonly EmbeddedText[],
  options: EmbedOptions,
): Promise<Float32Array[]> {
  const length = options.sae?.dSae ?? engine.model.info.nEmbd;
  return (await embedSparse(engine, texts, options)).map((sparse) => denseOf(sparse, length));
}

/** The same with the coordinates that are zero, [length]. */
export function denseOf({ features, values }: SparseEmbedding, length: number): Float32Array {
  const dense = new Float32Array(length);
  features.forEach((feature, i) => (dense[feature] = values[i]!));
  return dense;
}

/** The same without the coordinates that are zero. @throws as `embed` */
export async function embedSparse(
  engine: Engine,
  texts: readonly EmbeddedText[],
  options: EmbedOptions,
): Promise<SparseEmbedding[]> {
  checkArguments(embedArguments, { texts, options });
  const { pooling, layer, sae, signal } = resolveEmbedOptions(options, engine);
  const embeddings: SparseEmbedding[] = [];
  for (let first = 0; first < texts.length; first += WINDOW) {
    signal?.throwIfAborted();
    const window = texts.slice(first, first + WINDOW);
    embeddings.push(...rowsOf(await pooledRows(engine, window, layer, pooling, sae, signal)));
  }
  return embeddings;
}

async function pooledRows(
  engine: Engine,
  texts: readonly EmbeddedText[],
  layer: number,
  pooling: (typeof POOLINGS)[number],
  sae: Sae | undefined,
  signal: AbortSignal | undefined,
): Promise<SparseRows> {
  const spool = temporarySpool([layer], engine.model.info.nEmbd, SPOOL_BYTES);
  const last = pooling === "last";
  const requests = texts.map((text, slot) => ({
    prompt: typeof text === "string" ? engine.model.tokenize(text) : text,
    // The row of the last token is that which would choose one.
    branches: [{ maxTokens: Number(last), capture: { spool, slot, positions: last ? "generated" : "all" } as const }],
  }));
  try {
    await allOf(engine, requests, signal);
    const slots = Int32Array.from(texts.keys());
    const ends = new Int32Array(texts.length).fill(2 ** 31 - 1);
    const poolings = [last ? "max" : pooling];
    return await cancellable(loadAddon(), signal, (cancel) =>
      spool.encode(layer, sae?.native, slots, ends, poolings, cancel),
    );
  } finally {
    await spool.dispose();
  }
}

/** Runs all of them; none is left running behind an error. */
async function allOf(
  engine: Engine,
  requests: Parameters<Engine["runTogether"]>[0],
  signal: AbortSignal | undefined,
): Promise<void> {
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const runs = engine.runTogether(requests, { signal: either });
  try {
    await Promise.all(runs);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(runs);
    throw error;
  }
}

function rowsOf({ offsets, indices, values: [values] }: SparseRows): SparseEmbedding[] {
  return Array.from({ length: offsets.length - 1 }, (_, i) => {
    const [begin, end] = [offsets[i]!, offsets[i + 1]!];
    return { features: indices.slice(begin, end), values: values!.slice(begin, end) };
  });
}

function resolveEmbedOptions(options: EmbedOptions, { model }: Engine) {
  const { nLayer, nEmbd } = model.info;
  const { sae, layer = nLayer - 1, pooling, signal } = resolveOptions(embedOptions, options);
  if (sae && options.layer !== undefined)
    throw invalidArgument("layer", "no layer beside an SAE, which has its own", layer);
  if (sae && sae.dModel !== nEmbd) {
    throw new SteeringError(
      "ERR_SHAPE_MISMATCH",
      `${sae.path} is for rows of ${sae.dModel} values, the model has ${nEmbd}`,
      {
        expected: nEmbd,
        actual: sae.dModel,
      },
    );
  }
  const hook = sae?.config.hook ?? { layer, site: "resid_post" as const };
  if (hook.layer >= nLayer) throw outOfRange("layer", `an integer in [0, ${nLayer})`, hook.layer);
  return { pooling, layer: nativeLayer(hook), sae, signal };
}
