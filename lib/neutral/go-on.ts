import type { Engine } from "../model/engine";
import { runAll } from "../ask/run-all";
import { mean } from "../statistics/mean";
import type { WorkOptions } from "../progress";
import { quantity } from "../quantity";
import type { NeutralArm } from "./measure";
import { passagesOf } from "./passage";
import { repeatsItself } from "./repetition";

/** Enough for a loop of two sentences to come round. */
const TOKENS = 64;

/**
 * Lets each arm go on with the beginnings of neutral texts, greedily.
 *
 * @returns by arm, the share of texts that then go round in themselves: see `repeatsItself`
 * @throws ERR_INVALID_ARGUMENT as `measureNeutral`; as `Engine.run`
 */
export async function goOn(
  engine: Engine,
  arms: readonly NeutralArm[],
  { texts, onProgress, signal }: WorkOptions & { readonly texts: readonly string[] },
): Promise<number[]> {
  const branches = arms.map(({ steering }) => ({ maxTokens: TOKENS, ...(steering && { steering }) }));
  const runs = passagesOf(engine, texts).map(({ name, prompt }) => ({ name, prompt, branches }));
  const step = `neutral text, continued x ${quantity(arms.length, "arm")}`;
  const report = (done: number) => onProgress?.({ step, done, total: runs.length, unit: "texts" });
  let done = 0;
  report(done);
  const continued = await runAll(engine, runs, { onDone: () => report(++done), signal });
  return arms.map((_, i) => mean(continued.map(({ branches }) => Number(repeatsItself(branches[i]!.text)))));
}
