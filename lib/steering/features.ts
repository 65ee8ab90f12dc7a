import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, finite, listOf, path, text } from "../arguments/kinds";
import { invalidArgument, outOfRange } from "../errors";
import type { Watched } from "../model/branch";
import type { NativeProbe } from "../native/addon";
import { loadAddon } from "../native/load";
import { oneOf } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { readDecoderRows } from "../sae/decoder-rows";
import type { SaeFolder } from "../sae/folder";
import { saeAt } from "../sae/at";
import { nativeLayer } from "../sae/hook-point";
import { saeFolder } from "../sae/kinds";
import { readingPlan } from "../sae/plan";
import { unitVectors } from "../sae/residual-basis";
import { findSaes } from "../sae/set";
import { added, linearProbe, type Operation } from "./operation";
import { Steering } from "./steering";

/** SAEs as `findSaes` gives them, or where it finds them. */
export type SaeSource = string | readonly string[] | readonly SaeFolder[];

const MODES = ["add", "clamp", "ablate"] as const;

const steerOptions = z.object({
  mode: option(
    "add the coefficient times the feature's direction; clamp its activation to the coefficient; or ablate it, the coefficient being the share that is taken away",
    oneOf(MODES).default("add"),
  ),
});

/** @interface */
export type SteerOptions = Given<typeof steerOptions>;

const source = z.union([path(), listOf(z.union([text(), saeFolder()]), "SAEs")], "SAEs, or where they are");
const steerArguments = z.object({ feature: text(), coefficient: finite(), saes: source, options: anyOptions() });
const probeArguments = z.object({ feature: text(), saes: source });
const watchArguments = z.object({ features: listOf(text(), "names of features"), saes: source });

/**
 * Steering by one feature, without a run: "blocks.12.hook_resid_post/4711" is feature 4711 of the SAE of that hook point, or
 * of that id. "clamp" and "ablate" add (target - activation) times the feature's direction at every row, the activation being
 * that of the SAE's own encoder.
 *
 * @throws TypeError `ERR_INVALID_ARGUMENT` for a feature of no SAE, or of several; for other modes than "add" also for SAEs
 * whose activations are not each its own (top-k). RangeError `ERR_OUT_OF_RANGE` for a feature that the SAE does not have
 */
export async function steer(
  feature: string,
  coefficient: number,
  saes: SaeSource,
  options: SteerOptions = {},
): Promise<Steering> {
  checkArguments(steerArguments, { feature, coefficient, saes, options });
  refuseUnknown(options, steerOptions);
  const { mode } = resolveOptions(steerOptions, options);
  const named = namedFeature(feature, await foundSaes(saes));
  const vector = await readDecoderRows(named.sae, [named.index]);
  const layer = nativeLayer(named.sae.config.hook);
  if (mode === "add") return Steering.of([added(layer, vector, coefficient)]);
  const of = await probeOf(named);
  const clamp = (value: number, scale: number): Operation => ({
    ...added(layer, vector, scale),
    target: { of, value, from: "either" },
  });
  return Steering.of([mode === "clamp" ? clamp(coefficient, 1) : clamp(0, coefficient)]);
}

/** What reads a feature's activation off residual rows, for conditions. @throws as `steer` */
export async function featureProbe(feature: string, saes: SaeSource): Promise<NativeProbe> {
  checkArguments(probeArguments, { feature, saes });
  return probeOf(namedFeature(feature, await foundSaes(saes)));
}

/** Features whose activations a branch is to report at each generated token. @throws as `steer` */
export async function watchFeatures(features: readonly string[], saes: SaeSource): Promise<Watched> {
  checkArguments(watchArguments, { features, saes });
  const found = await foundSaes(saes);
  const named = features.map((name) => namedFeature(name, found));
  return { names: [...features], probes: await Promise.all(named.map(probeOf)) };
}

interface NamedFeature {
  readonly sae: SaeFolder;
  readonly index: number;
}

async function foundSaes(saes: SaeSource): Promise<readonly SaeFolder[]> {
  const isPlace = typeof saes === "string" || typeof saes[0] === "string";
  return isPlace ? findSaes(saes as string | readonly string[]) : (saes as readonly SaeFolder[]);
}

function namedFeature(name: string, saes: readonly SaeFolder[]): NamedFeature {
  const [, place, number] = /^(.+)\/(\d+)$/.exec(name) ?? [];
  if (place === undefined) throw invalidArgument("feature", 'an SAE and a feature, as in "blocks.12.hook_resid_post/4711"', name); // prettier-ignore
  const sae = saeAt(place, saes, "feature");
  const index = Number(number);
  if (index >= sae.config.dSae) throw outOfRange("feature", `less than ${sae.config.dSae}, which ${sae.id} has`, index);
  return { sae, index };
}

async function probeOf({ sae, index }: NamedFeature): Promise<NativeProbe> {
  const { dModel, hook } = sae.config;
  const layer = nativeLayer(hook);
  if (!("weightsPath" in sae)) return linearProbe(layer, unitVectors([index], dModel));
  const { activation, inputNormalization } = sae.config.encoder;
  if (activation === "topk") {
    const expected = "an SAE whose features are active each by its own encoder";
    throw invalidArgument("saes", expected, `${sae.id}, which is top-k: which are active depends on all of them`);
  }
  const [read] = await loadAddon().readFeatureProbes(await readingPlan(sae), Uint32Array.of(index));
  return { layer, ...read!, normalization: inputNormalization };
}
