import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { path, shapeOf } from "../arguments/kinds";
import { collectSettings, resolveCollectOptions } from "../collect/options";
import { prepareCollection } from "../collect/prepare";
import { samplesHash } from "../collect/manifest";
import { SteeringError } from "../errors";
import { controlOptions } from "../evaluate/controls/options";
import { writeFileAtomically } from "../files/atomic-write";
import { makeFolder } from "../files/folder";
import { jsonText } from "../files/json";
import { downloadOption } from "../hub/fetch-files";
import { givenOf } from "../options/given";
import { integer, text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import type { Ahead } from "../pipeline/ahead";
import { openInputs } from "../pipeline/inputs";
import { resolveSetup } from "../pipeline/setup";
import { setupOptions } from "../pipeline/setup-options";
import { checkLaterStages, collectionOf } from "../pipeline/stages";
import { workOptions, type WorkOptions } from "../progress";
import { checkKept, rankSettings, resolveRankOptions, type RankOptions } from "../rank/options";
import { work } from "../run/kinds";
import type { HeldRun } from "../run/lock";
import { choiceOptions } from "../select/options";
import { blockOf, partQuestions } from "./part";
import { chunksOf, PLAN_FILE, type ShardPlan } from "./plan";

export const partOptions = z.object({
  shards: option("most parts to divide the questions to select on into", integer(1), {
    more: "There are fewer where that many would not be of one size.",
  }),
  directory: option("where plan.json goes, and results that are stored nowhere else", text("the path of a folder"), {
    flag: "out",
    value: "folder",
  }),
});

export const shardPlanOptions = z.object({
  ...setupOptions.shape,
  ...collectSettings.shape,
  ...choiceOptions.shape,
  ...controlOptions.shape,
  rank: option(
    "how features are ranked",
    z.custom<Omit<RankOptions, "topK" | "seed" | "threads" | keyof (WorkOptions & HeldRun)>>().exactOptional(),
    {
      otherwise: "as `rank` does",
    },
  ),
  ...partOptions.shape,
  ...downloadOption.shape,
  ...workOptions.shape,
});

/**
 * A whole run, and into how many parts.
 * @interface
 */
export type ShardPlanOptions = Given<typeof shardPlanOptions>;

const planArguments = z.object({
  options: shapeOf({ directory: path(), onProgress: work.onProgress, signal: work.signal }, "options by name"),
});

/**
 * Writes the plan of a run in shards, after all that the whole job checks before it collects.
 *
 * @throws ERR_RUN_MISMATCH for a folder that is not empty; as `runPipeline` before it collects
 */
export async function planShards(options: ShardPlanOptions): Promise<ShardPlan> {
  checkArguments(planArguments, { options });
  refuseUnknown(options, shardPlanOptions);
  const { directory, shards: most } = resolveOptions(partOptions, options);
  const setup = resolveSetup(options);
  const settings = resolveOptions(collectSettings, options);
  const rank = resolveOptions(rankSettings, options.rank ?? {});
  const { onProgress, signal } = options;
  checkKept(resolveRankOptions(rank), settings.keep);
  await requireEmpty(directory);
  let ahead: Ahead | undefined;
  await using inputs = await openInputs(setup, {
    ...{ ...givenOf(downloadOption, options), onProgress, signal, settings },
    onAhead: (told) => (ahead = told),
  });
  const stages = { select: resolveOptions(choiceOptions, options), evaluate: resolveOptions(controlOptions, options) };
  const { keep } = settings;
  await checkLaterStages(inputs, { ...stages.evaluate, ...stages.select, keep, permutations: rank.permutations });
  const { saes, options: collection } = collectionOf(inputs, { ...settings, onProgress, signal });
  const asked = resolveCollectOptions({ ...collection, directory }, inputs.task);
  await using prepared = await prepareCollection(inputs.model, saes, inputs.task, asked);
  const { samples } = asked;
  const { split } = inputs;
  const { chunkSamples, shards } = partQuestions(samples.length, most, {
    chunkSamples: settings.chunkSamples,
    usual: prepared.options.chunkSamples,
  });
  const plan: ShardPlan = {
    format: 1,
    run: { ...prepared.manifest, chunkSamples },
    settings: { ...settings, chunkSamples },
    rank,
    ...stages,
    shards: shards.map((range) => {
      const chunks = chunksOf(range);
      const [first, end] = [chunks[0]! * chunkSamples, (chunks.at(-1)! + 1) * chunkSamples];
      return { ...range, questions: samplesHash(samples.slice(first, end)) };
    }),
    workerBytes: ahead?.memory?.total ?? null,
    blocks: { validation: blockOf(split.validation.length, most), test: blockOf(split.test.length, most) },
  };
  await makeFolder(directory);
  await writeFileAtomically(join(directory, PLAN_FILE), jsonText(plan));
  return plan;
}

/** A plan is never changed: its shards would be of another. */
async function requireEmpty(directory: string): Promise<void> {
  const names = existsSync(directory) ? await readdir(directory) : [];
  if (names.length === 0) return;
  const what = names.includes(PLAN_FILE) ? "holds a plan already, which nobody changes" : "is not empty";
  throw new SteeringError("ERR_RUN_MISMATCH", `${directory} ${what}: use another folder`, { directory, found: names });
}
