import { gguf } from "./gguf";
import type { Kind } from "./kind";
import { sae } from "./sae";

/** Every kind, by the name it has on the command line. */
export const KINDS = { gguf, sae } satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;
