import { catalogue } from "./catalogue";
import { extracted } from "./extracted";
import { firstLoad, gguf } from "./gguf";
import { hub } from "./hub";
import { jsonl } from "./jsonl";
import type { Kind } from "./kind";
import { npz } from "./npz";
import { parquet } from "./parquet";
import { pickle } from "./pickle";
import { profile } from "./profile";
import { run } from "./run";
import { sae } from "./sae";
import { saeFamily } from "./sae-family";
import { steering } from "./steering";
import { stopped } from "./stopped";
import { yaml } from "./yaml";

/** Every kind, by the name it has on the command line. */
export const KINDS = {
  gguf,
  "first-load": firstLoad,
  sae,
  "sae-family": saeFamily,
  profile,
  steering,
  run,
  stopped,
  jsonl,
  yaml,
  npz,
  pickle,
  parquet,
  extracted,
  hub,
  catalogue,
} satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

/** What publishers of SAEs and data sets have. */
export const PUBLISHERS_FILES: readonly KindName[] = ["npz", "pickle", "parquet", "sae-family"];
