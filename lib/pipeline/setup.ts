import { extname, join, resolve } from "node:path";
import { invalidArgument } from "../errors";
import { resolveOptions } from "../options/resolve";
import { readManifest } from "../run/run";
import { setupOptions, type Setup, type SetupOptions } from "./setup-options";

/** @throws ERR_INVALID_ARGUMENT */
export function resolveSetup(options: SetupOptions): Setup {
  const setup = resolveOptions(setupOptions, options, invalidArgument);
  const { model, sae, basis, task, data } = setup;
  if (basis === "residual" && sae !== undefined) throw invalidArgument("sae", 'none with basis "residual"', sae);
  return {
    ...setup,
    model: resolve(model),
    ...(sae !== undefined && { sae: absoluteSae(sae) }),
    task: extname(task) === "" ? task : resolve(task),
    data: resolve(data),
  };
}

function absoluteSae(sae: string | string[]): string | string[] {
  if (typeof sae === "string") return resolve(sae);
  return sae.map((entry) => entry.replace(/(?<=^\d+=).+/, (path) => resolve(path)));
}

/**
 * The setup that a run directory was collected with, with `overrides` in place of what it says.
 *
 * @throws ERR_RUN_INCOMPLETE, ERR_FILE_FORMAT
 */
export async function readSetup(directory: string, overrides: Partial<SetupOptions> = {}): Promise<Setup> {
  const { environment } = await readManifest(directory);
  return resolveSetup({ ...(environment as Partial<Setup>), ...overrides } as SetupOptions);
}

/** Where a run goes unless its user says so: `runs/<task>-<model>-<seed>`. */
export function defaultDirectory({ task, model, seed }: Setup): string {
  const name = (path: string) =>
    path
      .split(/[\\/]/)
      .at(-1)!
      .replace(/\.(gguf|ts|m?js)$/, "");
  return join("runs", `${name(task)}-${name(model)}-${seed}`);
}
