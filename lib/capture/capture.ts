import { checkArguments } from "../arguments/check";
import { anyOptions, int32Array } from "../arguments/kinds";
import { engine as anEngine } from "../model/engine-kind";
import { z } from "zod";
import { outOfRange } from "../errors";
import type { Branch } from "../model/branch";
import type { Engine } from "../model/engine";
import { temporarySpool } from "../native/temporary-spool";
import { abortSignal, integer, layerList, oneOf } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { nativeLayer, type HookPoint } from "../sae/hook-point";
import type { Steering } from "../steering/steering";

const SITES = ["resid_post", "resid_pre"] as const;
const POSITIONS = ["all", "last", "generated"] as const;

export const captureOptions = z.object({
  layers: option("layers to read: all, or some such as 0,3,5-9", layerList().default("all"), {
    value: "list",
    reads: "layers",
  }),
  site: option("output or input of the layers", oneOf(SITES).default("resid_post")),
  positions: option(
    "all prompt tokens, the last one, or those that chose generated tokens",
    oneOf(POSITIONS).default("all"),
    {
      more: "The first token is chosen at the last prompt token.",
    },
  ),
  maxTokens: option("most tokens to generate, with positions generated", integer(0).exactOptional(), {
    otherwise: "as for any branch",
  }),
  steering: z.custom<Steering>().optional(),
  signal: abortSignal().optional(),
});

/** @interface */
export type CaptureOptions = Given<typeof captureOptions>;

/** What a model computes at n positions. */
export interface Capture {
  readonly site: HookPoint["site"];
  /** [n], the token read at each position. */
  readonly tokenIds: Int32Array;
  /** By layer, [n, n_embd]. */
  readonly rows: ReadonlyMap<number, Float32Array>;
  /** [n, n_vocab] */
  readonly logits: Float32Array;
}

const captureArguments = z.object({ engine: anEngine(), prompt: int32Array(), options: anyOptions() });

/** Values that a spool keeps in memory; the rows end there anyway. */
const SPOOL_BYTES = 2 ** 30;

/**
 * Reads the residual stream and the logits of one prompt.
 *
 * @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE; ERR_CONTEXT_FULL for a prompt longer than the context; as `Engine.run`
 */
export async function capture(engine: Engine, prompt: Int32Array, options: CaptureOptions = {}): Promise<Capture> {
  checkArguments(captureArguments, { engine, prompt, options });
  const { layers, site, positions, branch, signal } = resolveCaptureOptions(options, engine);
  const { nEmbd } = engine.model.info;
  const native = layers.map((layer) => nativeLayer({ layer, site }));
  const spool = temporarySpool(native, nEmbd, SPOOL_BYTES);
  try {
    const read = positions === "all" ? "prompt" : "generated";
    const branches = [{ ...branch, logits: read, capture: { spool, slot: 0, positions: read } } as const];
    const { tokens, logits } = (await engine.run({ prompt, branches }, { signal })).branches[0]!;
    const rows = new Map<number, Float32Array>();
    for (const [i, layer] of layers.entries()) rows.set(layer, await spool.rows(native[i]!, 0));
    const n = rows.get(layers[0]!)!.length / nEmbd;
    const from = positions === "all" ? 0 : prompt.length - 1;
    const tokenIds = Int32Array.from([...prompt, ...tokens]).slice(from, from + n);
    return { site, tokenIds, rows, logits };
  } finally {
    await spool.dispose();
  }
}

function resolveCaptureOptions(options: CaptureOptions, { model }: Engine) {
  const { nLayer } = model.info;
  refuseUnknown(options, captureOptions);
  const { layers, site, positions, steering, maxTokens, signal } = resolveOptions(captureOptions, options);
  const chosen = layers === "all" ? Array.from({ length: nLayer }, (_, layer) => layer) : [...new Set(layers)];
  const stray = chosen.find((layer) => layer >= nLayer);
  if (stray !== undefined) throw outOfRange("layers", `integers in [0, ${nLayer})`, stray);
  if (positions === "generated" && maxTokens !== undefined && maxTokens < 1) {
    throw outOfRange("maxTokens", "a positive integer, for positions that choose tokens", maxTokens);
  }
  // One token is chosen at the last position. With "all" none is needed.
  const nTokens = { all: 0, last: 1, generated: maxTokens }[positions];
  const branch: Branch = {
    ...(steering && { steering }),
    ...(nTokens !== undefined && { maxTokens: nTokens }),
  };
  return { layers: chosen, site, positions, branch, signal };
}
