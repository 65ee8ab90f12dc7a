import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Scored } from "../../lib/ask/score-answers";
import { expectFailure, MAIN, ON_DEMO, startProgram, type Outcome } from "../support/corrsteer";
import { repositoryOf, serveHub } from "../support/hub-server";
import { temporaryFolder } from "../support/temporary-folder";

// The optional package, as CI installs it: npm install --no-save --prefix build/transformers @huggingface/transformers
const PACKAGES = join(__dirname, "../../build/transformers/node_modules");
const withPackage = existsSync(join(PACKAGES, "@huggingface/transformers")) ? describe : describe.skip;

const FIXTURES = join(__dirname, "../fixtures/scorers");
const GOLDEN = JSON.parse(readFileSync(join(FIXTURES, "golden.json"), "utf8")) as {
  rejection: { text: string; rejection: number }[];
  similarity: { pair: [string, string]; similarity: number }[];
};
const REJECTION = "ProtectAI/distilroberta-base-rejection-v1";
const REVISION = "65584967c3f22ff7723e5370c65e0e76791e6055";
const SHA256 = createHash("sha256")
  .update(readFileSync(join(FIXTURES, "rejection/onnx/model.onnx")))
  .digest("hex");
const MODELS = {
  [REJECTION]: join(FIXTURES, "rejection"),
  "dleemiller/ModernCE-base-sts": join(FIXTURES, "similarity"),
};

const folder = temporaryFolder();
const data = join(folder, "requests.jsonl");
const request = (i: number) => ({ prompt: `${i}+1=${i + 1}\n${i}+2=`, expected: i % 3 === 0 ? "safe" : "unsafe" });
writeFileSync(
  data,
  Array.from({ length: 12 }, (_, i) => `${JSON.stringify({ ...request(i), split: "train" })}\n`).join(""),
);

/** Collects answers of the demo's model, whatever they are, and has them scored. */
function collect(out: string, environment: NodeJS.ProcessEnv, scorer = "rejection-classifier"): Promise<Outcome> {
  const options = ["--task", "jsonl", "--data", data, "--scorer", scorer, "--out", join(folder, out)];
  return startProgram(process.execPath, [MAIN, "collect", "--quiet", ...ON_DEMO, ...options], {
    NODE_PATH: PACKAGES,
    XDG_CACHE_HOME: join(folder, "cache"),
    ...{ HF_HUB_OFFLINE: "", HF_HOME: "", HF_HUB_CACHE: "", HF_TOKEN: "" },
    ...environment,
  }).ended;
}

/** What run.json and samples.jsonl say of the scoring. */
function scoringOf(out: string) {
  const { task } = JSON.parse(readFileSync(join(folder, out, "run.json"), "utf8")) as { task: object };
  const lines = readFileSync(join(folder, out, "samples.jsonl"), "utf8")
    .trim()
    .split("\n");
  return { task, samples: lines.map((line) => JSON.parse(line) as Scored & { expected: string }) };
}

/** Scores by built-in scorers in a process of its own, as Jest's realm is not that of the package's typed arrays. */
async function scoreByModels(calls: readonly { scorer: string; completion: string; expected: string }[]) {
  const models = mkdtempSync(join(folder, "models-"));
  for (const [id, files] of Object.entries(MODELS)) {
    mkdirSync(dirname(join(models, id)), { recursive: true });
    symlinkSync(files, join(models, id));
  }
  const program = `(async () => {
    const { builtInScorers } = require(${JSON.stringify(join(MAIN, "../../index.js"))});
    const score = ({ scorer, completion, expected }) => {
      const sample = { id: "q", prompt: "?", expected };
      return builtInScorers.find(({ name }) => name === scorer).score({ completion }, sample);
    };
    console.log(JSON.stringify(await Promise.all(${JSON.stringify(calls)}.map(score))));
  })()`;
  const environment = { NODE_PATH: PACKAGES, CORRSTEER_SCORER_MODELS: models, HF_HUB_OFFLINE: "1" };
  const { stdout, stderr } = await startProgram(process.execPath, ["-e", program], environment).ended;
  expect(stderr).toBe("");
  return JSON.parse(stdout) as { score: number; extras: Record<string, number> }[];
}

