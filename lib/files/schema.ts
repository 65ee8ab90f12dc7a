import { z } from "zod";

/** The numbers and hashes that files of this program are made of. */
export const count = z.int().min(0);
/** Of a vector or a table: memory is taken for it. No model or SAE comes near the limit. */
export const extent = z
  .int()
  .min(1)
  .max(2 ** 26);
/** A share or a probability. */
export const share = z.number().min(0).max(1);
export const correlation = z.number().min(-1).max(1);
/** A confidence interval of 95 %: low, high. */
export const interval = z.tuple([z.number(), z.number()]).readonly();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
/** Which programs wrote a file. */
export const versions = z.object({ corrsteer: z.string(), llamaCpp: z.string() });
