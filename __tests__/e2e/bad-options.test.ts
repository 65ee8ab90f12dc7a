import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES, DEMO_TASK, expectFailure, ON_DEMO } from "../support/corrsteer";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const { corrsteer } = residentCorrsteer();
const out = join(folder, "run");
const missing = join(folder, "missing");
const oneText = join(folder, "one.txt");
writeFileSync(oneText, "Rain had been falling since breakfast.");

describe("run refuses before it collects", () => {
  afterEach(() => expect(existsSync(out)).toBe(false));

  test.each<[string, string[], 1 | 2, string, string[]]>([
    ["a layer without an SAE", ["--layers", "99"], 2, "ERR_OUT_OF_RANGE", ["0, 1, 2, 3", "99"]],
    ["layers that are none", ["--layers", "3-1"], 2, "ERR_INVALID_ARGUMENT", ["--layers", "3-1"]],
    [
      "no samples",
      ["--samples", "0"],
      2,
      "ERR_INVALID_ARGUMENT",
      ["--samples: expected an integer of at least 1, got 0"],
    ],
    ["part of a sample", ["--samples", "1.5"], 2, "ERR_INVALID_ARGUMENT", ["samples: expected an integer"]],
    ["text for a number", ["--samples", "x"], 2, "ERR_INVALID_ARGUMENT", ["--samples", "'x'"]],
    ["no number at all", ["--samples", ""], 2, "ERR_INVALID_ARGUMENT", ["--samples"]],
    ["an unknown variant", ["--variant", "X"], 2, "ERR_INVALID_ARGUMENT", ["S, A, P", '"X"']],
    ["an unknown control", ["--controls", "magic"], 2, "ERR_INVALID_ARGUMENT", ["random, sign-flipped", '"magic"']],
    ["NaN for a scale", ["--scales", "NaN"], 2, "ERR_INVALID_ARGUMENT", ["--scales", "NaN"]],
    ["an infinite scale", ["--scales", "0.5,Infinity"], 2, "ERR_OUT_OF_RANGE", ["scales", "Infinity"]],
    ["no questions to prune on", ["--validation-samples", "0"], 1, "ERR_DATASET_FORMAT", ["to validate on"]],
    ["no questions to evaluate on", ["--test-samples", "0"], 1, "ERR_DATASET_FORMAT", ["to evaluate on"]],
    ["no threads", ["--threads", "0"], 2, "ERR_INVALID_ARGUMENT", ["threads", "got 0"]],
    ["a context of nothing", ["--context", "0"], 2, "ERR_INVALID_ARGUMENT", ["--context: expected", "got 0"]],
    ["an unknown device", ["--device", "abacus"], 2, "ERR_OUT_OF_RANGE", ["abacus", "cpu"]],
    ["an unknown way to keep", ["--keep", "all"], 2, "ERR_INVALID_ARGUMENT", ["sparse, moments", '"all"']],
    ["an unknown pooling", ["--pooling", "sum"], 2, "ERR_INVALID_ARGUMENT", ["max, mean", '"sum"']],
    ["an unknown convention", ["--convention", "mine"], 2, "ERR_INVALID_ARGUMENT", ["sae, official", '"mine"']],
    ["chunks of nothing", ["--chunk-samples", "0"], 2, "ERR_OUT_OF_RANGE", ["--chunk-samples", "got 0"]],
    ["a scale twice", ["--scales", "2,2"], 2, "ERR_INVALID_ARGUMENT", ["scales", "[2, 2]"]],
    ["a dose twice", ["--grid", "1,1"], 2, "ERR_INVALID_ARGUMENT", ["grid", "[1, 1]"]],
    ["no dose", ["--grid", "none", "--residual-grid", "none"], 2, "ERR_OUT_OF_RANGE", ["grid"]],
    ["a dose below 0", ["--residual-grid", "-1"], 2, "ERR_OUT_OF_RANGE", ["--residual-grid", "-1"]],
    ["half a seed", ["--seeds", "1,1.5"], 2, "ERR_INVALID_ARGUMENT", ["seeds", "1.5"]],
    ["a variant twice", ["--variant", "S,S"], 2, "ERR_INVALID_ARGUMENT", ["--variant", '"S"']],
    [
      "an unknown target",
      ["--target", "length"],
      2,
      "ERR_INVALID_ARGUMENT",
      ["target", "completionTokens", '"length"'],
    ],
    ["a target that objects have", ["--target", "constructor"], 2, "ERR_INVALID_ARGUMENT", ['"constructor"']],
    ["an unknown covariate", ["--covariates", "group,age"], 2, "ERR_INVALID_ARGUMENT", ["covariates", '"age"']],
    ["a list of nothing for covariates", ["--covariates", ","], 2, "ERR_INVALID_ARGUMENT", ["covariates", '""']],
    ["unknown strata", ["--stratify-by", "age"], 2, "ERR_INVALID_ARGUMENT", ["--stratify-by", '"age"']],
    ["an unknown order", ["--score", "r"], 2, "ERR_INVALID_ARGUMENT", ["pearson, mutual-information", '"r"']],
    ["an unknown sign", ["--sign", "up"], 2, "ERR_INVALID_ARGUMENT", ["positive, negative, both", '"up"']],
    ["too few permutations", ["--permutations", "1"], 2, "ERR_OUT_OF_RANGE", ["permutations", "19", "got 1"]],
    ["permutations beyond memory", ["--permutations", "1e9"], 2, "ERR_OUT_OF_RANGE", ["permutations", "1000000"]],
    ["resamples beyond memory", ["--bootstrap", "1e9"], 2, "ERR_OUT_OF_RANGE", ["bootstrap", "1000000"]],
    ["no support", ["--min-support", "0"], 2, "ERR_OUT_OF_RANGE", ["--min-support", "got 0"]],
    ["no permutations to be significant by", ["--permutations", "0"], 2, "ERR_INVALID_ARGUMENT", ["significance"]],
    ["an unknown significance", ["--significance", "q"], 2, "ERR_INVALID_ARGUMENT", ["family-wise, none", '"q"']],
    ["no feature of a layer", ["--top-k", "0"], 2, "ERR_OUT_OF_RANGE", ["--top-k", "got 0"]],
    ["a coefficient that is none", ["--coefficient", "residual:x"], 2, "ERR_INVALID_ARGUMENT", ["residual:<fraction>"]],
    ["a budget below 0", ["--coefficient", "kl:-1"], 2, "ERR_INVALID_ARGUMENT", ["kl:<nats>", '"kl:-1"']],
    ["coordinates of the residual and SAEs", ["--raw"], 2, "ERR_INVALID_ARGUMENT", ["sae", "--raw"]],
    ["unknown positions", ["--positions", "last"], 2, "ERR_INVALID_ARGUMENT", ["generated, all", '"last"']],
    ["an unknown scorer", ["--scorer", "nope"], 2, "ERR_INVALID_ARGUMENT", ["jsonl", "exact-match", '"nope"']],
    [
      "answers held to choices where there are none",
      ["--constrained"],
      2,
      "ERR_INVALID_ARGUMENT",
      ["choices", "sample"],
    ],
    [
      "chats with a model without a template",
      ["--prompt-style", "chat"],
      1,
      "ERR_CHAT_TEMPLATE",
      [DEMO_MODEL, "--prompt-style clean"],
    ],
    ["more examples than there are", ["--few-shot", "100000"], 2, "ERR_INVALID_ARGUMENT", ["--few-shot", "100000"]],
    ["an unknown category", ["--category", "algebra"], 2, "ERR_INVALID_ARGUMENT", ["3 of 7 withheld", '"algebra"']],
    ["an unknown split", ["--split", "random"], 2, "ERR_INVALID_ARGUMENT", ["clean, official", '"random"']],
    ["an official split by a seed below 0", ["--split", "official", "--seed", "-1"], 2, "ERR_OUT_OF_RANGE", ["seed"]],
    ["no draw of a control", ["--random-draws", "0"], 2, "ERR_OUT_OF_RANGE", ["--random-draws", "got 0"]],
    ["neutral texts that are not there", ["--neutral-text", missing], 1, "ERR_DATASET_FORMAT", [missing]],
    ["neutral texts that are none", ["--neutral-text", DEMO_MODEL], 1, "ERR_DATASET_FORMAT", [DEMO_MODEL, "UTF-8"]],
    [
      "one neutral text for a budget and for the report",
      ["--coefficient", "kl:1", "--neutral-text", oneText],
      1,
      "ERR_DATASET_FORMAT",
      [oneText, "at least 2"],
    ],
    [
      "no sample to test on but a control",
      ["--test-samples", "0", "--controls", "prompt-only"],
      1,
      "ERR_DATASET_FORMAT",
      ["to evaluate on"],
    ],
    ["an option that there is not", ["--simples", "1"], 2, "ERR_INVALID_ARGUMENT", ["--simples"]],
    ["a task that there is not", ["--task", "nope"], 2, "ERR_INVALID_ARGUMENT", ["mmlu", '"nope"']],
    ["a task file that is not there", ["--task", `${missing}.ts`], 1, "ERR_TASK", [missing]],
    ["a data file that is not there", ["--data", missing], 1, "ERR_DATASET_FORMAT", [missing, "no such file"]],
    ["a model file that is not there", ["--model", missing], 1, "ERR_MODEL_LOAD", [missing]],
  ])("%s", async (_, options, exitCode, errorCode, words) => {
    const outcome = await corrsteer("run", ...ON_DEMO, ...DEMO_TASK, "--out", out, ...options);
    expectFailure(outcome, exitCode, errorCode, ...words);
  });

  test("SAEs that are not there", async () => {
    const outcome = await corrsteer("run", "--model", DEMO_MODEL, "--sae", missing, ...DEMO_TASK, "--out", out);
    expectFailure(outcome, 1, "ERR_SAE_FORMAT", missing);
  });

  test("options that have to be given", async () => {
    expectFailure(await corrsteer("run", "--out", out), 2, "ERR_INVALID_ARGUMENT", "--model");
  });
});

