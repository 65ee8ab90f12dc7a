import { dictionaryLearning } from "./dictionary-learning";
import type { SaeFormat } from "./format";
import { gemmaScope } from "./gemma-scope";
import { gemmaScope2 } from "./gemma-scope-2";
import { llamaScope } from "./llama-scope";
import { llamascopium } from "./llamascopium";
import { loneFiles } from "./lone-files";
import { qwenScope } from "./qwen-scope";
import { saelens } from "./saelens";
import { sparsify } from "./sparsify";

/** Those that are read, in the order in which a folder is tried for them: SAELens takes all that have a `cfg.json`. */
export const FORMATS: readonly SaeFormat[] = [
  ...[llamaScope, sparsify, saelens, gemmaScope2, gemmaScope],
  ...[llamascopium, dictionaryLearning, qwenScope, loneFiles],
];

/** For a file that is given by itself, whatever its name. */
export const BY_EXTENSION: Readonly<Record<string, SaeFormat>> = {
  ...{ ".npz": gemmaScope, ".pt": loneFiles, ".pth": loneFiles },
};