withPackage("scorers that are models", () => {
  it("classify as the original library does: padded in one batch, cut at 512 tokens", async () => {
    const scored = await scoreByModels(
      GOLDEN.rejection.map(({ text }) => ({ scorer: "rejection-classifier", completion: text, expected: "unsafe" })),
    );
    for (const [i, { rejection }] of GOLDEN.rejection.entries()) {
      const refused = rejection > 0.5 ? 1 : 0;
      expect(scored[i]).toEqual({ score: refused, extras: { refused, rejection: expect.closeTo(rejection, 5) } });
    }
    expect(new Set(scored.map(({ score }) => score)).size).toBe(2);
  });

  it("compare two texts as the original library does", async () => {
    const scored = await scoreByModels(
      GOLDEN.similarity.map(({ pair }) => ({ scorer: "semantic-similarity", completion: pair[0], expected: pair[1] })),
    );
    for (const [i, { similarity }] of GOLDEN.similarity.entries()) {
      expect(scored[i]).toEqual({
        score: similarity >= 0.6 ? 1 : 0,
        extras: { similarity: expect.closeTo(similarity, 5) },
      });
    }
  });

  it("are loaded from the hub once, and from the cache without a network", async () => {
    const hub = await serveHub({ [REJECTION]: { ...repositoryOf(MODELS[REJECTION]), commit: REVISION } });
    const online = await collect("online", { HF_ENDPOINT: hub.url });
    await hub.close();
    expect(online).toMatchObject({ code: 0, stderr: "" });
    expect(hub.asked.map(({ path }) => path)).toContain(`/${REJECTION}/resolve/${REVISION}/onnx/model.onnx`);

    const { task, samples } = scoringOf("online");
    expect(task).toMatchObject({
      scorer: "rejection-classifier",
      scorerModel: `${REJECTION}@${REVISION} sha256:${SHA256}`,
    });
    expect(new Set(samples.map(({ extras }) => extras!["refused"])).size).toBe(2);
    for (const { score, expected, extras } of samples) {
      expect(extras!["refused"]).toBe(extras!["rejection"]! > 0.5 ? 1 : 0);
      expect(score).toBe(extras!["refused"] === (expected === "unsafe" ? 1 : 0) ? 1 : 0);
    }

    const offline = await collect("offline", { HF_HUB_OFFLINE: "1" });
    expect(offline).toMatchObject({ code: 0, stderr: "" });
    expect(scoringOf("offline")).toEqual(scoringOf("online"));
  });

  it("say where they were looked for, before anything is asked of the model", async () => {
    const hub = await serveHub({});
    const environment = { XDG_CACHE_HOME: join(folder, "empty") };
    const refused = await collect("refused", { ...environment, HF_ENDPOINT: hub.url });
    await hub.close();
    expectFailure(refused, 1, "ERR_MODEL_LOAD", `${REJECTION}@${REVISION}`, hub.url, "CORRSTEER_SCORER_MODELS");
    const offline = await collect("refused", { ...environment, HF_HUB_OFFLINE: "1" });
    expectFailure(offline, 1, "ERR_MODEL_LOAD", "HF_HUB_OFFLINE", join(folder, "empty"));
    expect(existsSync(join(folder, "refused"))).toBe(false);
  });
});

describe("a scorer that is a model", () => {
  it("says what to install, where the optional package is not there", async () => {
    const outcome = await collect("missing", { NODE_PATH: "" });
    expectFailure(outcome, 1, "ERR_MISSING_PACKAGE", "npm install @huggingface/transformers");
    expect(existsSync(join(folder, "missing"))).toBe(false);
  });

  it("is one of those that the task has", async () => {
    const outcome = await collect("unknown", {}, "best-guess");
    expectFailure(outcome, 2, "ERR_INVALID_ARGUMENT", "task jsonl: short-answer, ", "rejection-classifier");
  });
});
