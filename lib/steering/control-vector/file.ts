import { z } from "zod";
import { checkArguments } from "../../arguments/check";
import { anyOptions, path as aPath } from "../../arguments/kinds";
import { SteeringError } from "../../errors";
import { writeFileAtomically } from "../../files/atomic-write";
import { formatError } from "../../files/format-error";
import { readGgufHeader } from "../../files/gguf";
import { GGML_F32, type GgufTensor, paddingAfter } from "../../files/gguf-layout";
import { countEntry, ggufOfRows, textEntry } from "../../files/gguf-writer";
import { readBytes } from "../../files/read-file";
import { extent } from "../../files/schema";
import { type Given } from "../../options/option";
import { refuseUnknown } from "../../options/refuse-unknown";
import { resolveOptions } from "../../options/resolve";
import type { SteeringVectors } from "../profile";
import { layerLess, type Numbering, numberingOption } from "./numbering";

export const controlVectorOptions = z.object({ numbering: numberingOption });

/** @interface */
export type ControlVectorOptions = Given<typeof controlVectorOptions>;

const readArguments = z.object({ path: aPath(), options: anyOptions() });

/** `general.architecture` of such a file. */
const ARCHITECTURE = "controlvector";

/**
 * The vectors of a GGUF control vector, by the layers that they are of: one `direction.k` for each, float32 [n_embd].
 * What llama.cpp refuses is refused: common/common.cpp, `common_control_vector_load_one`.
 *
 * @throws ERR_FILE_FORMAT for what is no such file; ERR_NON_FINITE
 */
export async function readControlVector(path: string, options: ControlVectorOptions = {}): Promise<SteeringVectors> {
  checkArguments(readArguments, { path, options });
  refuseUnknown(options, controlVectorOptions);
  const { numbering } = resolveOptions(controlVectorOptions, options);
  const { tensors, dataOffset, alignment } = readGgufHeader(path);
  const fail = (reason: string) => formatError(path, `it is no control vector: ${reason}`);
  const rows = tensors.map((tensor) => ({ tensor, k: directionOf(tensor, fail) })).sort((a, b) => a.k - b.k);
  const nEmbd = rows[0]?.tensor.extents[0];
  if (nEmbd === undefined) throw fail("it has no vector");
  if (!extent.safeParse(nEmbd).success) throw fail(`its vectors have ${nEmbd} values`);
  const odd = rows.find(({ tensor, k }, i) => tensor.extents[0] !== nEmbd || k === rows[i - 1]?.k);
  if (odd) throw fail(`${odd.tensor.name} has another length than the others, or is there twice`);
  requireOneAfterTheOther(tensors, 4 * nEmbd, alignment, fail);
  const bytes = await readBytes(path);
  const values = new Float32Array(rows.length * nEmbd);
  rows.forEach(({ tensor }, i) => {
    const begin = dataOffset + tensor.offset;
    if (begin + 4 * nEmbd > bytes.length) throw fail("it ends too early");
    new Uint8Array(values.buffer, 4 * i * nEmbd, 4 * nEmbd).set(bytes.subarray(begin, begin + 4 * nEmbd));
  });
  requireFinite(path, values, (i) => rows[Math.floor(i / nEmbd)]!.tensor.name);
  return { nEmbd, layers: Int32Array.from(rows, ({ k }) => k + layerLess(numbering)), rows: values };
}

function directionOf({ name, extents, type }: GgufTensor, fail: (reason: string) => Error): number {
  const k = Number(/^direction\.(\d{1,9})$/.exec(name)?.[1] ?? NaN);
  if (!(k >= 1)) throw fail(`it has a tensor ${JSON.stringify(name)}, no direction.k with k of at least 1`);
  if (type !== GGML_F32 || extents.length !== 1) throw fail(`${name} is no row of float32`);
  return k;
}

/** So that as much is read as the file has, and no more. */
function requireOneAfterTheOther(
  tensors: readonly GgufTensor[],
  sizeBytes: number,
  alignment: number,
  fail: (reason: string) => Error,
): void {
  const step = sizeBytes + paddingAfter(sizeBytes, alignment);
  const stray = tensors.find(({ offset }, i) => offset !== i * step);
  if (stray) throw fail(`${stray.name} is said to be where it cannot be`);
}

function requireFinite(path: string, values: Float32Array, nameOf: (i: number) => string): void {
  const i = values.findIndex((value) => !Number.isFinite(value));
  if (i < 0) return;
  throw new SteeringError("ERR_NON_FINITE", `${path}: ${nameOf(i)} is not finite`, { path, tensor: nameOf(i) });
}

/** Of the model that it is for, and of the profile. */
export interface ControlVectorNames {
  readonly architecture: string;
  readonly name: string;
}

/** @throws ERR_FILE_WRITE */
export async function writeControlVector(
  path: string,
  { nEmbd, layers, rows }: SteeringVectors,
  { architecture, name }: ControlVectorNames,
  numbering: Numbering,
): Promise<void> {
  const entries = [
    textEntry("general.architecture", ARCHITECTURE),
    textEntry("general.name", name),
    textEntry("controlvector.model_hint", architecture),
    countEntry("controlvector.layer_count", layers.length),
  ];
  const directions = Array.from(layers, (layer, i) => ({
    name: `direction.${layer - layerLess(numbering)}`,
    data: rows.subarray(i * nEmbd, (i + 1) * nEmbd),
  }));
  await writeFileAtomically(path, ggufOfRows(entries, directions));
}
