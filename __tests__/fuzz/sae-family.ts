import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { damage, pick } from "./bytes";
import { mutateJson } from "./json";
import type { Kind } from "./kind";
import { sae } from "./sae";

const PUBLISHERS = join(__dirname, "..", "fixtures", "publishers");
const foldersIn = (folder: string): string[] =>
  readdirSync(join(PUBLISHERS, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [join(folder, entry.name)] : [],
  );
/** SAELens' own folders are those of the kind `sae`. */
const FAMILIES = foldersIn(".").flatMap((family) => {
  if (family === "saelens") return [];
  return family === "dictionary_learning" ? foldersIn(family) : [family];
});

const WORDS = [
  ...["hook_point_in", "hook_point_out", "blocks.0.hook_resid_pre", "model.layers.9.output", "d_model", "d_sae", "k"],
  ...["act_fn", "jumprelu", "topk", "relu", "norm_activation", "dataset-wise", "dict_class", "BatchTopKSAE", "trainer"],
  ...["jump_relu_threshold", "dataset_average_activation_norm", "sparsity_include_decoder_norm", "num_latents"],
];

/** A publisher's tree with one file of it damaged, taken as a user would. */
export const saeFamily: Kind = {
  originals: FAMILIES,

  put(family, folder) {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    cpSync(join(PUBLISHERS, family), folder, { recursive: true });
  },

  make(random, folder) {
    const family = pick(random, FAMILIES);
    saeFamily.put(family, folder);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const { parentPath, name } = pick(random, files);
    const path = join(parentPath, name);
    const original = readFileSync(path);
    const isJson = name.endsWith(".json") && random(4) > 0;
    const changed = isJson ? mutateJson(original.toString(), random, WORDS) : damage(random, original);
    writeFileSync(path, "text" in changed ? changed.text : changed.bytes);
    const sizeBytes = files.reduce((sum, file) => sum + readFileSync(join(file.parentPath, file.name)).length, 0);
    return { name: `${family}, ${name}: ${changed.name}`, sizeBytes };
  },

  open: (folder) => sae.open(folder),
};
