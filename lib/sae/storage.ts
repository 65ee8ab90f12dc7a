import { toBfloat16, toFloat16 } from "../files/half";

/** How the matrices of an SAE are written. */
export const STORAGES = ["f32", "f16", "bf16"] as const;
export type Storage = (typeof STORAGES)[number];

/** Where values are put as they are written; whether one could be. */
export function storedMatrix(storage: Storage, length: number) {
  if (storage === "f32") {
    const data = new Float32Array(length);
    return { dtype: "F32", data, put: (at: number, value: number) => Number.isFinite((data[at] = value)) } as const;
  }
  const [dtype, round, infinite] =
    storage === "f16" ? (["F16", toFloat16, 0x7c00] as const) : (["BF16", toBfloat16, 0x7f80] as const);
  const data = new Uint16Array(length);
  const put = (at: number, value: number) => ((data[at] = round(value)) & 0x7fff) < infinite;
  return { dtype, data, put } as const;
}
