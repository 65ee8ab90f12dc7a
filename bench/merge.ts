// npm run bench:merge -- [--keep sparse|moments] [--samples 4000,8000,...] [--chunk N] [--permutations N] [--threads N]
// What merging and ranking take of shards of the published shape, by the number of samples, ascending: seconds of processors,
// and the most memory that the process had until then. Permutations are of what single samples are kept of.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rank } from "../lib/rank/rank";
import { lockRun } from "../lib/run/lock";
import { KEEPS } from "../lib/run/manifest";
import { mergeChunks } from "../lib/shard/merge-chunks";
import { spent } from "./rounds";
import { syntheticRun, writeShards } from "./synthetic-shards";

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
    "| samples | merging, s | of 1,000 | ranking, s | of 1,000 | most memory, MB |\n|---|---|---|---|---|---|",
  );
  for (const samples of values.samples.split(",").map(Number)) {
    const n = chunkSamples * Math.ceil(samples / chunkSamples);
    const folder = await mkdtemp(join(tmpdir(), "corrsteer-bench-"));
    try {
      const manifest = syntheticRun(n, keep, chunkSamples);
      const store = await writeShards(join(folder, "storage"), manifest);
      const run = join(folder, "run");
      const chunks = Array.from({ length: n / chunkSamples }, (_, chunk) => chunk);
      const merging = await spent(async () => {
        using lock = await lockRun(run);
        await mergeChunks({ manifest, chunks, missing: [] }, store, { lock });
      });
      const ranking = await spent(() => rank(run, { permutations, bootstrap: 0, threads }));
      const seconds = [merging, ranking].flatMap(({ processor }) => [processor, (1000 * processor) / n]);
      const megabytes = Math.round(process.resourceUsage().maxRSS / 1000);
      console.log(`| ${n} | ${seconds.map((each) => each.toFixed(3)).join(" | ")} | ${megabytes} |`);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
