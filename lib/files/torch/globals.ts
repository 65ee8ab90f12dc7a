import type { Dtype } from "../../native/tensor-place";
import { TorchGlobal, TorchStorage, TorchTensor, type TorchValue } from "./values";

/** torch/storage.py: the classes whose name says the type of the elements. */
const STORAGES: Readonly<Record<string, Dtype>> = {
  ...{ "torch DoubleStorage": "F64", "torch FloatStorage": "F32" },
  ...{ "torch HalfStorage": "F16", "torch BFloat16Storage": "BF16" },
  ...{ "torch LongStorage": "I64", "torch IntStorage": "I32", "torch ShortStorage": "I16" },
  ...{ "torch CharStorage": "I8", "torch ByteStorage": "U8", "torch BoolStorage": "BOOL" },
  "torch.storage UntypedStorage": "U8",
};

const DTYPES = new Set(
  ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"].map(
    (name) => `torch ${name}`,
  ),
);

/** What stands for a call: each gets the arguments, and undefined is what it makes of others than it expects. */
const CALLS: Readonly<Record<string, (args: readonly TorchValue[]) => TorchValue | undefined>> = {
  "collections OrderedDict": (args) => (args.length === 0 ? new Map<string | number, TorchValue>() : undefined),
  "torch._utils _rebuild_tensor_v2": ([storage, offset, shape, strides]) =>
    storage instanceof TorchStorage && isCount(offset) && areCounts(shape) && areCounts(strides)
      ? new TorchTensor(storage, offset, shape, strides)
      : undefined,
  "torch._utils _rebuild_parameter": ([tensor]) => (tensor instanceof TorchTensor ? tensor : undefined),
};

const has = (table: object, name: string): boolean => Object.hasOwn(table, name);

/** The global of this module and name; a type of elements is a plain word. @throws RangeError for one that is not on the list */
export function globalOf(module: string, name: string): TorchValue {
  const global = `${module} ${name}`;
  if (DTYPES.has(global)) return `${module}.${name}`;
  if (has(CALLS, global) || has(STORAGES, global)) return new TorchGlobal(global);
  const advice = "a file of tensors has no need of it; a module is to be saved by its state_dict()";
  throw new RangeError(`it wants ${module}.${name}, which is not read: ${advice}`);
}

/** @throws RangeError for what is not to be called, or not with such arguments */
export function callGlobal(callee: TorchValue, args: TorchValue): TorchValue {
  const { name } = callee instanceof TorchGlobal ? callee : { name: "" };
  if (!has(CALLS, name)) throw new RangeError("it calls what is no function");
  const result = Array.isArray(args) ? CALLS[name]!(args) : undefined;
  if (result === undefined) throw new RangeError(`it calls ${name.replace(" ", ".")} with arguments that do not fit`);
  return result;
}

/** What `torch.save` writes in the place of a storage. @throws RangeError for anything else */
export function storageOf(id: TorchValue): TorchStorage {
  const [word, type, key, , length] = Array.isArray(id) ? id : [];
  const dtype = type instanceof TorchGlobal && has(STORAGES, type.name) ? STORAGES[type.name] : undefined;
  if (word === "storage" && dtype && typeof key === "string" && isCount(length)) {
    return new TorchStorage(dtype, key, length);
  }
  throw new RangeError("a storage is not told of as PyTorch does");
}

function isCount(value: TorchValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function areCounts(value: TorchValue | undefined): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}
