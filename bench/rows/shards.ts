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
/** Of each; the demo has few more. */
const QUESTIONS = 32;
/** Of what is there a clean split takes less than half to select on. */
const PARTS = 3;
/** A run is long. */
const MOST_ROUNDS = 3;
/** Of the stages after it, which are not run. */
const LATER = { validationSamples: 8, testSamples: 8, significance: "none" } as const;

/**
 * A collection in shards that one worker does, against one without shards, whose chunks are of the usual length and of the
 * shards'. Each opens the model and hashes its questions.
 */
export async function shardsRow(subject: Subject): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), "corrsteer-bench-"));
  try {
    const samples = SHARDS * QUESTIONS;
    const files = await jobFiles(subject, folder, PARTS * samples);
    const job = { ...files, ...LATER, samples };
    const plan = join(folder, "plan");
    const { settings, shards } = await planShards({ ...job, shards: SHARDS, directory: plan });
    const whole = (name: string, chunkSamples?: number): Arm<Spent> => ({
      name,
      run: (round) =>
        spent(async () => {
          await using inputs = await openInputs(resolveSetup(job), {});
          const chunks = chunkSamples === undefined ? {} : { chunkSamples };
          await collectStage(inputs, join(folder, `${name} ${round}`), chunks);
        }),
    });
    const [usual, alike] = ["one run", "one run, chunks as short"] as const;
    const inShards = `${shards.length} shards, one worker`;
    const times = await interleave(
      [
        whole(usual),
        whole(alike, settings.chunkSamples),
        { name: inShards, run: (round) => spent(() => workShards(plan, { storage: join(folder, `shards ${round}`) })) },
      ],
      Math.min(subject.rounds, MOST_ROUNDS),
    );
    const common = { row: `collection in shards of ${QUESTIONS} questions`, of: "processor", arm: inShards } as const;
    return [
      compare(times, { ...common, reference: usual, bar: subject.bars.shards }),
      compare(times, { ...common, reference: alike }),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
