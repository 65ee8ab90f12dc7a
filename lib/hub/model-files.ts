import { invalidArgument, SteeringError } from "../errors";
import { referenceText, type HubReference } from "./reference";
import type { HubFile } from "./tree";

/** Of a model in parts, as llama.cpp names them. */
const PART = /-(\d{5})-of-(\d{5})(?=\.gguf$)/i;
/** What images and sounds are put into a model by: no model itself. */
const PROJECTOR = /(^|\/)mmproj[^/]*$/i;

/**
 * The files of the one model that a reference means: by its name, by a quantisation that its name has, or the only one
 * there is. A model in parts has all of them, the first one first.
 *
 * @throws ERR_HUB_NOT_FOUND, or ERR_INVALID_ARGUMENT where that fits several: lists what is there
 */
export function modelFiles(files: readonly HubFile[], reference: HubReference): HubFile[] {
  const { repository, path, quantisation } = reference;
  const models = modelsOf(files);
  const names = [...models.keys()];
  const fits = names.filter((name) => path === undefined || name === path || models.get(name)![0]!.path === path);
  const meant = quantisation === undefined ? fits : fits.filter((name) => hasWord(name, quantisation));
  const [only, ...others] = meant;
  const text = `${referenceText(reference)}${quantisation === undefined ? "" : `:${quantisation}`}`;
  const there = names.length > 0 ? names.join(", ") : "no GGUF file";
  if (only === undefined) {
    throw new SteeringError("ERR_HUB_NOT_FOUND", `${text}: there is no such model; ${repository} has ${there}`, {
      reference: text,
      found: names,
    });
  }
  if (others.length > 0) {
    throw invalidArgument(
      "model",
      `a reference to one file, such as hf:${repository}/${only}; there are ${meant.join(", ")}`,
      text,
    );
  }
  const parts = models.get(only)!;
  const nParts = Number(PART.exec(parts[0]!.path)?.[2] ?? 1);
  if (parts.length === nParts) return parts;
  throw new SteeringError("ERR_HUB_NOT_FOUND", `${text}: the hub has ${parts.length} of its ${nParts} parts`, {
    reference: text,
    found: parts.map((part) => part.path),
  });
}

/** By their names without the numbers of parts. */
function modelsOf(files: readonly HubFile[]): Map<string, HubFile[]> {
  const models = new Map<string, HubFile[]>();
  for (const file of files) {
    if (!/\.gguf$/i.test(file.path) || PROJECTOR.test(file.path)) continue;
    const name = file.path.replace(PART, "");
    models.set(name, [...(models.get(name) ?? []), file]);
  }
  return models;
}

/** "Q4_K" is in "model.q4_k.gguf", and not in "model-Q4_K_M.gguf" or "model-IQ4_K.gguf". */
function hasWord(name: string, word: string): boolean {
  return new RegExp(`(?<![a-z0-9])${word}(?![a-z0-9_])`, "i").test(name);
}
