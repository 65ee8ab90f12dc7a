import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPipeline, type PipelineOptions } from "../../lib/pipeline/pipeline";
import { jobFiles } from "../job-files";
import type { Result } from "../result";
import { interleave, spent } from "../rounds";
import { closeRoutes, compareRoutes, openRoutes } from "../routes";
import type { Subject } from "../subject";

const SIZES = { samples: 64, validationSamples: 16, testSamples: 32 };
/** A job is long. */
const MOST_ROUNDS = 2;

/** A whole small job, from the questions to the verdict, on each route; on the demo's files where no SAEs are given. */
export async function jobRow(subject: Subject): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), "corrsteer-bench-"));
  try {
    const files = await jobFiles(subject, folder, SIZES.samples + SIZES.validationSamples + SIZES.testSamples);
    const job = {
      ...files,
      ...SIZES,
      significance: "none",
      controls: [],
    } satisfies PipelineOptions;
    const routes = await openRoutes(subject, {});
    const times = await interleave(
      routes.map(({ name, options }) => ({
        name,
        run: (round) => spent(() => runPipeline({ ...job, ...options, directory: join(folder, `${name} ${round}`) })),
      })),
      Math.min(subject.rounds, MOST_ROUNDS),
    );
    await closeRoutes(routes);
    return compareRoutes(routes, times, {
      row: subject.saes === undefined ? "whole small job, the demo's files" : "whole small job",
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
