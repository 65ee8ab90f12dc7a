import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openInputs } from "../../lib/pipeline/inputs";
import { resolveSetup } from "../../lib/pipeline/setup";
import { collectStage } from "../../lib/pipeline/stages";
import { planShards } from "../../lib/shard/make-plan";
import { workShards } from "../../lib/shard/work";
import { jobFiles } from "../job-files";
import { compare, type Result } from "../result";
import { type Arm, interleave, spent, type Spent } from "../rounds";
import type { Subject } from "../subject";

const SHARDS = 64;
/** Of each: a sixth of a second of work on the 135M model. */
const QUESTIONS = 3;
/** Of what is there a clean split takes less than half to select on. */
const PARTS = 3;
/** Each arm goes first in half of them: who does takes some percent more or less. */
const MOST_ROUNDS = 6;
/** Of the stages after it, which are not run. */
const LATER = { validationSamples: 8, testSamples: 8, significance: "none" } as const;

/**
 * A collection in shards that one worker does, against the run of the same bytes without shards: of the same length of chunks.
 * Both open the model and hash its questions.
 */
export async function shardsRow(subject: Subject): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), "corrsteer-bench-"));
  try {
    const samples = SHARDS * QUESTIONS;
    const files = await jobFiles(subject, folder, PARTS * samples);
    const job = { ...files, ...LATER, samples };
    const plan = join(folder, "plan");
    const { shards, run, settings } = await planShards({ ...job, shards: SHARDS, directory: plan });
    const one: Arm<Spent> = {
      name: "one run",
      run: (round) =>
        spent(async () => {
          await using inputs = await openInputs(resolveSetup(job), {});
          await collectStage(inputs, join(folder, `run ${round}`), settings);
        }),
    };
    const parted: Arm<Spent> = {
      name: `${shards.length} shards, one worker`,
      run: (round) => spent(() => workShards(plan, { storage: join(folder, `shards ${round}`) })),
    };
    const times = await interleave([one, parted], Math.min(subject.rounds, MOST_ROUNDS), { warmUp: false });
    const row = `collection of ${run.samples.n} questions`;
    return [compare(times, { row, of: "processor", arm: parted.name, reference: one.name, bar: subject.bars.shards })];
  } finally {
    await rm(folder, { recursive: true });
  }
}
