import { extname } from "node:path";
import { errorCode, SteeringError } from "../errors";
import { readNpz } from "../files/npz";
import { readTorchFile } from "../files/torch/torch-file";
import type { NativeMatrixPlace, NativeSaePlan } from "../native/addon";
import { withSafetensors } from "../native/safetensors";
import type { Dtype, TensorPlace } from "../native/tensor-place";
import type { EncoderPlan } from "./config";

/** Where the tensors of a file of weights lie. @throws ERR_SAE_FORMAT */
export async function tensorPlaces(path: string): Promise<readonly TensorPlace[]> {
  try {
    switch (extname(path)) {
      case ".npz":
        return await readNpz(path);
      case ".pt":
      case ".pth":
        return unwrapped((await readTorchFile(path)).tensors);
      default:
        return await readSafetensors(path);
    }
  } catch (cause) {
    if (errorCode(cause) !== "ERR_FILE_FORMAT") throw cause;
    const reason = (cause as Error).message;
    throw new SteeringError("ERR_SAE_FORMAT", reason, { path, reason }, { cause });
  }
}

/** What people save besides an SAE's own dict goes with it into one. */
const WRAPPER = /^(state_dict|model_state_dict|sae)\./;

function unwrapped(places: readonly TensorPlace[]): readonly TensorPlace[] {
  const [wrapper] = places.flatMap(({ name }) => WRAPPER.exec(name)?.[0] ?? []);
  if (wrapper === undefined) return places;
  const inside = places.filter(({ name }) => name.startsWith(wrapper));
  return inside.map((place) => ({ ...place, name: place.name.slice(wrapper.length) }));
}

function readSafetensors(path: string): Promise<TensorPlace[]> {
  return withSafetensors(path, ({ tensors }) =>
    tensors.map((info) => ({ ...info, dtype: info.dtype as Dtype, path, transposed: false })),
  );
}

/** The tensors of an SAE, by their names in the file. @throws ERR_SAE_FORMAT for one that is not there */
export function encoderTensors(
  path: string,
  plan: EncoderPlan,
  places: readonly TensorPlace[],
): NativeSaePlan["tensors"] {
  const { encoder, decoder: _, encoderBias, ...vectors } = plan.tensors;
  const wanted = plan.activation === "gated" ? vectors : { ...vectors, encoderBias };
  const found = Object.entries(wanted).map(([role, name]) => [role, placeOf(path, name!, places)] as const);
  return {
    ...Object.fromEntries(found),
    encoder: matrix(placeOf(path, encoder, places), plan.transposed?.includes("encoder") ?? false),
    decoder: decoderMatrix(path, plan, places),
  };
}

/** @throws ERR_SAE_FORMAT where it is not there */
export function decoderMatrix(path: string, plan: EncoderPlan, places: readonly TensorPlace[]): NativeMatrixPlace {
  return matrix(placeOf(path, plan.tensors.decoder, places), !plan.transposed?.includes("decoder"));
}

/** @throws ERR_SAE_FORMAT where it is not there */
export function placeOf(path: string, name: string, places: readonly TensorPlace[]): TensorPlace {
  const found = places.find((place) => place.name === name);
  if (found?.shape.every(Number.isSafeInteger)) return found;
  const reason = found ? `tensor ${name} has the shape [${found.shape.join(", ")}]` : `no tensor ${name}`;
  throw new SteeringError("ERR_SAE_FORMAT", `${path}: ${reason}`, { path, tensor: name, reason });
}

/** A matrix whose columns lie together is, row-major, its transpose. */
function matrix({ transposed, shape, ...place }: TensorPlace, byFeature: boolean): NativeMatrixPlace {
  return transposed ? { ...place, shape: [...shape].reverse(), byFeature: !byFeature } : { ...place, shape, byFeature };
}
