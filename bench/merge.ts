// npm run bench:merge -- [--keep sparse|moments] [--samples 4000,8000,...] [--chunk N] [--permutations N] [--threads N]
// What merging and ranking take of shards of the published shape, by the number of samples, ascending: seconds of processors,
// and after each the most memory that the process had until then. Permutations are of what single samples are kept of.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rank } from "../lib/rank/rank";
import { lockRun } from "../lib/run/lock";
import { KEEPS } from "../lib/run/manifest";
import { mergeChunks } from "../lib/shard/merge-chunks";
import { spent } from "./rounds";
import { shardsIn, syntheticRun } from "./synthetic-shards";

const JITI = join(__dirname, "..", "node_modules", "jiti", "lib", "jiti-cli.mjs");

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      keep: { type: "string", default: "sparse" },
      samples: { type: "string", default: "4096,8192,16384" },
      chunk: { type: "string", default: "128" },
      permutations: { type: "string", default: "0" },
      threads: { type: "string", default: String(availableParallelism()) },
    },
  });
  const keep = KEEPS.find((each) => each === values.keep);
  if (!keep) throw new Error(`--keep: expected one of ${KEEPS.join(", ")}, got ${values.keep}`);
  const [permutations, threads, chunkSamples] = [values.permutations, values.threads, values.chunk].map(Number) as [
    number,
    number,
    number,
  ];
  console.log(`Kept: ${keep}; chunks of ${chunkSamples}; ${cpus()[0]?.model ?? "unknown"}, ${threads} threads.\n`);
  console.log(
    "| samples | merging, s | of 1,000 | memory, MB | ranking, s | of 1,000 | memory, MB |\n|---|---|---|---|---|---|---|",
  );
  for (const samples of values.samples.split(",").map(Number)) {
    const n = chunkSamples * Math.ceil(samples / chunkSamples);
    const folder = await mkdtemp(join(tmpdir(), "corrsteer-bench-"));
    try {
      const manifest = syntheticRun(n, keep, chunkSamples);
      const [storage, run] = [join(folder, "storage"), join(folder, "run")];
      const writing = [JITI, join(__dirname, "write-shards.ts"), storage, JSON.stringify(manifest)];
      execFileSync(process.execPath, writing, { stdio: "inherit" });
      const chunks = Array.from({ length: n / chunkSamples }, (_, chunk) => chunk);
      const merge = async () => {
        using lock = await lockRun(run);
        await mergeChunks({ manifest, chunks, missing: [] }, shardsIn(storage, manifest), { lock });
      };
      const columns: (number | string)[] = [n];
      for (const work of [merge, () => rank(run, { permutations, bootstrap: 0, threads })]) {
        const { processor } = await spent(work);
        const megabytes = Math.round(process.resourceUsage().maxRSS / 1000);
        columns.push(processor.toFixed(1), ((1000 * processor) / n).toFixed(3), megabytes);
      }
      console.log(`| ${columns.join(" | ")} |`);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
