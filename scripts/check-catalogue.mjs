// Compares the catalogue of SAEs with SAELens' own registry, prints what differs, and fails where that is not known:
//   pip download --no-deps sae-lens==6.54.12 && python3 -m zipfile -e sae_lens-*.whl .
//   npm run build:ts && node scripts/check-catalogue.mjs sae_lens/pretrained_saes.yaml
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";

const require = createRequire(import.meta.url);
const { knownReleases } = require(join(import.meta.dirname, "..", "dist", "sae", "catalogue", "releases.js"));

const registry = parse(readFileSync(process.argv[2], "utf8"));
/** By what differs: why ours is right. */
const KNOWN = {
  "gemma-scope-9b-pt-res-canonical/layer_20/width_524k/canonical l0": "its path there has 48 too",
  "llama_scope_lxr_8x repo": "the publisher's account was renamed",
  "llama_scope_lxr_32x repo": "the publisher's account was renamed",
  "llama_scope_r1_distill repo": "the publisher's account was renamed",
  "pythia-70m-deduped-res-sm/blocks.0.hook_resid_pre dashboard": "theirs is of an SAE on the attention's output",
};
const differences = new Map();
const counts = { compared: 0, ours: 0, absent: 0 };

for (const { name, repo, sets } of knownReleases()) {
  const ours = new Map(sets.flatMap(({ saes }) => saes).map((sae) => [sae.id, sae]));
  counts.ours += ours.size;
  const theirs = registry[name];
  if (!theirs) {
    counts.absent += ours.size;
    continue;
  }
  const tell = (what, ours, theirs) => {
    if (ours !== theirs) differences.set(`${name}${what}`, `${ours} here, ${theirs} there`);
  };
  tell(" repo", repo, theirs.repo_id);
  tell(" number of SAEs", ours.size, theirs.saes.length);
  const { model_from_pretrained_kwargs: model, normalize_activations: normalization } = theirs.config_overrides ?? {};
  for (const sae of theirs.saes) {
    const own = ours.get(sae.id);
    if (!own) {
      differences.set(`${name}/${sae.id}`, "it is not here");
      continue;
    }
    counts.compared++;
    tell(`/${sae.id} path`, own.path, sae.path);
    tell(`/${sae.id} dashboard`, own.neuronpediaId, sae.neuronpedia);
    if (sae.l0 !== undefined && own.l0 !== undefined) tell(`/${sae.id} l0`, own.l0, sae.l0);
    tell(`/${sae.id} center`, own.overrides.center, model?.center_writing_weights);
    tell(`/${sae.id} normalisation`, own.overrides.normalizeActivations, normalization);
    // Llama Scope's own files have the factor.
    if (!theirs.conversion_func?.startsWith("llama_scope"))
      tell(`/${sae.id} factor`, own.overrides.normScalingFactor, sae.norm_scaling_factor);
  }
}

for (const [what, how] of differences) console.log(`${what}: ${how}${what in KNOWN ? ` (known: ${KNOWN[what]})` : ""}`);
for (const what of Object.keys(KNOWN)) if (!differences.has(what)) console.log(`${what}: no longer differs`);
console.log(
  `${counts.compared} SAEs compared, ${differences.size} differences; ` +
    `${counts.absent} of ours ${counts.ours} are of releases that the registry does not have`,
);
const asKnown =
  differences.size === Object.keys(KNOWN).length && [...differences.keys()].every((what) => what in KNOWN);
process.exit(asKnown ? 0 : 1);
