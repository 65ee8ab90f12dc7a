import type { Dtype } from "../../native/tensor-place";

/** What the pickle of a file of PyTorch is made of. Dicts are maps; lists and tuples are arrays. */
export type TorchValue =
  | null
  | boolean
  | number
  | string
  | TorchGlobal
  | TorchStorage
  | TorchTensor
  | TorchValue[]
  | Map<string | number, TorchValue>;

/** A class or function of Python, by its name: it is never called. */
export class TorchGlobal {
  constructor(readonly name: string) {}
}

/** A run of numbers that is a member of the archive, `data/<key>`. */
export class TorchStorage {
  constructor(
    readonly dtype: Dtype,
    readonly key: string,
    /** Elements. */
    readonly length: number,
  ) {}
}

/** A view of a storage; its offset and strides count elements. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}
