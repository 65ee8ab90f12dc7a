import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { optionsOf, path } from "../arguments/kinds";
import { abortSignal } from "../options/kinds";
import { join } from "node:path";
import { DEMO } from "../demo";
import { cacheFolder } from "../files/cache-folder";
import type { NativeDevice } from "../native/addon";
import { backendFailures, loadAddon } from "../native/load";
import { LLAMA_RELEASE, libraryDirectory, platformPackage } from "../native/platform";
import { backendPlugins } from "../native/plugins";
import { VERSION } from "../version";
import { checkEngine } from "./engine-check";
import { checkSae } from "./sae-check";

/** One thing that was tried. */
export interface Check {
  readonly name: string;
  readonly status: "passed" | "failed";
  /** What was seen, or what went wrong. */
  readonly detail: string;
}

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
  /** The folder of what can be had again: hashes, verdicts on model files, models that score. */
  readonly cache: string;
  readonly checks: readonly Check[];
}

export interface DiagnoseOptions {
  /** Model to check the engine with. @default the demo's */
  readonly model?: string;
  readonly signal?: AbortSignal | undefined;
}

/** This package's own folder, whether this file runs from lib/ or from dist/. */
const PACKAGE = join(__dirname, "..", "..");

const diagnoseArguments = z.object({
  options: optionsOf({ model: path().optional(), signal: abortSignal().optional() }),
});

/** Looks at what corrsteer runs on, and runs a little of it. What is wrong is in `checks`. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  checkArguments(diagnoseArguments, { options });
  const { model = DEMO.model, signal } = options;
  let native: Pick<Diagnosis, "plugins" | "devices"> = { plugins: { files: [], failures: [] }, devices: [] };
  let loaded: string | undefined;
  const addon = await attempt("native addon", () => {
    const { loadedRelease, devices } = describeNative();
    loaded = loadedRelease;
    native = devices;
    return `llama.cpp ${loadedRelease}`;
  });
  const checks = [addon];
  if (addon.status !== "failed") {
    checks.push(await attempt("SAE encoder", checkSae), await attempt("engine", () => checkEngine(model, signal)));
  }
  signal?.throwIfAborted();
  return {
    ok: checks.every(({ status }) => status !== "failed"),
    versions: { corrsteer: VERSION, node: process.version, llamaCpp: { expected: LLAMA_RELEASE, loaded } },
    platform: { package: platformPackage(), libraries: libraryDirectory(PACKAGE) },
    ...native,
    cache: cacheFolder(),
    checks,
  };
}

function describeNative() {
  const addon = loadAddon();
  const { required, optional } = backendPlugins(PACKAGE);
  const failures = backendFailures().map(({ message }) => message);
  const devices = { plugins: { files: [...required, ...optional], failures }, devices: addon.devices() };
  return { loadedRelease: addon.loadedRelease, devices };
}

async function attempt(name: string, check: () => string | Promise<string>): Promise<Check> {
  try {
    return { name, status: "passed", detail: await check() };
  } catch (error) {
    return { name, status: "failed", detail: (error as Error).message };
  }
}
