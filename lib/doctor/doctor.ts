import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { optionsOf, path, text } from "../arguments/kinds";
import { abortSignal, yesOrNo } from "../options/kinds";
import { join } from "node:path";
import { DEMO } from "../demo";
import { cacheFolder } from "../files/cache-folder";
import { tryDevices } from "../model/verify/devices";
import { productsUsed, type ProductsUsed } from "../model/products";
import type { NativeDevice } from "../native/addon";
import { backendFailures, loadAddon } from "../native/load";
import { refusedDevices, resolveDevice } from "../native/devices";
import { LLAMA_RELEASE, libraryDirectory, platformPackage } from "../native/platform";
import { backendPlugins } from "../native/plugins";
import { checkEncoder } from "../sae/encoder-check";
import { VERSION } from "../version";
import { attempt, type Check } from "./check";
import { deepChecks } from "./deep/deep-check";
import { checkEngine } from "./engine-check";
import { missingBackends } from "./missing";
import { checkProducts } from "./products-check";

/** What corrsteer runs on here. */
export interface Diagnosis {
  /** Whether no check failed. */
  readonly ok: boolean;
  readonly versions: {
    readonly corrsteer: string;
    readonly node: string;
    /** Releases of llama.cpp: the one needed, and that of the libraries that were loaded. */
    readonly llamaCpp: { readonly expected: string; readonly loaded: string | undefined };
  };
  readonly platform: { readonly package: string | undefined; readonly libraries: string | undefined };
  /** Device backends beyond the platform package's own, and why some of them did not load. */
  readonly plugins: { readonly files: readonly string[]; readonly failures: readonly string[] };
  readonly devices: readonly NativeDevice[];
  /** What `--device auto` is here. */
  readonly device: string;
  /** What the fastest products with a model's weights are on the CPU. */
  readonly products: ProductsUsed;
  /** What keeps GPUs from being used, a sentence for each backend that has no device here. */
  readonly missing: readonly string[];
  /** The folder of what can be had again: hashes, verdicts on model files, models that score. */
  readonly cache: string;
  readonly checks: readonly Check[];
}

export interface DiagnoseOptions {
  /** Model to check the engine with. @default the demo's */
  readonly model?: string;
  /** What to run it on, as `--device` says it. @default "auto" */
  readonly device?: string;
  /** Whether every layer of the model is read and steered, on the device and on the CPU. @default false */
  readonly deep?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** This package's own folder, whether this file runs from lib/ or from dist/. */
const PACKAGE = join(__dirname, "..", "..");

const diagnoseArguments = z.object({
  options: optionsOf({
    model: path().optional(),
    device: text().optional(),
    deep: yesOrNo().optional(),
    signal: abortSignal().optional(),
  }),
});

/** Looks at what corrsteer runs on, and runs a little of it. What is wrong is in `checks`. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  checkArguments(diagnoseArguments, { options });
  const { model = DEMO.model, device = "auto", deep = false, signal } = options;
  let native: NativeFacts = { plugins: { files: [], failures: [] }, devices: [], device: "cpu", products: "llama.cpp" };
  let loaded: string | undefined;
  const addon = await attempt("native addon", async () => {
    loaded = loadAddon().loadedRelease;
    await tryDevices({ signal });
    native = nativeFacts();
    return `llama.cpp ${loaded}`;
  });
  const checks = [addon];
  if (addon.status !== "failed") {
    checks.push(
      await attempt("SAE encoder", () => checkEncoder(device)),
      await attempt("products", () => checkProducts(model)),
      await attempt("engine", () => checkEngine(model, device, signal)),
    );
    if (deep && checks.at(-1)!.status === "passed") checks.push(...(await deepChecks(model, device, signal)));
  }
  signal?.throwIfAborted();
  return {
    ok: checks.every(({ status }) => status !== "failed"),
    versions: { corrsteer: VERSION, node: process.version, llamaCpp: { expected: LLAMA_RELEASE, loaded } },
    platform: { package: platformPackage(), libraries: libraryDirectory(PACKAGE) },
    ...native,
    missing: [...missingBackends(native, PACKAGE), ...refusedDevices()],
    cache: cacheFolder(),
    checks,
  };
}

type NativeFacts = Pick<Diagnosis, "plugins" | "devices" | "device" | "products">;

function nativeFacts(): NativeFacts {
  const { required, optional } = backendPlugins(PACKAGE);
  const failures = backendFailures().map(({ message }) => message);
  const plugins = { files: [...required, ...optional], failures };
  const products = productsUsed("fastest");
  return { plugins, devices: loadAddon().devices(), device: resolveDevice("auto"), products };
}
