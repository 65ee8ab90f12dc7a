import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, float32Array } from "../arguments/kinds";
import { errorCode } from "../errors";
import { deviceOptions } from "../model/options";
import type { Given } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { workOptions } from "../progress";
import type { StoredSae } from "../sae/folder";
import { saeFolder } from "../sae/kinds";
import { type SaeOptions, WEIGHT_TYPES } from "../sae/options";
import { Sae } from "../sae/sae";
import { type Agreement, AgreementSums } from "./agreement";

export const verifySaeOptions = z.object({ ...deviceOptions.shape, signal: workOptions.shape.signal });

/** @interface */
export type VerifySaeOptions = Given<typeof verifySaeOptions>;

/** An SAE's encoder kept in one of the ways that there are. */
export interface KeptEncoder {
  readonly weightType: NonNullable<SaeOptions["weightType"]>;
  /** Of the encoder in memory; null where it can't be kept so. */
  readonly sizeBytes: number | null;
  /** With the encoder as float32; null where it can't be kept so. */
  readonly agreement: Agreement | null;
  /** Why it can't. */
  readonly refused: string | null;
}

/** Activations [rows, d_sae] that are compared at once. */
const MOST_VALUES = 2 ** 24;

/** What keeps an encoder from being kept narrower. */
const REFUSALS = new Set(["ERR_INVALID_ARGUMENT", "ERR_NON_FINITE"]);

const verifyArguments = z.object({ sae: saeFolder(), rows: float32Array(), options: anyOptions() });

/**
 * How an SAE encodes residual rows [n, d_model] with its encoder kept as float32, float16, bfloat16 and q8_0.
 *
 * @throws as `Sae.load` and `Sae.encode`; the signal's reason after an abort
 */
export async function verifySae(
  sae: StoredSae,
  rows: Float32Array,
  options: VerifySaeOptions = {},
): Promise<KeptEncoder[]> {
  checkArguments(verifyArguments, { sae, rows, options });
  refuseUnknown(options, verifySaeOptions);
  await using exact = await Sae.load(sae, { ...options, weightType: "f32" });
  const kept: KeptEncoder[] = [];
  for (const weightType of WEIGHT_TYPES) kept.push(await keep(sae, exact, rows, { ...options, weightType }));
  return kept;
}

async function keep(
  stored: StoredSae,
  exact: Sae,
  rows: Float32Array,
  options: SaeOptions & { readonly weightType: KeptEncoder["weightType"] },
): Promise<KeptEncoder> {
  const { weightType, signal } = options;
  try {
    await using sae = await Sae.load(stored, options);
    const sums = new AgreementSums(sae.dSae);
    const step = Math.max(1, Math.floor(MOST_VALUES / sae.dSae)) * sae.dModel;
    for (let begin = 0; begin < rows.length; begin += step) {
      const some = rows.subarray(begin, begin + step);
      sums.add(await exact.encode(some, { signal }), await sae.encode(some, { signal }));
    }
    return { weightType, sizeBytes: sae.sizeBytes, agreement: sums.result(), refused: null };
  } catch (error) {
    if (weightType === "f32" || !REFUSALS.has(errorCode(error) ?? "")) throw error;
    return { weightType, sizeBytes: null, agreement: null, refused: (error as Error).message };
  }
}