test("a configuration file that is not there is named", async () => {
  expectFailure(await corrsteer("run", "--config", missing), 2, "ERR_INVALID_ARGUMENT", missing);
});

describe("a run directory that cannot be written", () => {
  const collect = (directory: string) =>
    corrsteer("collect", ...ON_DEMO, ...DEMO_TASK, "--samples", "2", "--out", directory);

  test("is named when it is a file, or below one", async () => {
    for (const path of [DEMO_MODEL, join(DEMO_MODEL, "run")]) {
      expectFailure(await collect(path), 1, "ERR_FILE_WRITE", path);
    }
  });
});

describe("generate", () => {
  const generate = (...options: string[]) => corrsteer("generate", "--model", DEMO_MODEL, "--threads", "1", ...options);
  const profile = join(folder, "damaged.steer.json");
  beforeAll(() => writeFileSync(profile, '{"format": "corrsteer-steering-profile"'));

  test.each<[string, string[], 1 | 2, string, string[]]>([
    ["no prompt", [], 2, "ERR_INVALID_ARGUMENT", ["--prompt"]],
    ["two prompts", ["--prompt", "a", "--prompt-file", "b"], 2, "ERR_INVALID_ARGUMENT", ["--prompt-file"]],
    ["a prompt file that is not there", ["--prompt-file", missing], 2, "ERR_INVALID_ARGUMENT", [missing]],
    ["a prompt longer than the context", ["--prompt", "1".repeat(900)], 1, "ERR_CONTEXT_FULL", ["256"]],
    ["NaN for a scale", ["--prompt", "1", "--scale", "NaN"], 2, "ERR_INVALID_ARGUMENT", ["--scale", "NaN"]],
    ["a temperature below 0", ["--prompt", "1", "--temperature", "-1"], 2, "ERR_OUT_OF_RANGE", ["temperature", "-1"]],
    ["no threads", ["--prompt", "1", "--threads", "0"], 2, "ERR_OUT_OF_RANGE", ["threads", "0"]],
    ["a context below 0", ["--prompt", "1", "--context", "-5"], 2, "ERR_OUT_OF_RANGE", ["--context", "-5"]],
    ["a context beyond counting", ["--prompt", "1", "--context", "1e300"], 2, "ERR_OUT_OF_RANGE", ["--context"]],
    ["a profile that is not there", ["--prompt", "1", "--steer", missing], 1, "ERR_FILE_FORMAT", [missing]],
    ["a damaged profile", ["--prompt", "1", "--steer", profile], 1, "ERR_FILE_FORMAT", [profile, "not JSON"]],
  ])("refuses %s", async (_, options, exitCode, errorCode, words) => {
    expectFailure(await generate(...options), exitCode, errorCode, ...words);
  });
});

