import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { taskNames } from "../../lib";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES, DEMO_TASK, expectFailure, ON_DEMO } from "../support/corrsteer";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const { corrsteer } = residentCorrsteer();
const missing = join(folder, "missing");
const out = join(folder, "out");
const tokens = join(folder, "tokens.json");
const model = ["--model", DEMO_MODEL];
const saes = ["--sae", DEMO_SAES];
const steer = [...model, "--steer", missing];
const rows = ["--layer", "0", "--rows", missing, "--tensor", "x"];
beforeAll(() => writeFileSync(tokens, "[1]"));

type Case = [command: string, options: string[], exitCode: 1 | 2, errorCode: string, path?: string];

const OF_RUNS: Case[] = ["rank", "select", "evaluate", "report", "compare"].map((command) => {
  return [command, [missing], 1, "ERR_RUN_INCOMPLETE"];
});
const OF_TASKS: Case[] = taskNames.map((task) => {
  return ["collect", [...ON_DEMO, "--task", task, "--data", missing, "--out", out], 1, "ERR_DATASET_FORMAT"];
});
const CASES: Case[] = [
  ["run", ["--model", missing, ...saes, ...DEMO_TASK, "--out", out], 1, "ERR_MODEL_LOAD"],
  ["run", [...model, "--sae", missing, ...DEMO_TASK, "--out", out], 1, "ERR_SAE_FORMAT"],
  ["run", [...model, "--sae", `0=${missing}`, ...DEMO_TASK, "--out", out], 1, "ERR_SAE_FORMAT"],
  ["run", [...ON_DEMO, "--task", `${missing}.ts`, "--data", "-", "--out", out], 1, "ERR_TASK"],
  ["run", [...ON_DEMO, "--task", `${missing}.mjs`, "--data", "-", "--out", out], 1, "ERR_TASK"],
  ["run", [...ON_DEMO, ...DEMO_TASK, "--neutral-text", missing, "--out", out], 1, "ERR_DATASET_FORMAT"],
  ["run", ["--config", missing], 2, "ERR_INVALID_ARGUMENT"],
  ...OF_TASKS,
  ...OF_RUNS,
  ["transfer", [missing, `${missing}-too`], 1, "ERR_RUN_INCOMPLETE"],
  ["inspect", [missing], 2, "ERR_INVALID_ARGUMENT"],
  ["inspect", [`${missing}.gguf`], 1, "ERR_MODEL_LOAD"],
  ["inspect", [`${missing}.steer.json`], 2, "ERR_INVALID_ARGUMENT"],
  ["ask", ["--model", missing, ...DEMO_TASK], 1, "ERR_MODEL_LOAD"],
  ["ask", [...model, "--task", "jsonl", "--data", missing], 1, "ERR_DATASET_FORMAT"],
  ["generate", ["--model", missing, "--prompt", "1"], 1, "ERR_MODEL_LOAD"],
  ["generate", [...model, "--prompt-file", missing], 2, "ERR_INVALID_ARGUMENT"],
  ["generate", [...steer, "--prompt", "1"], 1, "ERR_FILE_FORMAT"],
  ["capture", ["--model", missing, "--token-ids", tokens, "--out", out], 1, "ERR_MODEL_LOAD"],
  ["capture", [...model, "--token-ids", missing, "--out", out], 1, "ERR_FILE_FORMAT"],
  ["capture", [...model, "--prompts", missing, "--out", out], 1, "ERR_DATASET_FORMAT"],
  ["capture", [...steer, "--prompts", DEMO_QUESTIONS, "--out", out], 1, "ERR_FILE_FORMAT"],
  ["capture", [...model, "--token-ids", tokens, "--out", join(missing, "out")], 1, "ERR_FILE_WRITE"],
  ["encode", ["--sae", missing, ...rows, "--out", out], 1, "ERR_SAE_FORMAT"],
  ["encode", [...saes, ...rows, "--out", out], 1, "ERR_FILE_FORMAT"],
];

test.each(CASES)("%s %j says in words that there is no such file", async (command, options, exitCode, errorCode) => {
  const outcome = await corrsteer(command, ...options);
  expectFailure(outcome, exitCode, errorCode, missing, "no such file");
  expect(outcome.stderr).not.toMatch(/ENOENT|scandir|syscall|, (open|stat|read)\b/);
});
