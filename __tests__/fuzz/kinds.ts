import { gguf } from "./gguf";
import type { Kind } from "./kind";
import { profile } from "./profile";
import { sae } from "./sae";

/** Every kind, by the name it has on the command line. */
export const KINDS = { gguf, sae, profile } satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;