test.each<[string, string[], 1 | 2, string, string[]]>([
  ["a command that there is not", ["bogus"], 2, "ERR_INVALID_ARGUMENT", ["bogus"]],
  ["what cannot be inspected", ["inspect", missing], 2, "ERR_INVALID_ARGUMENT", [missing]],
  ["a folder that is no run", ["rank", folder], 1, "ERR_RUN_INCOMPLETE", [folder, "run.json"]],
  ["a folder that is no run", ["select", folder], 1, "ERR_RUN_INCOMPLETE", [folder, "run.json"]],
  ["a folder that is no run, to evaluate", ["evaluate", folder], 1, "ERR_RUN_INCOMPLETE", [folder, "collect"]],
  [
    "token ids that are none",
    ["capture", "--model", DEMO_MODEL, "--token-ids", DEMO_QUESTIONS, "--out", out],
    1,
    "ERR_FILE_FORMAT",
    [DEMO_QUESTIONS],
  ],
  [
    "rows that are none",
    ["encode", "--sae", DEMO_SAES, "--layer", "0", "--rows", DEMO_QUESTIONS, "--tensor", "x", "--out", out],
    1,
    "ERR_FILE_FORMAT",
    [DEMO_QUESTIONS],
  ],
  [
    "a layer without an SAE",
    ["encode", "--sae", DEMO_SAES, "--layer", "9", "--rows", DEMO_QUESTIONS, "--tensor", "x", "--out", out],
    2,
    "ERR_OUT_OF_RANGE",
    ["9"],
  ],
])("the command refuses %s", async (_, args, exitCode, errorCode, words) => {
  expectFailure(await corrsteer(...args), exitCode, errorCode, ...words);
});
