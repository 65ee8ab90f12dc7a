import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** A value of an option as a YAML file has it: a list or a mapping stands for a repeated option, or for its comma-separated form. */
export const writtenValue = z.union([scalar, z.array(scalar), z.record(z.string(), scalar)]);
/** One that is no mapping. */
export const writtenItems = z.union([scalar, z.array(scalar)]);
export type WrittenValue = z.infer<typeof writtenValue>;

/** Options by their names in camelCase. */
export const writtenOptions = z.record(z.string(), writtenValue.nullable());
export type WrittenOptions = z.infer<typeof writtenOptions>;
