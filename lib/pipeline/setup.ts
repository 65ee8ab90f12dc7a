import { samplesHash } from "../collect/manifest";
import type { Sample } from "../data/sample";
import { extname, join, resolve } from "node:path";
import { invalidArgument, SteeringError } from "../errors";
import { absolute, sourceName } from "../hub/reference";
import { adapterOf, adapterText } from "../model/adapters";
import { productsOf, productsUsed } from "../model/products";
import { resolveOptions } from "../options/resolve";
import type { RunManifest } from "../run/manifest";
import { readManifest } from "../run/run";
import { absoluteSaes } from "../sae/fetch-saes";
import { setupOptions, type Setup, type SetupOptions } from "./setup-options";

/** @throws ERR_INVALID_ARGUMENT */
export function resolveSetup(options: SetupOptions): Setup {
  const setup = resolveOptions(setupOptions, options, invalidArgument);
  const { model, adapters, sae, basis, task, data } = setup;
  if (basis === "residual" && sae !== undefined) throw invalidArgument("sae", 'none with basis "residual"', sae);
  return {
    ...setup,
    model: absolute(model),
    ...(adapters !== undefined && { adapters: adapters.map((each) => adapterText(adapterOf(each))) }),
    ...(sae !== undefined && { sae: absoluteSaes(sae) }),
    task: extname(task) === "" ? task : resolve(task),
    ...(data !== undefined && { data: absolute(data) }),
  };
}

/**
 * The setup that a run directory was collected with, with `overrides` in place of what it says.
 *
 * @throws ERR_RUN_INCOMPLETE, ERR_FILE_FORMAT
 */
export async function readSetup(directory: string, overrides: Partial<SetupOptions> = {}): Promise<Setup> {
  return setupOf(await readManifest(directory), overrides);
}

/** The setup that a manifest was made with, with `overrides` in place of what it says. @throws as `resolveSetup` */
export function setupOf({ environment, products }: RunManifest, overrides: Partial<SetupOptions>): Setup {
  const recorded = { ...(environment as Partial<Setup>), products: productsOf(products) };
  return resolveSetup({ ...recorded, ...overrides } as SetupOptions);
}

/**
 * That setup, to go on with.
 *
 * @throws as `readSetup`; ERR_RUN_MISMATCH where this processor would compute the model's products in another arithmetic
 * than the run's, and the overrides name none
 */
export async function readSetupToGoOn(directory: string, overrides: Partial<SetupOptions>): Promise<Setup> {
  const manifest = await readManifest(directory);
  const { products: expected } = manifest;
  const actual = productsUsed(productsOf(expected));
  if (overrides.products !== undefined || actual === expected) return setupOf(manifest, overrides);
  const message = `${directory} was collected with products ${expected}, which on this processor are ${actual}: name the ones to go on with, as "products"`;
  throw new SteeringError("ERR_RUN_MISMATCH", message, { directory, expected, actual });
}

/** `defaultDirectory`, for people. */
export const DEFAULT_DIRECTORY = "runs/<task>-<data>-<model>-<seed>-<8 digits of the questions' SHA-256>";

/**
 * Where a run goes unless its user says so: names to know it by, and what tells apart the runs of two files of one name, of
 * two categories, splits or numbers of questions.
 *
 * @param samples the questions to select on, as they are asked
 */
export function defaultDirectory({ task, data, model, seed }: Setup, samples: readonly Sample[]): string {
  const names = new Set([task, ...(data === undefined ? [] : [data])].map(nameOf));
  return join("runs", [...names, nameOf(model), seed, samplesHash(samples).slice(0, 8)].join("-"));
}

/** Of a file or folder its name, without what says its format. */
function nameOf(source: string): string {
  return sourceName(source).replace(/\.(gguf|ts|m?js|jsonl?(\.gz)?|csv)$/, "");
}
