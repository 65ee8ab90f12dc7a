import { readRanking } from "../../../lib/rank/ranking";
import { readManifest } from "../../../lib/run/run";
import { sinceSaeIds } from "../../../lib/sae/before-ids";
import { readSelections } from "../../../lib/select/selection";
import { readEvaluation } from "../../../lib/evaluate/evaluation";
import { loadProfile, saveProfile } from "../../../lib/steering/profile";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildProfile } from "../../../lib/select/build-profile";
import { beforeIds } from "../../support/before-ids";
import { manifest } from "../../support/manifest";
import { rankedFeature, rankingWithNull } from "../../support/ranking";
import { reader } from "../../support/read-safetensors";
import { temporaryFolder } from "../../support/temporary-folder";

const directory = temporaryFolder();

const write = (name: string, document: object, changes: object) => {
  writeFileSync(join(directory, name), JSON.stringify({ ...(beforeIds(document) as object), ...changes }));
};

const features = [rankedFeature(1, 3, 0.5), rankedFeature(2, 0, 0.3)];
const permuted = [1, 2].map((layer) => ({
  ...{ sae: `blocks.${layer}.hook_resid_post`, layer, threshold: 0.4, quantiles: [], nSurvivors: 1 },
  bestInsideNull: false,
}));
const confounds = [
  {
    ...{ variable: "group", how: "given" as const, threshold: 0.4, nSurvivors: 0 },
    features: features.map(({ sae, layer, feature }) => ({ sae, layer, feature, r: 0.1, familyWiseP: 0.9 })),
  },
];
const plain = rankingWithNull(features);
const ranking = { ...plain, null: { ...plain.null!, layers: permuted }, confounds };

beforeAll(() => {
  write("run.json", manifest(), { format: 1 });
  writeFileSync(join(directory, "samples.jsonl"), "");
});

describe("files of before SAEs had ids", () => {
  it("a manifest gives its SAEs those that they have now", async () => {
    expect(await readManifest(directory)).toEqual(manifest());
  });

  it("a ranking names the SAE of every feature and layer", async () => {
    write("ranking.json", ranking, { format: 2 });
    expect(await readRanking(directory)).toEqual(ranking);
  });

  it("a selection names them by the run beside it", async () => {
    const selections = [
      {
        ...{ variant: "P" as const, features },
        dropped: [{ ...{ sae: features[0]!.sae, layer: 1, feature: 9, r: 0.1 }, familyWiseP: null }],
        validation: {
          ...{ n: 9, baselineScore: 0.5 },
          layers: [{ layer: 1, features: [3], score: 0.5, pValue: null, adjustedP: null, kept: true }],
        },
      },
    ];
    const policy = { significance: "none" as const, alpha: 0.05, topK: 1, coefficient: "mean", decode: false, seed: 1 };
    write("selection.json", { ...policy, selections }, { format: 2 });
    expect(await readSelections(directory)).toEqual({ format: 3, ...policy, selections });
  });

  it("an evaluation names them by the run beside it", async () => {
    const { task, model, versions } = manifest();
    const evaluation = {
      ...{ versions, task, model, n: 1, seed: 1, metric: "accuracy" as const, questions: null, controls: [] },
      arms: [ARM],
      significance: {
        ...{ target: "score", score: "pearson", stratifiedBy: null, covariates: [], permutations: 99, seed: 1 },
        ...{ alpha: 0.05, threshold: 0.4, nSurvivors: 2, confounds },
        layers: permuted.map(({ quantiles: _, ...layer }) => layer),
      },
      ...{ instruction: null, neutral: null, setup: null, headline: "", verdict: [], warnings: [] },
    };
    write("evaluation.json", evaluation, { format: 2 });
    expect(await readEvaluation(directory)).toEqual({ format: 3, ...evaluation });
  });

  it("a profile names them, and the one whose decoder bias it adds", async () => {
    const directionsOf = () => Promise.resolve(features.map(() => Float32Array.of(1, 2, 3, 4)));
    const biasOf = () => Promise.resolve(Float32Array.of(0, 0, 0, 1));
    const profile = await buildProfile("A", ranking, features, directionsOf, { biasOf });
    mkdirSync(join(directory, "profiles"));
    const path = join(directory, "profiles", "A.steer.json");
    await saveProfile(path, profile);
    const { vectors } = JSON.parse(readFileSync(path, "utf8")) as { vectors: object };
    write(join("profiles", "A.steer.json"), profile, { version: 1, decoderBias: 1, vectors });
    expect(await loadProfile(path, reader)).toEqual(profile);
  });

  it("are left as they are where they are of another version, or no document", () => {
    for (const document of [null, 3, [], { format: 7, saes: [], layers: [{ layer: 1 }] }]) {
      expect(sinceSaeIds(document, ["format", 1])).toBe(document);
    }
  });

  it("that are damaged stay so, whatever is in them", () => {
    let deep: unknown = { layer: 1 };
    for (let depth = 0; depth < 100_000; depth++) deep = { deep };
    for (const saes of [undefined, 7, [{ layer: {} }], [{ layer: 1, site: "resid_post" }]]) {
      expect(sinceSaeIds({ format: 1, saes, deep, layers: [{ layer: 1 }] }, ["format", 1])).toMatchObject({
        format: 2,
      });
    }
  });
});

const ARM = {
  ...{ name: "baseline", role: "baseline" as const, profile: null, scale: 1, sameAs: null, n: 1, correct: 1 },
  ...{ accuracy: 1, meanScore: 1, interval: [0, 1] as const, comparison: null, formatValid: null },
  ...{ commonestAnswer: { completion: "", share: 1 }, meanGeneratedTokens: 1, meanMargin: null, overRefusal: null },
  ...{ neutral: null, groups: [], receipt: [] },
};
