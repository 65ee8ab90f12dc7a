import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, path as aPath } from "../arguments/kinds";
import { SteeringError } from "../errors";
import { requireOwn } from "../files/overwrite";
import { oneOf, yesOrNo } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { workOptions } from "../progress";
import { readSaeFolder, type StoredSae } from "./folder";
import { CONFIG_FILE } from "./formats/saelens";
import { saeFolder } from "./kinds";
import { Sae } from "./sae";
import { saelensForm, writeSaelensForm } from "./saelens-form";
import { STORAGES } from "./storage";

export const convertOptions = z.object({
  storage: option("type of the matrices that are written", oneOf(STORAGES).default("f32")),
  overwrite: option("write over an SAE that is there", yesOrNo().default(false)),
  signal: workOptions.shape.signal,
});

/** @interface */
export type ConvertOptions = Given<typeof convertOptions>;

const convertArguments = z.object({ sae: saeFolder(), folder: aPath(), options: anyOptions() });

/**
 * Writes an SAE of any family in SAELens' format for inference, `cfg.json` and `sae_weights.safetensors` in `folder`: it
 * encodes as before, here and in SAELens. Both matrices are in memory meanwhile.
 *
 * @throws ERR_FILE_WRITE where `folder` has one already; ERR_SAE_FORMAT for an SAE that SAELens has no form of;
 * ERR_NON_FINITE for a weight that `storage` can't hold; as `Sae.load`
 */
export async function convertSae(sae: StoredSae, folder: string, options: ConvertOptions = {}): Promise<void> {
  checkArguments(convertArguments, { sae, folder, options });
  refuseUnknown(options, convertOptions);
  const { storage, overwrite, signal } = resolveOptions(convertOptions, options);
  await requireFree(folder, overwrite);
  await using loaded = await Sae.load(sae, { signal });
  const form = await saelensForm(sae, loaded.native!, storage);
  signal?.throwIfAborted();
  await writeSaelensForm(folder, form);
}

/** @throws ERR_FILE_WRITE where an SAE is there that may not be written over, or something that is none */
async function requireFree(folder: string, overwrite: boolean): Promise<void> {
  const path = join(folder, CONFIG_FILE);
  await requireOwn(path, "configuration of an SAE", () => readSaeFolder(folder));
  if (overwrite || !existsSync(path)) return;
  throw new SteeringError(
    "ERR_FILE_WRITE",
    `${folder}: there is an SAE already; overwrite (--overwrite) writes over it`,
    {
      path,
    },
  );
}
