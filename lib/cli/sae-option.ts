import type { Command } from "commander";

export interface SaeFlags {
  sae: string[];
}

export const SAE_OPTION = [
  "--sae <folder|layer=path...>",
  "a folder with SAEs in SAELens' format, or one for each layer",
] as const;

export function addSaeOption(command: Command): Command {
  return command.requiredOption(...SAE_OPTION);
}

/** What `findSaes` takes: a folder, or entries `layer=path`. */
export function saeSource(sae: string[]): string | string[] {
  const [only, ...others] = sae;
  return only !== undefined && others.length === 0 && !/^\d+=/.test(only) ? only : sae;
}
