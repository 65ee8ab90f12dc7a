// npm run bench -- --model FILE [--saes DIR] [--threads N] [--rounds N] [--rows decode,one-token,fork] [--out DIR]
// Ratios within one run: arms take turns, medians are reported. Progress on stderr; OUT gets bench.md and bench.json.
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Model } from "../lib/model/model";
import { LLAMA_RELEASE } from "../lib/native/platform";
import { version } from "../package.json";
import { markdown, type Report } from "./report";
import type { Result } from "./result";
import { decodeRow } from "./rows/decode";
import { forkRow } from "./rows/fork";
import { oneTokenRow } from "./rows/one-token";
import { barsOf, type Subject } from "./subject";

const ROWS: Record<string, (subject: Subject, tokens: number, prompts: number) => Promise<Result[]>> = {
  decode: async (subject, tokens) => {
    const results: Result[] = [];
    for (const nStreams of [1, 8, 16]) results.push(...(await decodeRow(subject, nStreams, tokens)));
    return results;
  },
  "one-token": (subject, _, prompts) => oneTokenRow(subject, prompts),
  fork: (subject) => forkRow(subject),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: "string" },
      saes: { type: "string" },
      threads: { type: "string", default: String(availableParallelism()) },
      rounds: { type: "string", default: "5" },
      tokens: { type: "string", default: "64" },
      prompts: { type: "string", default: "64" },
      rows: { type: "string", default: Object.keys(ROWS).join(",") },
      out: { type: "string", default: "build/bench" },
    },
  });
  if (!values.model) throw new Error("--model FILE is needed");
  const model = await Model.load(values.model);
  const subject: Subject = {
    model,
    modelPath: values.model,
    saePath: values.saes,
    threads: Number(values.threads),
    rounds: Number(values.rounds),
    bars: barsOf(model),
  };
  const results: Result[] = [];
  for (const name of values.rows.split(",")) {
    const row = ROWS[name];
    if (!row) throw new Error(`--rows: expected some of ${Object.keys(ROWS).join(", ")}, got ${name}`);
    console.error(`${model.info.description}: ${name}`);
    results.push(...(await row(subject, Number(values.tokens), Number(values.prompts))));
  }
  const report: Report = {
    date: new Date().toISOString().slice(0, 10),
    versions: { corrsteer: version, "llama.cpp": LLAMA_RELEASE, node: process.version },
    machine: { processor: cpus()[0]?.model ?? "unknown", cores: availableParallelism(), threads: subject.threads },
    model: `${model.info.name || model.info.architecture} (${model.info.description})`,
    rounds: subject.rounds,
    results,
  };
  await model.dispose();
  await mkdir(values.out, { recursive: true });
  await writeFile(join(values.out, "bench.json"), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(values.out, "bench.md"), markdown(report));
  console.log(markdown(report));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
