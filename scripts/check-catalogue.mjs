// Compares the catalogue of SAEs with SAELens' own registry, and prints what differs:
//   pip download --no-deps sae-lens && unzip sae_lens-*.whl sae_lens/pretrained_saes.yaml
//   npm run build:ts && node scripts/check-catalogue.mjs sae_lens/pretrained_saes.yaml
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";

const require = createRequire(import.meta.url);
const { knownReleases } = require(join(import.meta.dirname, "..", "dist", "sae", "catalogue", "releases.js"));

const registry = parse(readFileSync(process.argv[2], "utf8"));
const differences = [];
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
    if (ours !== theirs) differences.push(`${name}${what}: ${ours} here, ${theirs} there`);
  };
  tell(" repo", repo, theirs.repo_id);
  tell(" number of SAEs", ours.size, theirs.saes.length);
  const { model_from_pretrained_kwargs: model, normalize_activations: normalization } = theirs.config_overrides ?? {};
  for (const sae of theirs.saes) {
    const own = ours.get(sae.id);
    if (!own) {
      differences.push(`${name}/${sae.id} is not here`);
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

for (const difference of differences) console.log(difference);
console.log(
  `${counts.compared} SAEs compared, ${differences.length} differences; ` +
    `${counts.absent} of ours ${counts.ours} are of releases that the registry does not have`,
);
