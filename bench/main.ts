// npm run bench -- --model FILE|hf:... [--saes DIR|NAME] [--threads N] [--rounds N] [--rows decode,one-token,...] [--out DIR]
//   [--device NAME] [--seconds 540] [--blas LIBRARY] [--prompts N] [--tokens N]
// Ratios within one run: arms take turns, medians are reported. After so many seconds no row is begun. Each row is printed on
// stderr as it is done; OUT gets bench.md and bench.json. --blas names a shared library whose `cblas_sgemm` products are
// compared with too.
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { fetchModel } from "../lib/hub/fetch-model";
import { Model } from "../lib/model/model";
import { LLAMA_RELEASE } from "../lib/native/platform";
import { fetchSaes } from "../lib/sae/fetch-saes";
import { version } from "../package.json";
import { line, markdown, type Report } from "./report";
import type { Result } from "./result";
import { answersRow } from "./rows/answers";
import { collectionRow } from "./rows/collection";
import { decodeRow } from "./rows/decode";
import { forkRow } from "./rows/fork";
import { jobRow } from "./rows/job";
import { knownRow } from "./rows/known";
import { oneTokenRow } from "./rows/one-token";
import { routesRow } from "./rows/routes";
import { serveRow } from "./rows/serve";
import { shardsRow } from "./rows/shards";
import { trainRow } from "./rows/train";
import { barsOf, type Subject } from "./subject";

interface Sizes {
  readonly tokens: number;
  readonly prompts: number;
}

type Row = (subject: Subject, sizes: Sizes) => Promise<Result[]>;

/** The forks' baseline is so much work that a few prompts of it are enough. */
const FORK_PROMPTS = 8;

function byStreams<N extends number>(
  streams: readonly N[],
  row: (subject: Subject, streams: N, tokens: number) => Promise<Result[]>,
): Record<string, Row> {
  return Object.fromEntries(
    streams.map((n) => [`${n} streams`, (subject, { tokens }) => row(subject, n, tokens)] as [string, Row]),
  );
}

/** By kind. */
const ROWS: Record<string, Record<string, Row>> = {
  decode: byStreams([1, 8, 16], decodeRow),
  "one-token": { prompts: (subject, { prompts }) => oneTokenRow(subject, prompts) },
  fork: { prompts: (subject, { prompts }) => forkRow(subject, Math.min(prompts, FORK_PROMPTS)) },
  collection: { prompts: (subject, { prompts }) => collectionRow(subject, prompts) },
  answers: byStreams([1, 16, 64], answersRow),
  known: { text: knownRow },
  serve: byStreams([16], serveRow),
  job: { whole: jobRow },
  shards: { collection: shardsRow },
  train: { layers: trainRow },
  routes: byStreams([1, 8, 16, 64], (subject, streams, tokens) => routesRow(subject, streams, Math.ceil(tokens / 2))),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: "string" },
      device: { type: "string", default: "cpu" },
      saes: { type: "string" },
      blas: { type: "string" },
      threads: { type: "string", default: String(availableParallelism()) },
      rounds: { type: "string", default: "3" },
      tokens: { type: "string", default: "24" },
      prompts: { type: "string", default: "12" },
      rows: { type: "string", default: Object.keys(ROWS).join(",") },
      seconds: { type: "string", default: "540" },
      out: { type: "string", default: "build/bench" },
    },
  });
  if (!values.model) throw new Error("--model FILE is needed");
  const end = performance.now() + 1000 * Number(values.seconds);
  const { path: modelPath } = await fetchModel(values.model);
  const model = await Model.load(modelPath, { device: values.device });
  const subject: Subject = {
    model,
    modelPath,
    saes: values.saes === undefined ? undefined : (await fetchSaes(values.saes)).source,
    threads: Number(values.threads),
    rounds: Number(values.rounds),
    blas: values.blas,
    bars: barsOf(model),
  };
  const sizes: Sizes = { tokens: Number(values.tokens), prompts: Number(values.prompts) };
  const results: Result[] = [];
  const leftOut: string[] = [];
  for (const kind of values.rows.split(",")) {
    const rows = ROWS[kind];
    if (!rows) throw new Error(`--rows: expected some of ${Object.keys(ROWS).join(", ")}, got ${kind}`);
    for (const [which, row] of Object.entries(rows)) {
      if (performance.now() > end) {
        leftOut.push(`${kind}, ${which}`);
        continue;
      }
      console.error(`${model.info.description}: ${kind}, ${which}`);
      const start = performance.now();
      const found = await row(subject, sizes);
      console.error([...found.map(line), `${((performance.now() - start) / 1000).toFixed(0)} s`].join("\n"));
      results.push(...found);
    }
  }
  const report: Report = {
    date: new Date().toISOString().slice(0, 10),
    versions: { corrsteer: version, "llama.cpp": LLAMA_RELEASE, node: process.version },
    machine: {
      processor: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      threads: subject.threads,
      device: model.info.device,
    },
    model: `${model.info.name || model.info.architecture} (${model.info.description})`,
    rounds: subject.rounds,
    results,
    leftOut,
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
